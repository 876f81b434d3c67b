#!/bin/sh
# The parallel engine on three machines: with a shared folder and without; one dies in the middle.
. "$BF_SOURCE/tests/support/hosts.sh"
. "$BF_SOURCE/tests/support/engine.sh"
unset BF_TRACE
export BETTIFLOW_SSH="$SSH -o ConnectTimeout=3 -o ServerAliveInterval=1" # silence is noticed sooner
objects() { (cd "$1/objects" && find . -type f -exec sha256sum {} + | sort); }
hosts_used() { cat "$1"/runs/*/joblog.* | awk -F '\t' '$2 != "Host" { n = split($2, word, " "); print word[n] }' | sort -u | tr '\n' ' '; }

cat >sweep.yaml <<'END'
bettiflow: 1
name: sweep
sweep: { k: 1..3, seed: 1..5 }
stages:
  data: { use: trace.value, params: { value: 7 } }
  net: { use: trace.sum, in: { a: data }, params: { value: $seed, milliseconds: 100 } }
  layers: { use: trace.grid, in: { base: net } }
  graph: { use: trace.sum, each: { a: layers }, params: { value: $k, milliseconds: 50 }, save: "{k}-{seed}/{layer}-{class}.trace" }
  table: { use: trace.list, gather: { items: graph }, across: [k, seed], save: table.trace, print: true }
END
run 0 run sweep.yaml --json --store ref -o ref-out -j 2
objects ref >ref.objects
tallies() { sed -n 's/^ *"\(total\|ran\|cached\|declined\|failed\|skipped\)": /\1 /p' out | tr -d '\n'; }
ref_tallies=$(tallies)
same() { # NAME: the run in store NAME gave what the local engine gives
  objects "$1" | cmp -s - ref.objects || fail "$1: other objects than the local engine's: $(objects "$1" | diff - ref.objects)"
  diff -r "$1-out" ref-out || fail "$1: other files were saved"
  run 0 verify --store "$1"
}

machines 3
cat >hosts <<'END'
m1 jobs=2
m2 jobs=1
m3 jobs=2
END

# A shared folder: the jobs work in the store itself.
run 0 run sweep.yaml --json --store shared -o shared-out --engine parallel --hosts hosts
cp out shared.json
[ "$(tallies)" = "$ref_tallies" ] || fail "other counts: $(tallies)"
same shared
[ "$(hosts_used shared)" = "m1 m2 m3 " ] || fail "not all machines were used: $(hosts_used shared)"
run 0 run sweep.yaml --json --store shared -o shared-out --engine parallel --hosts hosts
says out '"ran": 0,'

# No shared folder: the jobs travel. Another run finds what the machines have.
for m in m1 m2 m3; do machine_lacks $m "$PWD"; done
run 0 run sweep.yaml --json --store apart -o apart-out --engine parallel --hosts hosts
[ "$(tallies)" = "$ref_tallies" ] || fail "other counts: $(tallies)"
same apart
[ "$(hosts_used apart)" = "m1 m2 m3 " ] || fail "not all machines were used: $(hosts_used apart)"
[ -z "$(ls -d /tmp/bettiflow-run-* 2>/dev/null)" ] || fail "folders are left: $(ls -d /tmp/bettiflow-run-*)"
run 1 run sweep.yaml --json --store failed -o failed-out --engine parallel --hosts hosts --set graph.fail=9 --keep-going
says out '"failed": 6,'
says err "failed: graph [k=3, seed=2, layer=0, class=0]"

# One machine dies in the middle of the second wave, in three ways.
dies() { # HOW NAME
  "$BETTIFLOW" run sweep.yaml --json --store "$2" -o "$2-out" --engine parallel --hosts hosts >out 2>err &
  pid=$!
  for i in $(seq 400); do
    grep -q "graph \[" err && break
    sleep 0.05
  done
  "machine_$1" m3
  wait $pid
  got=$?
  [ $got = 0 ] || { fail "$1: the run ended with $got"; cat err >&2; }
  same "$2"
}
dies kill killed
machine_start m3
machine_lacks m3 "$PWD"
dies cut cut
machine_plug m3
dies off off

# A machine that is not there is left out; when none is left there is a message.
run 0 run sweep.yaml --json --store two -o two-out --engine parallel --hosts hosts
says err "m3 is left out"
same two
machine_kill m1
machine_kill m2
run 1 run sweep.yaml --json --store none -o none-out --engine parallel --hosts hosts
says err "no machine of it can be used"
printf ':  jobs=2\nm2\n' >two.hosts
run 0 run sweep.yaml --json --store own -o own-out --engine parallel --hosts two.hosts
same own
printf 'm1 m2\n' >bad
run 6 run sweep.yaml --json --store none -o none-out --engine parallel --hosts bad
says err "bad:1"
run 2 run sweep.yaml --hosts hosts
finish

#!/bin/sh
# Chaos: over a sweep of the parallel engine, 100 times a random process of it is killed (the runner, GNU Parallel, a job, a task; by TERM or KILL). Nothing lives on,
# the store stays sound, and a rerun completes with the same bytes; the index can be deleted and is rebuilt equal.
. "$BF_SOURCE/tests/support/engine.sh"
command -v parallel >/dev/null || { echo "skipped: GNU Parallel is not installed"; exit 77; }
unset BF_TRACE
cat >kill.yaml <<'END'
bettiflow: 1
name: kill
sweep: { v: 1..6, k: 1..3 }
stages:
  value: { use: trace.value, params: { value: $v, milliseconds: 20 } }
  grid: { use: trace.grid, in: { base: value }, params: { layers: 2 } }
  plus: { use: trace.sum, each: { a: grid }, params: { value: $k, milliseconds: 15 }, save: "{v}-{k}/{layer}-{class}.trace" }
  list: { use: trace.list, gather: { items: plus }, across: [v, k], save: list.trace }
END
objects() { (cd "$1/objects" && find . -type f -exec sha256sum {} + | sort); }

# Numbers that differ from run to run of this test; the seed is told when it fails.
seed=${BF_CHAOS_SEED:-$$}
number=$seed
random() { # random N: sets r to 0 … N-1
  number=$(((number * 1103515245 + 12345) % 2147483648))
  r=$((number / 65536 % $1))
}

# Processes that work here, by their kind.
of_kind() {
  for cwd in $(find /proc/[0-9]*/cwd -maxdepth 0 -lname "$PWD" 2>/dev/null); do
    p=${cwd#/proc/}
    p=${p%/cwd}
    read -r comm <"/proc/$p/comm" 2>/dev/null || continue
    case $1:$comm in
      task:bettiflow-task | parallel:parallel | any:bettiflow* | any:parallel) echo "$p" ;;
      job:bettiflow) [ "$p" = "$runner" ] || echo "$p" ;;
    esac
  done
}

run 0 run kill.yaml --json --store ref -o ref-saved -j 2
objects ref >ref.objects
kills=100
[ "$BF_ASAN" = 1 ] && kills=8
done=0 runs=0 runner=
while [ $done -lt $kills ]; do
  runs=$((runs + 1))
  "$BETTIFLOW" run kill.yaml -q --engine parallel -j 2 --store crash -o saved >out 2>err &
  runner=$!
  random 5
  for i in $(seq $((r + 1))); do
    random 300
    sleep "0.$(printf %03d $r)"
    random 9
    case $r in
      0) kind=runner victims=$runner ;;
      1 | 2) kind=parallel victims=$(of_kind parallel) ;;
      3 | 4 | 5) kind=job victims=$(of_kind job) ;;
      *) kind=task victims=$(of_kind task) ;;
    esac
    victim=$(echo "$victims" | head -n 1)
    [ "$victim" ] || continue
    random 2
    [ $r = 0 ] && signal=TERM || signal=KILL
    kill -$signal "$victim" 2>/dev/null || continue
    done=$((done + 1))
    eval "$kind=\$((\${n_$kind:-0} + 1)); n_$kind=\$$kind"
    [ $kind = runner ] && break
  done
  wait $runner
  for i in $(seq 100); do
    left=$(of_kind any)
    [ -z "$left" ] && break
    sleep 0.1
  done
  [ -z "$left" ] || fail "these live on after a $signal of a $kind: $left"
  [ ! -e crash/store ] || run 0 verify --store crash
  random 3
  [ $r = 0 ] && [ $done -lt $kills ] && continue # the next one goes on from here
  run 0 run kill.yaml --json --engine parallel -j 2 --store crash -o saved
  objects crash >objects
  cmp -s objects ref.objects || fail "other objects after $done kills: $(diff objects ref.objects)"
  diff -r --exclude='.bettiflow-*' saved ref-saved >/dev/null || fail "other files were saved after $done kills"
  run 0 verify --store crash
  dump() { sqlite3 crash/index.sqlite .dump | sort >"$1"; }
  if command -v sqlite3 >/dev/null; then
    run 0 runs --store crash
    dump before
    rm crash/index.sqlite
    run 0 reindex --store crash
    dump after
    cmp -s before after || fail "the index was rebuilt differently after $done kills"
  fi
  [ $done -ge $kills ] || { rm -rf crash saved; }
  [ $failures = 0 ] || break
done
echo "$done kills in $runs runs: runner ${n_runner:-0}, parallel ${n_parallel:-0}, jobs ${n_job:-0}, tasks ${n_task:-0}; seed $seed"
[ $failures = 0 ] || echo "again: BF_CHAOS_SEED=$seed" >&2
finish

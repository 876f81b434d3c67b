#!/bin/sh
# The runner is killed 51 times at random moments, three times in a row; each time no child survives and the store is sound, and then a
# run completes with the same bytes.
. "$BF_SOURCE/tests/support/engine.sh"
unset BF_TRACE
cat >kill.yaml <<'END'
bettiflow: 1
name: kill
sweep: { v: 1..3 }
stages:
  value: { use: trace.value, params: { value: $v, milliseconds: 3 } }
  grid: { use: trace.grid, in: { base: value }, params: { layers: 3 } }
  plus: { use: trace.sum, each: { a: grid }, params: { value: 1 }, save: "{v}/{layer}-{class}.trace" }
  list: { use: trace.list, gather: { items: plus }, across: [v], save: list.trace }
END

objects() { (cd "$1/objects" && find . -type f | sort); }
children() { # processes of a killed run, by their working directory
  for p in /proc/[0-9]*; do
    [ "$(readlink "$p/cwd" 2>/dev/null)" = "$PWD" ] && [ "$(cat "$p/comm" 2>/dev/null)" = bettiflow-task ] && echo "$p"
  done
}

start=$(date +%s%N)
run 0 run kill.yaml --json --store ref -o ref-saved -j 2
took=$((($(date +%s%N) - start) / 1000000))
counts 44 0 0 0 0
objects ref >ref-objects
rounds=17
[ "$BF_ASAN" = 1 ] && rounds=3
cut=0
for round in $(seq $rounds); do
  for third in 1 2 3; do # each goes on where the one before was cut off
    moment=$(awk "BEGIN { srand($round * 7919 + $third * 104729 + $$); printf \"%.4f\", 0.001 + rand() * 0.45 * $took / 1000 }")
    timeout -s KILL "$moment" "$BETTIFLOW" run kill.yaml -q --store crash -o saved -j 2
    [ $? = 137 ] && cut=$((cut + 1))
    sleep 0.02
    left=$(children)
    [ -z "$left" ] || { sleep 0.2; left=$(children); }
    [ -z "$left" ] || fail "killed after $moment s: these live on: $left"
    [ ! -d crash ] || [ ! -e crash/store ] || run 0 verify --store crash
  done
  run 0 run kill.yaml --json --store crash -o saved -j 2
  objects crash >objects
  cmp -s objects ref-objects || fail "killed after $moment s: other objects: $(diff objects ref-objects)"
  diff -r --exclude='.bettiflow-*' saved ref-saved >/dev/null || fail "killed after $moment s: other files were saved" # between two calls of the kernel a temporary name can stay
  run 0 verify --store crash
  rm -rf crash saved
done
[ $cut -ge $((rounds * 3 / 2)) ] || fail "only $cut of $((rounds * 3)) runs were cut off"
echo "$cut of $((rounds * 3)) runs were cut off within $took ms"

# Ctrl-C: 130, quickly, and what was done stays.
cat >slow.yaml <<'END'
bettiflow: 1
name: slow
sweep: { v: 1..3 }
stages:
  quick: { use: trace.value, params: { value: $v } }
  slow: { use: trace.sum, in: { a: quick }, params: { milliseconds: 60000 } }
END
for signal in INT TERM HUP; do
  "$BETTIFLOW" run slow.yaml --json --store $signal -j 2 >out 2>err &
  runner=$!
  for _ in $(seq 200); do # until the slow ones run
    [ "$(children | wc -l)" = 2 ] && [ "$(find $signal/actions -type f 2>/dev/null | wc -l)" = 3 ] && break
    sleep 0.05
  done
  kill -$signal $runner
  wait $runner
  code=$?
  [ $code = 130 ] || fail "SIG$signal: exit code $code, not 130"
  counts 3 0 0 0 3
  [ -z "$(children)" ] || fail "SIG$signal: children live on"
  run 0 run slow.yaml --json --store $signal --set slow.milliseconds=0
  counts 3 3 0 0 0
done
finish

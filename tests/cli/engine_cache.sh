#!/bin/sh
# What is run again, and what is not.
. "$BF_SOURCE/tests/support/engine.sh"

cat >cache.yaml <<'END'
bettiflow: 1
name: cache
sweep: { v: [1, 2, 3] }
stages:
  value: { use: trace.value, params: { value: $v } }
  grid: { use: trace.grid, in: { base: value } }
  plus: { use: trace.sum, each: { a: grid } }
  list: { use: trace.list, gather: { items: plus }, across: [v], save: list.trace, print: false }
  other: { use: trace.layers, save: "other-{layer}.trace" }
END
run 0 run cache.yaml --json -o out1
counts 23 0 0 0 0 # 3 values, 3 grids, 12 sums, list and its save, layers and two saves

# Everything is there: nothing runs, and no process is started, not even for the check that trace.sum has.
rm -f trace
run 0 run cache.yaml --json -o out2
counts 0 23 0 0 0
[ "$(traced)" = 0 ] || fail "a cached run ran something"
cmp -s out1/list.trace out2/list.trace || fail "a cached run saved other bytes"
if strace -o /dev/null true 2>/dev/null; then
  ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=process -o calls "$BETTIFLOW" run cache.yaml -q -o out2 || fail "under strace"
  [ "$(grep -c execve calls)" = 1 ] || fail "a cached run started a process: $(grep execve calls)"
fi

# One parameter: exactly what depends on it.
rm -f trace
run 0 run cache.yaml --json -o out3 --set plus.value=5
counts 14 9 0 0 0 # twelve sums, list and its save
run 0 run cache.yaml --json -o out3 --set sweep.v=1,2,4
counts 8 15 0 0 0 # one value, grid, four sums, list and its save

# Early cut-off: a changed parameter that gives the same bytes reruns that stage only.
cat >cut.yaml <<'END'
bettiflow: 1
name: cut
stages:
  points: { use: test.points, params: { n: 5, note: one } }
  add: { use: test.add, in: { points: points } }
END
run 0 run cut.yaml --json
counts 2 0 0 0 0
run 0 run cut.yaml --json --set points.note=two
counts 1 1 0 0 0

# plan agrees, and makes no store.
run 0 plan cut.yaml --set points.note=two
says out "points  cached"
run 0 plan cut.yaml --set points.note=three
says out "points  run"
says out "add     run unless its input comes out the same"
run 0 plan cache.yaml --set plus.value=9 --json
says out '"stage": "plus"'
(mkdir fresh && cd fresh && "$BETTIFLOW" plan ../cache.yaml --store here >../out 2>../err) || fail "plan without a store"
[ ! -e fresh/here ] && [ ! -e fresh/.bettiflow ] || fail "plan made a store"
says out "plus   v=1  run × items"
run 0 run cut.yaml --dry-run --set points.note=three
says out "points  run"

# Another pipeline that computes the same shares it; a failed task is not cached.
cat >same.yaml <<'END'
bettiflow: 1
name: another-name
vars: { n: 5 }
stages:
  cloud: { use: test.points, params: { n: $n, note: two } }
  more: { use: test.add, in: { points: cloud } }
  bad: { use: test.misbehave, params: { mode: fail } }
END
run 1 run same.yaml --json --keep-going
counts 0 2 0 1 0
run 1 run same.yaml --json --keep-going
counts 0 2 0 1 0

# A FILE parameter counts by its content; -j changes no byte of any object.
printf 12345 >five.xy
printf 12345 >same.xy
cat >file.yaml <<'END'
bettiflow: 1
name: file
stages: { file: { use: test.file, params: { path: five.xy } } }
END
run 0 run file.yaml --json
counts 1 0 0 0 0
run 0 run file.yaml --json --set file.path=same.xy
counts 0 1 0 0 0
printf 123456 >five.xy
run 0 run file.yaml --json
counts 1 0 0 0 0

# Two runners on one store at a time: each key runs once.
rm -f trace
cat >both.yaml <<'END'
bettiflow: 1
name: both
sweep: { v: 1..6 }
stages:
  value: { use: trace.value, params: { value: $v, milliseconds: 20 } }
  sum: { use: trace.sum, in: { a: value }, params: { milliseconds: 20 } }
END
"$BETTIFLOW" run both.yaml -q --store shared -j 2 &
"$BETTIFLOW" run both.yaml -q --store shared -j 2 || fail "one of two runners"
wait $! || fail "the other of two runners"
[ "$(traced)" = 12 ] || fail "two runners ran $(traced) stages, not 12"

# print: named by their items when there are several; on stderr with --json.
cat >print.yaml <<'END'
bettiflow: 1
name: print
sweep: { v: [1, 2] }
stages:
  value: { use: trace.value, params: { value: $v } }
  list: { use: trace.list, gather: { items: value }, print: true }
END
run 0 run print.yaml -q
says out "list [v=1]"
says out "list [v=2]"
cp out printed
run 0 run print.yaml --json
counts 0 6 0 0 0
while read -r line; do says err "$line"; done <printed
run 0 run print.yaml -q --set sweep.v=1
says out v
grep -q "list \[" out && fail "a single print needs no name"

run 0 run cache.yaml -q -j 1 --store one
run 0 run cache.yaml -q -j 2 --store two
(cd one/objects && find . -type f | sort) >objects1
(cd two/objects && find . -type f | sort) >objects2
cmp -s objects1 objects2 || fail "-j 1 and -j 2 made different objects"
run 0 verify --store one
finish

#!/bin/sh
# What in, each, gather, across and declines mean: every table below was worked out by hand.
. "$BF_SOURCE/tests/support/engine.sh"

# A MANY port, each, gather with across: sweep order as written, then the producer's item order, here backwards.
cat >grid.yaml <<'END'
bettiflow: 1
name: grid
sweep: { add: [2000, 1000], tail: [5] }
stages:
  grid: { use: trace.grid, params: { layers: 2, classes: 2, backwards: true } }
  plus: { use: trace.sum, each: { a: grid }, params: { value: $add } }
  list: { use: trace.list, gather: { items: plus }, across: [add], save: list.trace }
END
run 0 run grid.yaml --json -o out1
counts 11 0 0 0 0 # 1 grid, 2 × 4 sums, a list, its save: tail is in no stage's axes
expect out1/list.trace <<'END'
$add,layer,class,value
2000,1,1,2011
2000,1,0,2010
2000,0,1,2001
2000,0,0,2000
1000,1,1,1011
1000,1,0,1010
1000,0,1,1001
1000,0,0,1000
END

# gather without across leaves the axis: a table for each point, named in braces.
cat >left.yaml <<'END'
bettiflow: 1
name: left
sweep: { add: [2000, 1000] }
stages:
  grid: { use: trace.grid, params: { layers: 1, classes: 2 } }
  plus: { use: trace.sum, each: { a: grid }, params: { value: $add } }
  list: { use: trace.list, gather: { items: plus }, save: "{add}/list.trace" }
END
run 0 run left.yaml --json -o out2
expect out2/2000/list.trace <<'END'
$add,layer,class,value
2000,0,0,2000
2000,0,1,2001
END
expect out2/1000/list.trace <<'END'
$add,layer,class,value
1000,0,0,1000
1000,0,1,1001
END

# Two each ports are joined on their common axis, in the order of the first, then of the second.
cat >join.yaml <<'END'
bettiflow: 1
name: join
stages:
  layers: { use: trace.layers, params: { layers: 3 } }
  grid: { use: trace.grid, params: { layers: 3, classes: 2, backwards: true } }
  pair: { use: trace.sum, each: { a: layers, b: grid } }
  list: { use: trace.list, gather: { items: pair }, save: list.trace }
END
run 0 run join.yaml --json -o out3
expect out3/list.trace <<'END'
layer,class,value
0,1,1
0,0,0
1,1,111
1,0,110
2,1,221
2,0,220
END

# An item without a partner is an error that names it.
run 1 run join.yaml --set layers.layers=4
says err "[layer=3]"
says err "has no partner at 'b'"

# A list of points: exactly these, in this order; an instance for each distinct projection.
cat >points.yaml <<'END'
bettiflow: 1
name: points
sweep: [{ x: 3, y: 10 }, { x: 1, y: 20 }, { x: 3, y: 30 }, { x: 1, y: 40 }]
stages:
  x: { use: trace.value, params: { value: $x } }
  sum: { use: trace.sum, in: { a: x }, params: { value: $y } }
  list: { use: trace.list, gather: { items: sum }, across: [x, y], save: list.trace }
END
rm -f trace
run 0 run points.yaml --json -o out4
expect out4/list.trace <<'END'
$x,$y,value
3,10,13
1,20,21
3,30,33
1,40,41
END
[ "$(traced)" = 7 ] || fail "seven stages should have run (two x, four sums, a list), not $(traced)"

# Declines: in and each pass them on, gather lists them, all declined declines the gathering stage; exit code 0.
cat >decline.yaml <<'END'
bettiflow: 1
name: decline
sweep: { v: [1, 2, 3] }
stages:
  value: { use: trace.value, params: { value: $v, decline: 2 } }
  grid: { use: trace.grid, in: { base: value }, params: { layers: 2, classes: 1, decline: 3 } }
  plus: { use: trace.sum, each: { a: grid }, params: { decline: 11 } }
  list: { use: trace.list, gather: { items: plus }, across: [v], save: list.trace }
END
run 0 run decline.yaml --json -o out5
counts 6 0 6 0 0 # declined: value at 2; grid at 2 and 3; plus at 1 layer 1, once at 2, once at 3
expect out5/list.trace <<'END'
$v,layer,class,value
1,0,0,1
1,1,0,declined 11
2,,,declined 2
3,,,declined 3
END
run 0 run decline.yaml --json -o out5
counts 0 6 6 0 0
run 0 run decline.yaml --json -o out5b --set sweep.v=2
counts 0 0 5 0 0 # all declined: the list and its save too
[ ! -e out5b/list.trace ] || fail "a declined stage saved a file"

# A declined producer at one side of a join: once for all that it would have met.
run 0 run join.yaml --json -o out6 --set layers.decline=0
counts 0 1 4 0 0 # grid is cached; layers, the one pair, list and its save decline

# Equal keys run once in a run: both branches do the same.
cat >twin.yaml <<'END'
bettiflow: 1
name: twin
stages:
  one: { use: trace.value, params: { value: 7, milliseconds: 50 } }
  two: { use: trace.value, params: { value: 7, milliseconds: 50 } }
  sum: { use: trace.sum, in: { a: one, b: two }, save: sum.trace }
END
rm -f trace
run 0 run twin.yaml --json -o out7 -j 2
counts 3 1 0 0 0
[ "$(traced)" = 2 ] || fail "one of two equal tasks should have run"
echo 14 | expect out7/sum.trace

# Two saves that would overwrite each other are an error.
cat >clash.yaml <<'END'
bettiflow: 1
name: clash
stages:
  one: { use: trace.value, params: { value: 1 }, save: same.trace }
  two: { use: trace.value, params: { value: 2 }, save: same.trace }
END
"$BETTIFLOW" run clash.yaml >out 2>err && fail "two stages saved one file"
says err same.trace

# Through item values that is known only when they are written: what was saved first stays, and the run says which two it was.
cat >items.yaml <<'END'
bettiflow: 1
name: items
stages:
  first: { use: trace.layers, save: "a-{layer}.trace" }
  second: { use: trace.sum, in: { a: last }, save: a-1.trace }
  last: { use: trace.value, params: { value: 5, milliseconds: 50 } }
END
run 1 run items.yaml --json -o out8
says err "would both be saved as a-1.trace; name what tells them apart in braces"
says out '"status": 1'
says out '"out8/a-0.trace"'
[ "$(grep -c a-1.trace out)" = 1 ] || fail "a file that was not saved is listed"
[ "$(cat out8/a-1.trace)" = 100 ] || [ "$(cat out8/a-1.trace)" = 5 ] || fail "neither of two saves is there"
finish

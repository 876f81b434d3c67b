#!/bin/sh
# The run verb's options and what it shows: a bar on a terminal, plain lines elsewhere, nothing with --quiet; JSON alone on stdout.
. "$BF_SOURCE/tests/support/engine.sh"
cat >show.yaml <<'END'
bettiflow: 1
name: show
sweep: { v: 1..4 }
stages:
  value: { use: trace.value, params: { value: $v, milliseconds: 150 } }
  bad: { use: trace.sum, in: { a: value }, params: { fail: 2, decline: 3 } }
  list: { use: trace.list, gather: { items: value }, across: [v], save: list.trace }
END
run 2 run show.yaml --engine fast
run 2 run show.yaml --hosts machines
run 2 run show.yaml -j 0
run 2 run show.yaml -j many
run 2 run show.yaml --timeout soon
run 2 run show.yaml --memory much
run 2 run show.yaml other.yaml
run 2 run
run 2 plan
run 2 plan show.yaml --dot --json
run 3 run nowhere.yaml
run 3 run show.yaml --set bad.no_such=1
says err no_such
run 5 run show.yaml --store /proc/no-store

run 0 plan show.yaml --dot
says out "value -> bad [label=\"in a\"]"
run 0 plan show.yaml --json
says out '"items_unknown": false'

# Lines: what ran, what failed and where its log is; the summary; then the verdict.
run 1 run show.yaml --keep-going -j 2
[ ! -s out ] || fail "something is on stdout"
says err "value [v=1]: ran"
says err "failed: bad [v=2]: failed 2"
says err "bad [v=3]: declined: declined 3"
says err "saved ./show-out/list.trace"
says err "bettiflow: 1 of 10 tasks failed, 0 skipped"
grep -q "$(printf '\033')" err && fail "colour without a terminal"

# The object that CONTRACT.md names, and nothing else, on stdout.
run 1 run show.yaml --keep-going --json -o there
tr -d ' \n' <out | grep -Eq '^\{"run":"[0-9]{8}-[0-9]{6}-[0-9a-f]+","status":1,"tasks":\{"total":10,"ran":0,"cached":8,"declined":1,"failed":1,"skipped":0\},"saved":\["there/list.trace"\],"store":"[^"]*/.bettiflow"\}$' || {
  fail "--json"
  cat out >&2
}
run 1 run show.yaml --keep-going -q
[ "$(wc -l <err)" = 2 ] || fail "--quiet says more than the failure and the verdict"

# What a stage warns of is shown once, however many of its tasks say it; not for what is cached, not with --quiet, never on stdout. Its log has it too.
printf 'x,y,class\n1,5,0\n2,5,1\n3,5,1\n4,5,0\n' >points.csv
cat >warn.yaml <<'END'
bettiflow: 1
name: warn
sweep: { part: [0, 1] }
stages:
  data: { use: dataset.file, params: { path: points.csv, class: $part } }
  same: { use: points.standardise, in: { points: data } }
END
run 0 run warn.yaml
[ ! -s out ] || fail "a warning is on stdout"
[ "$(grep -c '^warning: same: .* coordinates (1, from 0) are the same' err)" = 1 ] || fail "warnings: $(cat err)"
run 0 log last same
says out "warning: "
run 0 run warn.yaml
grep -q warning: err && fail "a warning of a cached task: $(cat err)"
run 0 run warn.yaml --quiet --store silent
[ ! -s err ] || fail "--quiet: $(cat err)"

# A failed task names its input by port and stage, not by the store's object.
cat >mismatch.yaml <<'END'
bettiflow: 1
name: mismatch
stages:
  flat: { use: dataset.file, params: { path: points.csv } }
  space: { use: dataset.torus, params: { points: 10 } }
  net: { use: train.mlp, in: { train: flat }, params: { hidden: [2], steps: 2, accuracy: 0.1 } }
  layers: { use: network.layers, in: { model: net, points: space } }
END
run 1 run mismatch.yaml
says err "failed: layers: points (from space): points of 3 coordinates, but the network takes 2"

# On a terminal: one line, redrawn; no colour when NO_COLOR is set.
if TERM=xterm script -qec true probe >/dev/null 2>&1; then # needs a pseudo-terminal
  TERM=xterm script -qec "$BETTIFLOW run show.yaml --keep-going --store bar -j 2" typescript >/dev/null && fail "exit code through a terminal"
  says typescript "[####"
  says typescript "running"
  grep -q "$(printf '\033\\[31m')" typescript || fail "no colour on a terminal"
  NO_COLOR=1 TERM=xterm script -qec "$BETTIFLOW run show.yaml --keep-going --store bar -j 2" typescript >/dev/null
  grep -q "$(printf '\033\\[31m')" typescript && fail "colour although NO_COLOR is set"
fi

# Tasks that are one computation are told apart from what an earlier run left.
cat >twins.yaml <<'END'
bettiflow: 1
name: twins
stages:
  first: { use: trace.value, params: { value: 5 } }
  second: { use: trace.value, params: { value: 5 } }
END
run 0 run twins.yaml -q --store twins
run 0 show last --store twins
says out "1 of the cached tasks are the same as another task of this run"
run 0 run twins.yaml -q --store twins
run 0 show last --store twins
grep -q "the same as another task" out && fail "tasks of an earlier run are called the same as another of this one"
finish

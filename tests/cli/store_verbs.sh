#!/bin/sh
# runs, show, log, explain, gc, verify and reindex after real runs.
. "$BF_SOURCE/tests/support/engine.sh"

cat >a.yaml <<'END'
bettiflow: 1
name: small
sweep: { v: [1, 2] }
stages:
  value: { use: trace.value, params: { value: $v } }
  plus: { use: trace.sum, in: { a: value }, params: { value: 7 } }
  list: { use: trace.list, gather: { items: plus }, across: [v], save: list.trace }
END

# Without a store there is nothing to tell, and none is made.
for verb in runs log explain gc verify reindex "show last"; do
  run 5 $verb
  says err "no store there"
done
[ ! -e .bettiflow ] || fail "a verb that reads made a store"
run 2 runs what
run 2 gc --keep many
run 2 show
run 2 log last 1 2

run 0 run a.yaml -q
run 0 explain
says out "value      ran  2  first time"
says out "list.save  ran  1  first time"
run 0 run a.yaml -q
run 0 explain last plus
says out "v=1  cached  nothing that it depends on changed"
run 0 run a.yaml -q --set plus.value=8
run 0 explain
says out "value      cached  2  nothing that it depends on changed"
says out "plus       ran     2  value: 7 -> 8"
says out "list       ran     1  input items: 2 of 2 have other content (because stage plus ran)"
says out "list.save  ran     1  input artifact: other content (because stage list ran)"
run 0 explain plus --json # a stage of the last run
says out '"compared_with"'
says out '"value: 7 -> 8"'
run 2 explain last nothing
run 6 explain nothing

run 0 runs
says out "state  ran  cached  declined  failed  skipped  pipeline"
[ "$(grep -c small out)" = 3 ] || fail "three runs are not listed"
run 0 runs --newest 1 --json
says out '"pipeline": "small"'
says out '"total": 6'
[ "$(grep -c '"run"' out)" = 1 ] || fail "runs --newest 1 lists others"
id=$(sed -n 's/ *"run": "\(.*\)",/\1/p' out)

run 0 show last
says out "run $id: done (exit status 0)"
says out "trace.sum"
says out "list.trace"
run 0 show "$id" --json
says out '"pipeline_text"'
says out '"port": '
run 6 show 1999
run 6 show nothing.bf
says err "no such file"

# A file tells where it came from.
run 0 show small-out/list.trace
says out "saved file"
says out "list.save"
run 0 show small-out/list.trace --json
says out "\"run\": \"$id\""
echo "no artifact" >plain
run 6 show plain

# Logs: of failed tasks, of a stage, of a task; a cached task's is that of the run that did the work.
run 0 log
says err "no task of run $id failed"
run 0 log last plus
says out "plus [v=1], ran"
run 0 log last value
says out "value [v=1], cached from run"
run 0 log last 1
run 2 log last 99
run 1 run a.yaml -q --keep-going --set plus.fail=1
run 0 log
says out "plus [v=1], failed"
run 0 show last
says out "failed (exit status 1)"

# Two tasks of one run that are the same: one does the work for both.
cat >twins.yaml <<'END'
bettiflow: 1
name: twins
stages:
  one: { use: trace.value, params: { value: 77, milliseconds: 50 } }
  two: { use: trace.value, params: { value: 77, milliseconds: 50 } }
END
run 0 run twins.yaml --json
counts 1 1 0 0 0
run 0 explain
says out "another task of this run is the same"

# The index serves sqlite3 and can be lost.
if command -v sqlite3 >/dev/null; then
  ask() { sqlite3 .bettiflow/index.sqlite "$1" >out 2>err; }
  ask "SELECT count(*) FROM v_tasks WHERE outcome = 'failed' AND message = 'failed 1'" && says out 1
  ask ".dump" && cp out dump
  run 0 reindex
  ask ".dump" && expect out <dump
  ask "SELECT DISTINCT variable || value FROM v_points ORDER BY 1" && says out v2
fi

# gc keeps what the newest runs reach: the last good run is still cached afterwards.
run 0 verify
says out ": 0 problems"
run 0 gc --keep 3 --dry-run --json
says out '"runs": 2'
run 0 gc --keep 3
says out "removed 2 runs"
run 0 verify --json
says out '"problems": []'
run 0 run a.yaml --json --set plus.value=8
counts 0 6 0 0 0
finish

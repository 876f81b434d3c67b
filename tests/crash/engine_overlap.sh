#!/bin/sh
# Two and three runs of overlapping sweeps at once on one store: every key is run once over all, nothing is lost or torn.
. "$BF_SOURCE/tests/support/engine.sh"
cat >overlap.yaml <<'TEXT'
bettiflow: 1
name: overlap
sweep: { v: [100] } # so far apart that every task traces another value
stages:
  value: { use: trace.value, params: { value: $v, decline: 700, milliseconds: 2 } }
  grid: { use: trace.grid, in: { base: value } }
  plus: { use: trace.sum, each: { a: grid }, params: { value: 1, milliseconds: 3 }, save: "{v}/{layer}-{class}.trace" }
  list: { use: trace.list, gather: { items: plus }, across: [v], save: list.trace, print: true }
TEXT

# tasks RUN…: "outcome key declined" of every task in their journals.
tasks() {
  for id in "$@"; do
    "$BETTIFLOW" show "$id" --json | awk '/"outcome":/ { split($0, o, "\"") } /"key":/ { split($0, k, "\""); print o[4], k[4] }'
  done
}

# check N WHAT: after N runs into ./store, with their saved files in out.1 … out.N and the traced stages in ./trace.
check() {
  "$BETTIFLOW" runs --json | sed -n 's/^ *"run": "\(.*\)",/\1/p' >ids
  [ "$(wc -l <ids)" = "$1" ] || fail "$2: $(wc -l <ids) runs are listed, not $1"
  tasks $(cat ids) >tasks
  awk '$2 != "" { key[$2] = 1; if ($1 == "ran") ran[$2]++; if ($1 == "declined") declined[$2] = 1 }
       END { for (k in key) if (ran[k] != 1 && !declined[k]) { print k, ran[k] + 0; bad = 1 } exit bad }' tasks >wrong ||
    fail "$2: these keys have not the outcome 'ran' just once: $(cat wrong)"
  [ "$(grep -c "^ran" tasks)" -gt 0 ] || fail "$2: nothing ran"
  grep -q "^\(failed\|skipped\)" tasks && fail "$2: tasks failed: $(sort tasks | uniq -c | sort -rn | head)"
  # What declines has 'declined' in each journal: the trace says how often it ran. Others trace a value of their own, but for `list`.
  repeated=$(grep -v list trace | sort | uniq -d)
  [ -z "$repeated" ] || fail "$2: these ran more than once: $repeated"
  run 0 verify
  if command -v sqlite3 >/dev/null; then
    sqlite3 store/index.sqlite .dump >before
    [ "$(sqlite3 store/index.sqlite 'SELECT count(*) FROM v_tasks')" = "$(wc -l <tasks)" ] || fail "$2: the index has other tasks than the journals"
    run 0 reindex
    sqlite3 store/index.sqlite .dump >after
    cmp -s before after || fail "$2: the rebuilt index differs: $(diff before after | head)"
  fi
  [ -z "$(ls store/tmp)" ] || fail "$2: left in tmp/: $(ls store/tmp)"
}

points() { seq -s , $((100 * ${1%-*})) 100 $((100 * ${1#*-})); } # 1-3: 100,200,300

# overlap RANGE FOLDER ARGUMENT…: runs these points of the sweep.
overlap() {
  range=$1
  folder=$2
  shift 2
  "$BETTIFLOW" run overlap.yaml -q -o "$folder" --set sweep.v="$(points "$range")" "$@"
}
for range in 1-16 8-24 1-12 1-14 5-18 10-24; do # what each saves and prints alone
  BF_TRACE=/dev/null overlap $range ref.$range -j 2 --store ref.store >ref.$range.text || fail "the reference for $range"
done

# at_once RANGE…: a run for each range, all at once; the second one with the arguments $second.
second=
at_once() {
  rm -rf store trace out.*
  n=0
  for range in "$@"; do
    n=$((n + 1))
    more=
    [ $n = 2 ] && more=$second
    overlap "$range" "out.$n" -j $((1 + n % 2)) --keep-going $more >"out.$n.text" 2>"out.$n.err" &
    eval "pid$n=$!"
  done
  for i in $(seq $n); do
    eval "wait \$pid$i" || fail "run $i of $*: exit code $?: $(cat "out.$i.err")"
  done
  check $n "$*"
  i=0
  for range in "$@"; do
    i=$((i + 1))
    diff -r "out.$i" "ref.$range" >/dev/null || fail "run $i of $*: other files were saved: $(diff -r "out.$i" "ref.$range" | head -3)"
    cmp -s "out.$i.text" "ref.$range.text" || fail "run $i of $* printed something else"
  done
}

export BETTIFLOW_STORE=$PWD/store
rounds=3
[ "$BF_ASAN" = 1 ] && rounds=1
for round in $(seq $rounds); do
  at_once 1-16 8-24         # some in common
  at_once 1-12 1-12         # all
  at_once 1-14 5-18 10-24   # three
done
if command -v parallel >/dev/null; then
  second="--engine parallel"
  at_once 1-12 1-12
  second=
fi

# Into one folder: the files are some run's, whole.
rm -rf store trace
for i in 1 2 3; do
  overlap 1-12 all -j 2 >/dev/null 2>"err.$i" &
  eval "pid$i=$!"
done
for i in 1 2 3; do eval "wait \$pid$i" || fail "one folder: $(cat "err.$i")"; done
check 3 "one folder"
diff -r all ref.1-12 >/dev/null || fail "one folder: other files were saved"

# A task that fails under one run, here by a time limit, which is in no key: the other one runs it, and once.
cat >slow.yaml <<'TEXT'
bettiflow: 1
name: slow
sweep: { v: 1..6 }
stages:
  quick: { use: trace.value, params: { value: $v } }
  slow: { use: trace.sum, in: { a: quick }, params: { value: 100, milliseconds: 400 }, save: "{v}.trace" }
TEXT
rm -rf store trace
"$BETTIFLOW" run slow.yaml -q -j 2 --keep-going --timeout 50ms -o limited >/dev/null 2>limited.err &
limited=$!
"$BETTIFLOW" run slow.yaml -q -j 2 -o free >/dev/null 2>free.err &
free=$!
wait $limited
code=$?
[ $code = 1 ] || [ $code = 0 ] || fail "the run with the limit: exit code $code: $(cat limited.err)"
wait $free || fail "the run without a limit: $(cat free.err)"
"$BETTIFLOW" runs --json | sed -n 's/^ *"run": "\(.*\)",/\1/p' >ids
tasks $(cat ids) | sort | uniq -c | awk '$2 == "ran" && $1 != 1 { print; bad = 1 } $2 == "ran" { n++ } END { exit bad || n != 18 }' >wrong || fail "the task that failed under one run: $(cat wrong)"
[ "$(cat free/*.trace | tr '\n' ' ')" = "101 102 103 104 105 106 " ] || fail "the run without a limit saved something else"
run 0 verify

# One is killed: the others do what it had begun.
rm -rf store trace
"$BETTIFLOW" run overlap.yaml -q -o killed --set sweep.v="$(points 1-16)" -j 2 >/dev/null 2>&1 & # not in a subshell, so that the signal meets it
killed=$!
overlap 1-12 other -j 2 >/dev/null 2>err.1 &
other=$!
sleep 0.15
kill -9 $killed
wait $killed 2>/dev/null
wait $other || fail "beside one that was killed: $(cat err.1)"
diff -r other ref.1-12 >/dev/null || fail "beside one that was killed: other files were saved"
run 0 verify
finish

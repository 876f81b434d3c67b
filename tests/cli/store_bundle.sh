#!/bin/sh
# bundle, verify, unbundle: a run travels to another store and is looked at there; who trusts it computes nothing again.
. "$BF_SOURCE/tests/support/engine.sh"

printf '5\n' >given
cat >a.yaml <<'END'
bettiflow: 1
name: small
sweep: { v: [1, 2] }
stages:
  value: { use: trace.value, params: { value: $v } }
  plus: { use: trace.sum, in: { a: value }, params: { value: 7 } }
  list: { use: trace.list, gather: { items: plus }, across: [v], save: list.trace }
END

run 0 run a.yaml -q --store one -o first
run 2 bundle --store one
run 2 bundle last --store one
run 6 bundle nothing -o x.bundle --store one
run 5 bundle last -o x.bundle --store nowhere
[ ! -e x.bundle ] && [ ! -e nowhere ] || fail "something was made of nothing"
run 0 bundle last -o all.bundle --store one
says out "6 records"
run 0 bundle last -o same.bundle --store one
cmp -s all.bundle same.bundle || fail "packing twice gives other bytes"
run 0 bundle last --results -o results.bundle --store one --json
says out '"records": 2'
says out '"results": true'
run 5 bundle last -o /nowhere/x.bundle --store one

printf '1,2\n3,4\n' >points.csv
run 0 import points.csv --type PointCloud -o points.bf
run 0 verify all.bundle results.bundle points.bf
says out "all.bundle: a good bundle: 1 run, 6 records"
says out "points.bf: a good "
run 0 verify all.bundle --json
says out '"type": "bundle"'

# Elsewhere, all verbs that tell of runs tell of this one; its records are no hits.
run 6 unbundle given --store two
run 6 unbundle nothing --store two
[ ! -e two ] || fail "a store was made for what is no bundle"
run 0 unbundle all.bundle --store two
says out "6 records and "
says err "with --trust"
run 0 runs --store two
says out small
run 0 show last --store two
says out "done (exit status 0)"
says out "list.trace"
run 0 log last plus --store two
says out "plus [v=1], ran"
run 0 explain --store two
says out "first time"
run 0 verify --store two
says out ": 0 problems"
run 0 show first/list.trace --store two
says out "list.save"
rm -f trace
run 0 run a.yaml --json --store two -o second
counts 6 0 0 0 0
[ "$(traced)" = 5 ] || fail "a record that nobody trusts was a hit"
cmp -s first/list.trace second/list.trace || fail "the results differ"

# What was computed here is kept; what was trusted is not computed.
run 0 unbundle all.bundle --trust --store two --json
says out '"kept": 6'
says out '"records": 0'
run 0 unbundle all.bundle --trust --store three
[ ! -s err ] || fail "a note on trust to one who trusts"
rm -f trace
run 0 run a.yaml --json --store three -o third
counts 0 6 0 0 0
[ "$(traced)" = 0 ] || fail "a trusted record was no hit"
cmp -s first/list.trace third/list.trace || fail "the trusted results differ"

# Results alone: what was saved is there, what lay between is computed again when it is needed.
run 0 unbundle results.bundle --trust --store four
run 0 show last --store four
run 0 verify --store four
says out ": 0 problems"
run 0 run a.yaml --json --store four -o fourth
counts 4 2 0 0 0
if command -v sqlite3 >/dev/null; then
  for store in one three; do
    run 0 reindex --store $store
    sqlite3 $store/index.sqlite "SELECT stage, labels, key FROM v_tasks WHERE run = (SELECT min(run) FROM v_tasks) ORDER BY task" >$store.tasks
  done
  [ -s one.tasks ] && cmp -s one.tasks three.tasks || fail "the index of a run that came in differs"
fi

# Repeating tasks: an honest bundle's are the same; what was forged is found, where it was, and not in what follows from it.
run 0 verify all.bundle --recompute 99
says out "a good bundle"
says out "6 of 6 tasks repeated, 0 differ"
says out "list.save: the same"
run 0 verify all.bundle --recompute 2 --seed 7
cp out drawn
says out "--seed 7"
says out "2 of 6 tasks repeated"
run 0 verify all.bundle --recompute 2 --seed 7
expect out <drawn
BF_LIE=0.5 run 0 run a.yaml -q --store liar -o fifth
run 0 bundle last -o forged.bundle --store liar
run 0 verify forged.bundle
run 6 verify forged.bundle --recompute 99
says out "value [v=1]: gave something else"
says out "plus [v=1]: the same"
says out "6 of 6 tasks repeated, 2 differ"
says err "do not trust it"
run 6 verify forged.bundle --recompute 99 --json
says out '"good": false'
BETTIFLOW_PLUGIN_PATH=$BF_BUILD/tests/plugins/good run 4 verify all.bundle --recompute 1
run 1 verify results.bundle --recompute 1
says err "none can be repeated"
run 2 verify --recompute 1
run 2 bundle last -o -
[ ! -e ./- ] || fail "a bundle is called -"
run 2 verify all.bundle --recompute 0

# Damage, and limits.
n=$(stat -c %s all.bundle)
head -c $((n / 2)) all.bundle >cut.bundle
cp all.bundle flipped.bundle
printf '\377\377' | dd of=flipped.bundle bs=1 seek=$((n / 2)) conv=notrunc 2>/dev/null
for bad in cut flipped; do
  run 6 verify $bad.bundle
  says err "$bad.bundle: "
  run 6 unbundle $bad.bundle --store five
  run 0 runs --store five
  run 0 verify --store five
  says out "0 objects, 0 records, 0 runs"
  [ -z "$(ls -A five/tmp five/runs five/actions five/objects | grep -v :)" ] || fail "something of a bad bundle stays"
done
run 6 verify all.bundle --max-entries 3
says err "--max-entries"
run 6 unbundle all.bundle --max-size 100 --store five
says err "--max-size"
run 2 unbundle all.bundle --max-size much --store five
run 2 verify all.bundle --max-entries 0

# Stopped at any moment it leaves nothing unpacked behind.
mkdir scratch
for after in 0.001 0.002 0.003 0.004 0.006 0.008 0.012 0.02 0.04; do
  TMPDIR=$PWD/scratch timeout -s TERM "$after" "$BETTIFLOW" verify all.bundle >out 2>err
  TMPDIR=$PWD/scratch timeout -s INT "$after" "$BETTIFLOW" verify all.bundle --recompute 9 >out 2>err
  [ -z "$(ls -A scratch)" ] || fail "stopped after $after s, it leaves $(ls -A scratch)"
done
finish

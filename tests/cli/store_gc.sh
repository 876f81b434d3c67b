#!/bin/sh
# gc by age, number, pins and size, as a user asks for it.
. "$BF_SOURCE/tests/support/engine.sh"
cat >a.yaml <<'TEXT'
bettiflow: 1
name: small
stages:
  value: { use: trace.value, params: { value: 1 } }
  plus: { use: trace.sum, in: { a: value }, save: plus.trace }
TEXT

ran() { sed -n 's/^\(20[0-9-]*-[0-9a-f]*\):.*/\1/p' err; } # id of the last run
for verb in "--pin last" "--unpin last" "--older 1d"; do
  run 5 gc $verb
  says err "no store there"
done
[ ! -e .bettiflow ] || fail "gc made a store"
for bad in "--older 5" "--size 5" "--older soon" "--older 0" "--size big" "--size 0" "--keep -1" "--pin last --keep 1" "--unpin last --dry-run"; do
  run 2 gc $bad
done
for value in 1 2 3; do
  run 0 run a.yaml --set value.value=$value
  eval "run$value=$(ran)"
done

# Pins are listed, and hold.
run 6 gc --pin 1999
says err "no run '1999'"
run 0 gc --pin "$run1" --pin last
expect out <<TEXT
pinned $run1
pinned $run3
TEXT
run 0 runs
[ "$(grep -c "done, pinned" out)" = 2 ] || fail "runs does not list the pins"
run 0 runs --newest 1 --json
says out '"pinned": true'
run 0 show last
says out ", pinned"
run 0 gc --unpin last --json
says out "\"run\": \"$run3\""
says out '"pinned": false'
run 0 gc --keep 0 --dry-run
says out "would remove run $run2 (old)"
says out "would remove run $run3 (old)"
says out "would remove 2 runs, 6 records"
grep -q "$run1" out && fail "a pinned run would go"
run 0 gc --keep 0 --dry-run --verbose
[ "$(grep -c "would remove record" out)" = 6 ] || fail "--verbose does not list the records"
run 0 run a.yaml --json --set value.value=2
counts 0 3 0 0 0 # nothing went

# Ages.
run 0 gc --older 1h
says out "removed 0 runs"
sleep 2
run 0 gc --older 1s --keep 3
says out "removed 0 runs"
run 0 gc --older 1s --json
says out '"runs": 3'
says out "\"run\": \"$run3\""
says out '"pinned": 1'
run 0 verify
run 0 run a.yaml --json --set value.value=1
counts 0 3 0 0 0

# A size that pins leave out of reach.
run 0 run a.yaml --set value.value=4
run 1 gc --size 10B --json
says out '"goal_missed": true'
says err "can't be brought within 10 B"
says err "1 pinned and 0 running runs"
run 0 verify
run 0 run a.yaml --json --set value.value=1
counts 0 3 0 0 0
run 0 gc --unpin "$run1"
run 0 gc --size 10B
says out "removing run $run1 (size)"
says out "objects of 0 B stay"
run 0 runs
says err "nothing ran"

# What SQL sees is what the journals say.
if command -v sqlite3 >/dev/null; then
  run 0 run a.yaml -q
  run 0 gc --keep 1
  sqlite3 .bettiflow/index.sqlite .dump >before
  run 0 reindex
  sqlite3 .bettiflow/index.sqlite .dump >after
  expect after <before
fi

# A dry run beside a run that goes on does not wait for it.
"$BETTIFLOW" run a.yaml -q -o long-out --set value.value=77 --set value.milliseconds=60000 2>long &
long=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
  "$BETTIFLOW" runs 2>/dev/null | grep -q running && break
  sleep 0.3
done
run 0 gc --keep 0 --dry-run
says out "would remove"
says err "1 runs go on"
kill -0 $long || fail "gc --dry-run waited for a run"
kill $long
wait $long

# gc while runs begin and end: it waits, they wait, nothing that they need goes.
for i in 1 2 3 4 5 6; do
  "$BETTIFLOW" run a.yaml -q -o "out$i" --set value.value=$i --set value.milliseconds=20 2>"err$i" &
  eval "pid$i=$!"
  [ $((i % 2)) = 0 ] && run 0 gc --keep 0 -q
done
for i in 1 2 3 4 5 6; do
  eval "wait \$pid$i" || fail "run $i beside gc: $(cat "err$i")"
  [ "$(cat "out$i/plus.trace" 2>/dev/null)" = $i ] || fail "run $i beside gc saved something else"
done
run 0 verify
finish

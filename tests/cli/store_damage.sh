#!/bin/sh
# A damaged store: verify tells, runs repair.
. "$BF_SOURCE/tests/support/engine.sh"

cat >a.yaml <<'END'
bettiflow: 1
name: small
stages:
  value: { use: trace.value, params: { value: 3 } }
  plus: { use: trace.sum, in: { a: value }, params: { value: 7 }, save: plus.trace }
END
run 0 run a.yaml -q
cp small-out/plus.trace good

# Each object in turn: cut short, it is made again; with a flipped bit, verify and the saving say so, and it is made again once it is removed.
for object in .bettiflow/objects/*/*; do
  cp "$object" kept
  chmod u+w "$object"
  : >"$object"
  run 1 verify
  says out "$(basename "$object")"
  run 0 run a.yaml -q
  cmp -s "$object" kept || fail "an object that was cut short was not made again"
  run 0 verify
  chmod u+w "$object"
  n=$(stat -c %s "$object")
  printf '\377' | dd of="$object" bs=1 seek=$((n / 2)) conv=notrunc 2>/dev/null
  run 1 verify
  says out "damaged"
  says err "1 problem"
  rm -f "$object"
  run 0 run a.yaml -q
  cmp -s "$object" kept || fail "an object that was removed was not made again"
  cmp -s small-out/plus.trace good || fail "other bytes were saved"
done
run 0 verify

# Each record in turn, cut at its half.
for record in .bettiflow/actions/*/*; do
  chmod u+w "$record"
  truncate -s $(($(stat -c %s "$record") / 2)) "$record"
  run 1 verify
  says out "its task runs again"
  run 0 run a.yaml --json
  says out '"ran": 1'
  run 0 explain
  says out "its record or one of its objects was no longer in the store"
  run 0 verify
done

# A task that is given a damaged object fails, the message says which one; nothing of it is kept.
run 0 run a.yaml -q --store given
for object in given/objects/*/*; do "$BETTIFLOW" show "$object" --store given 2>/dev/null | grep -q trace.value && value=$object; done
cp "$value" kept
chmod u+w "$value"
printf '\377' | dd of="$value" bs=1 seek=$(($(stat -c %s "$value") - 6)) conv=notrunc 2>/dev/null
run 5 run a.yaml --json --set plus.value=9 --keep-going --store given
says err "$value: the object is damaged; remove it and run the pipeline again"
says out '"failed": 1'
rm -f "$value"
run 0 run a.yaml --json --set plus.value=9 --store given
cmp -s "$value" kept || fail "an object that was removed was not made again"
run 0 verify --store given

# A store of a newer bettiflow, and something that is no store.
cp .bettiflow/store kept
chmod u+w .bettiflow/store
echo "bettiflow store 99" >.bettiflow/store
run 5 run a.yaml -q
says err "use a newer bettiflow"
run 5 plan a.yaml
says err "use a newer bettiflow"
run 0 plan a.yaml --store none-yet
[ ! -e none-yet ] || fail "a plan made a store"
cp kept .bettiflow/store
mkdir other && echo x >other/file
run 5 run a.yaml -q --store other
says err "not a bettiflow store"

# Artifact files.
run 6 verify good
run 6 verify nothing
for object in .bettiflow/objects/*/*; do
  "$BETTIFLOW" verify "$object" >out 2>err && says out "a good"
done
finish

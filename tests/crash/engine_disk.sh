#!/bin/sh
# A full disk and a read-only store: exit code 5, and the store stays sound. Needs to mount a tmpfs, else it is skipped.
. "$BF_SOURCE/tests/support/engine.sh"
mkdir disk
mount -t tmpfs -o size=1m none disk 2>/dev/null || exit 77
trap 'umount disk' EXIT
cat >big.yaml <<'END'
bettiflow: 1
name: big
sweep: { seed: 1..4 }
stages:
  points: { use: test.points, params: { n: 40000, seed: $seed }, save: "{seed}.xy" }
END

run 5 run big.yaml --json --store disk/store -o saved --keep-going -j 1
says err disk/store
run 0 verify --store disk/store
mount -o remount,size=16m disk
run 0 run big.yaml --json --store disk/store -o saved
[ "$(find saved -type f | wc -l)" = 4 ] || fail "four files should be saved"
run 0 verify --store disk/store

# -o is full.
mount -t tmpfs -o size=100k none saved 2>/dev/null && {
  run 5 run big.yaml --json --store disk/store -o saved
  says err saved/
  [ "$(find saved -type f | wc -l)" = 0 ] || fail "a cut file was left"
  umount saved
}

# The disk is full of other things: nothing of the index is lost, pins are whole or not there, and gc makes room.
run 0 runs --store disk/store --json
first=$(sed -n 's/^ *"run": "\(.*\)",/\1/p' out | head -1)
id=$(sed -n 's/^ *"run": "\(.*\)",/\1/p' out | tail -1)
run 0 gc --pin "$id" --store disk/store
ask() { command -v sqlite3 >/dev/null && sqlite3 -readonly disk/store/index.sqlite .dump; }
ask >before
dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null
run 5 reindex --store disk/store
says err disk/store
ask >after
cmp -s before after || fail "a reindex that found no room spoilt the index"
[ -z "$(ls disk/store/tmp)" ] || fail "a reindex that found no room left work: $(ls disk/store/tmp)"
run 5 run big.yaml --json --store disk/store -o saved --set sweep.seed=5
says err disk/store
run 0 runs --store disk/store
"$BETTIFLOW" gc --pin "$first" --store disk/store >out 2>err
case $? in # a file without content may find its place
  0) run 0 gc --unpin "$first" --store disk/store ;;
  5) says err disk/store ;;
  *) fail "a pin on a full disk: $(cat err)" ;;
esac
run 0 gc --keep 0 --store disk/store
says out "removed "
run 0 runs --store disk/store
[ "$(wc -l <out)" = 2 ] || fail "gc kept other runs than the pinned one on a full disk: $(cat out)"
rm disk/filler
run 0 verify --store disk/store
run 0 run big.yaml --json --store disk/store -o saved
counts 0 8 0 0 0 # the pinned run's
ask >before
run 0 reindex --store disk/store
ask >after
cmp -s before after || fail "the index differs from the rebuilt one after gc on a full disk"

# Read-only: a plan works, a run says so.
mount -o remount,ro disk
run 0 gc --dry-run --store disk/store
for verb in gc "gc --pin last" "gc --unpin $id" reindex; do
  run 5 $verb --store disk/store
  says err disk/store
  says err "Read-only"
done
for verb in runs verify "show last"; do
  run 0 $verb --store disk/store
done
run 0 plan big.yaml --store disk/store
says out cached
run 5 run big.yaml --json --store disk/store -o saved
says err disk/store
run 5 run big.yaml --json --store new -o disk/out
says err disk
finish

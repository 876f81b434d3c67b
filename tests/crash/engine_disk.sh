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

# Read-only: a plan works, a run says so.
mount -o remount,ro disk
run 0 plan big.yaml --store disk/store
says out cached
run 5 run big.yaml --json --store disk/store -o saved
says err disk/store
run 5 run big.yaml --json --store new -o disk/out
says err disk
finish

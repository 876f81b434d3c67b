#!/bin/sh
# Bad files: what reads them says where and why, with exit code 6 on the command line and 1 inside of a task; nothing is kept, the store stays sound.
. "$BF_SOURCE/tests/support/engine.sh"
mkdir in

# bad FILE TEXT [FORMAT]: import refuses it with 6, a pipeline's task with 1; both name the place; no output is left, nothing is cached.
bad() {
  run 6 import ${3:+--format "$3"} "in/$1" -o x.bf
  says err "$1$2"
  [ ! -e x.bf ] || fail "$1: import left an artifact"
  case $1 in *.csv | *.npy | *.tfrecord | *.point_cloud | *.csv.gz) ;; *) return ;; esac
  cat >file.yaml <<END
bettiflow: 1
name: file
stages: { a: { use: dataset.file, params: { path: "in/$1" } }, b: { use: test.count, gather: { items: a } } }
END
  for again in 1 2; do # a failure is not cached
    run 1 run file.yaml --json --keep-going
    counts 0 0 0 1 1
    says err "$2"
  done
  run 0 verify
}

printf 'x,y\n1,2\n3\n' >in/ragged.csv
bad ragged.csv ":3:1: 1 fields, but the lines before have 2"
printf '1,2\n3,foo\n' >in/text.csv
bad text.csv ":2:3: 'foo' is not a number"
printf '1,2\n3,nan\n' >in/nan.csv
bad nan.csv ":2:3: 'nan' is not a finite number"
printf '1,2\n3,1e99\n' >in/large.csv
bad large.csv ":2:3: '1e99' is too large"
printf 'x,y\n' >in/header.csv
bad header.csv ": a header and no rows"
printf '0 1 1.5\n1 2 1\n1 0 2.5\n' >in/twice.sparse
bad twice.sparse ":3:1: the pair (1, 0) is given twice, with distance 2.5 and before with 1.5"
for extension in csv csv.gz npy tfrecord lower_distance upper_distance distance point_cloud dipha sparse binary pers; do
  : >in/empty.$extension
  run 6 import in/empty.$extension -o x.bf
  says err "empty.$extension: an empty file"
done
: >in/nothing
run 6 import --format csv in/nothing -o x.bf
says err "an empty file"
for extension in csv npy tfrecord point_cloud; do # inside of a task
  echo "{ bettiflow: 1, name: file, stages: { a: { use: dataset.file, params: { path: in/empty.$extension } } } }" >file.yaml
  run 1 run file.yaml --json
  says err "failed: a: ./in/empty.$extension: "
  counts 0 0 0 1 0
done
for format in distance point-cloud dipha; do
  run 6 ripser --format $format in/nothing
  says err "in/nothing"
done
printf '0 1\n1\n' | gzip >in/cut.csv.gz 2>/dev/null && truncate -s -6 in/cut.csv.gz && bad cut.csv.gz ""

# TFRecords: a copy of one whose checksum of the payload is wrong, of the length, and one that is cut short.
head -c 12 /dev/zero | tr '\0' 'x' >in/noise.tfrecord
bad noise.tfrecord ": record 0 at byte 0"
run 0 stage test.points --set n=50 --out points=good.bf
cp good.bf in/payload.tfrecord # an artifact is a file of TFRecords
printf '\377' | dd of=in/payload.tfrecord bs=1 seek=20 conv=notrunc 2>/dev/null
bad payload.tfrecord ": record 0 at byte 0: wrong checksum" tfrecord

# Artifacts that are cut, flipped, or go on: every verb that reads one says so.
size=$(stat -c %s good.bf)
damaged() { # NAME: a damaged copy, here as ./bad.bf
  for verb in "show bad.bf" "verify bad.bf" "export bad.bf -o x.csv" "import bad.bf -o x.bf" "stage test.add --in points=bad.bf --out points=x.bf"; do
    run 6 $verb
    says err bad.bf
    [ ! -e x.bf ] && [ ! -e x.csv ] || fail "$1: '$verb' left an output"
    rm -f x.bf x.csv
  done
}
for n in 8 11 12 22 40 $((size / 2)) $((size - 1)); do
  head -c $n good.bf >bad.bf
  damaged "cut to $n bytes"
done
for at in 0 5 9 13 30 $((size / 3)) $((size / 2)) $((size - 2)); do
  cp good.bf bad.bf
  byte=$(od -An -tu1 -j $at -N 1 good.bf)
  printf "\\$(printf %03o $((byte ^ 16)))" | dd of=bad.bf bs=1 seek=$at conv=notrunc 2>/dev/null
  damaged "bit of byte $at"
done
cat good.bf good.bf >bad.bf
damaged "twice"

# A FILE parameter that changed inside the store is taken in again, not read as it is.
printf '1,2\n3,4\n' >in/points.csv
cat >file.yaml <<'END'
bettiflow: 1
name: file
stages: { a: { use: dataset.file, params: { path: in/points.csv }, save: a.csv } }
END
rm -rf .bettiflow
run 0 run file.yaml -q
cp file-out/a.csv wanted.csv
object=.bettiflow/objects/*/$(sha256sum in/points.csv | cut -c -64)
chmod u+w $object
printf 9 | dd of="$(echo $object)" bs=1 conv=notrunc 2>/dev/null
run 1 verify
rm -rf .bettiflow/actions file-out
run 0 run file.yaml -q
cmp -s file-out/a.csv wanted.csv || fail "a damaged FILE object was read"
run 0 verify
finish

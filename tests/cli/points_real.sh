#!/bin/sh
# The pipelines for the paper's real data run from end to end on small files of the same formats, made here; a wrong file is noticed.
set -u
fail() { echo "$*" >&2; exit 1; }
quick="--set sweep.trial=1 --set sweep.activation=relu --set sweep.hops=2 --set vars.every=2 --set vars.hidden=[4] --set vars.k=5 --set vars.accuracy=0.3"

# run NAME LAYERS ARGUMENT…: both tables come out, with rows for so many layers, two classes and two dimensions, and one trained network that was tried on fresh points.
run() {
  name=$1 layers=$2
  shift 2
  "$BETTIFLOW" run "$BF_SOURCE/pipelines/paper/$name.yaml" $quick "$@" -o "out-$name" >out 2>err || fail "$name: $(cat err)"
  [ "$(head -n 1 "out-$name/betti.csv")" = activation,trial,hops,layer,class,scale,dim,betti ] || fail "$name: $(head -n 1 "out-$name/betti.csv")"
  [ "$(wc -l <"out-$name/betti.csv")" = $((1 + layers * 4)) ] || fail "$name: $(cat "out-$name/betti.csv")"
  [ "$(wc -l <"out-$name/trials.csv")" = 2 ] && grep -q '^relu,1,trained,[1-5],[0-9]*,[01][.0-9]*,[01][.0-9]*,' "out-$name/trials.csv" || fail "$name: $(cat "out-$name/trials.csv")"
}

# table ROWS FEATURES FIRST CLASSES SEPARATOR: rows of features around a place of their class's own, the class last.
table() {
  awk -v n="$1" -v d="$2" -v first="$3" -v classes="$4" -v s="$5" 'BEGIN { srand(1)
    for (i = 0; i < n; i++) { c = i % classes; for (k = 0; k < d; k++) printf "%.5f%s", (k + c) % 3 + rand() * .9, s; print c + first } }'
}

table 120 4 0 2 , >data_banknote_authentication.txt
run banknote 3 --set vars.path=data_banknote_authentication.txt --set 'vars.sha256=""'
table 140 8 0 2 , >HTRU_2.csv
run htru2 3 --set vars.path=HTRU_2.csv --set vars.sha256="$(sha256sum HTRU_2.csv | cut -c 1-64)"
table 330 48 1 11 ' ' >Sensorless_drive_diagnosis.txt
run sensorless 3 --set vars.path=Sensorless_drive_diagnosis.txt --set vars.class=7
awk -F, '$5 == 1' out-sensorless/betti.csv | grep -q . || fail "no class 1: $(cat out-sensorless/betti.csv)"

# IDX: two zeros, type 8 (byte), number of sizes, sizes as big-endian words, bytes. 200 images of 6 × 6, digit i mod 10 as rows that are bright.
bytes() { awk 'BEGIN { for (i = 0; i < 200; i++) for (k = 0; k < 36; k++) printf "\\%03o", (int(k / 6) * 2 + i) % 10 < 4 ? 200 + (i * 7 + k * 5) % 50 : (i + k) % 9 }'; }
digits() { awk 'BEGIN { for (i = 0; i < 200; i++) printf "\\%03o", i % 10 }'; }
{ printf '\000\000\010\003\000\000\000\310\000\000\000\006\000\000\000\006'; printf "$(bytes)"; } >train-images-idx3-ubyte
{ printf '\000\000\010\001\000\000\000\310'; printf "$(digits)"; } >train-labels-idx1-ubyte
gzip -k train-images-idx3-ubyte train-labels-idx1-ubyte
mnist="--set vars.path=train-images-idx3-ubyte.gz --set vars.labels=train-labels-idx1-ubyte.gz --set vars.dim=5"
run mnist 3 $mnist --set 'vars.sha256=""' --set 'vars.labels_sha256=""'

# The pipeline knows the real file's SHA-256.
"$BETTIFLOW" run "$BF_SOURCE/pipelines/paper/mnist.yaml" $quick $mnist -o other >out 2>err && fail "a file with another SHA-256 was taken"
grep -q "train-images-idx3-ubyte.gz: its SHA-256 is $(sha256sum train-images-idx3-ubyte.gz | cut -c 1-64), not 440fcabf" err || fail "$(cat err)"

# Without labels_format, the extension of `labels` says how it is read, whatever `path` is; labels of another file don't fit.
tail -c 200 train-labels-idx1-ubyte >rest
{ printf '\000\000\010\001\000\000\000\307'; head -c 199 rest; } >short.idx
cut -d , -f 1-4 HTRU_2.csv | head -n 120 >points.txt
cat >labels.yaml <<END
bettiflow: 1
name: labels
stages: { data: { use: dataset.file, params: { path: points.txt, format: csv, labels: short.idx } } }
END
"$BETTIFLOW" run labels.yaml >out 2>err && fail "199 labels were taken for 120 points"
grep -q "short.idx: 199 classes, but there are 120 points" err || fail "$(cat err)"

# The examples of the documentation are accepted.
awk '/^```yaml/ { n++; inside = 1; next } /^```/ { inside = 0 } inside { print > ("doc" n ".yaml") }' "$BF_SOURCE/docs/points.md"
for p in doc1.yaml doc2.yaml; do
  "$BETTIFLOW" plan $p >out 2>err || fail "docs/points.md, $p: $(cat err)"
done

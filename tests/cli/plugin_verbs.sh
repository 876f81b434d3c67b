#!/bin/sh
# plugins, stage, import, export, schema, completion, doctor and plugin commands: results, messages and exit codes.
set -u
good="$BF_BUILD/tests/plugins/good"
failed=0
mkdir tmp
export TMPDIR="$PWD/tmp"
fail() { echo "plugin_verbs: $*" >&2; failed=1; }

# expect CODE PHRASE COMMAND…: the exit code, and a phrase on stderr (empty: any).
expect() {
  code=$1 phrase=$2
  shift 2
  status=0
  "$@" >stdout.txt 2>stderr.txt || status=$?
  [ "$status" = "$code" ] || { fail "exit code $status, not $code: $*"; cat stderr.txt >&2; }
  [ -z "$phrase" ] || grep -qF -- "$phrase" stderr.txt || { fail "no '$phrase' from: $*"; cat stderr.txt >&2; }
}
stage() {
  code=$1 phrase=$2
  shift 2
  expect "$code" "$phrase" "$BETTIFLOW" stage --plugin-path "$good" "$@"
}

# ---- plugins ----
expect 0 '' "$BETTIFLOW" plugins --plugin-path "$good"
grep -q '^  test.points  *random points in the unit square$' stdout.txt || fail "plugins"
expect 0 'warning: '"$BF_BUILD/tests/plugins/bad/wrong_abi.so: ABI 0x62660002" "$BETTIFLOW" plugins --plugin-path "$BF_BUILD/tests/plugins/bad"
expect 3 "did you mean 'test.points'?" "$BETTIFLOW" plugins --plugin-path "$good" show test.point
expect 4 "is defined by two different plugins" "$BETTIFLOW" plugins --plugin-path "$good:$BF_BUILD/tests/plugins/other" show test.points
expect 4 "is in a plugin that can't be used" "$BETTIFLOW" plugins --plugin-path "$BF_BUILD/tests/plugins/bad" show hostile.stage
expect 2 '' "$BETTIFLOW" plugins shwo
expect 0 '' "$BETTIFLOW" plugins --plugin-path "$good" show test.misbehave --json
grep -q '"choices": \[' stdout.txt && grep -q '"range": "\[0, 3600\]"' stdout.txt || fail "plugins show --json"

# A scan that hangs dies with us.
"$BETTIFLOW" plugins --plugin-path "$BF_BUILD/tests/plugins/hang" >/dev/null 2>&1 &
scan=$! child=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  child=$(tr -d ' ' <"/proc/$scan/task/$scan/children" 2>/dev/null)
  [ -n "$child" ] && break
  sleep 0.1
done
[ -n "$child" ] || fail "no scan was seen"
alive() { grep -q '^State:[[:space:]]*[RSD]' "/proc/$child/status" 2>/dev/null; } # not a zombie
alive || fail "the scan is not seen to live"
kill -9 $scan
wait $scan 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  alive || break
  sleep 0.1
done
alive && fail "the scan's child outlived its parent"

# ---- stage ----
stage 0 '' test.points --set n=3 --out points=a.artifact
stage 0 '' test.points --set n=3 --out points=a.xy --out 'points=test_points(separator=comma):b.xy'
[ "$(tr ' ' , <a.xy)" = "$(cat b.xy)" ] || fail "a format's parameter"
stage 0 '' test.add --in points=a.xy --set value=10 --out points=deep/down/c.xy
awk '{ if ($1 < 10 || $1 > 11) exit 1 }' deep/down/c.xy || fail "test.add"
stage 0 '' test.add --in points=a.artifact --set value=0 --set 'activation=test_scale(by=1)' --out points=d.artifact
cmp a.artifact d.artifact || fail "the same points are not the same bytes"
stage 0 '' test.items --out 'points=items/{item}.artifact'
[ "$(ls items | tr '\n' ' ')" = '0.artifact 1.artifact 2.artifact ' ] || fail "items"
stage 0 '' test.add --in points=items/2.artifact --out 'points=labelled-{item}.xy'
[ "$(wc -l <labelled-2.xy)" = 3 ] || fail "an output carries its input's label"
stage 0 '' test.count --in items=items/2.artifact --in items=items/0.artifact --out table=t.csv
[ "$(cut -d, -f 1,6 t.csv | tr '\n' ' ')" = 'item,betti 2,3 0,1 ' ] || { fail "order of a MANY input"; cat t.csv; }
stage 0 '' dataset.disks --out points=disks.artifact
stage 0 '' train.mlp --in train=disks.artifact --set 'hidden=[2]' --set activation=test_scale --set steps=1 --set accuracy=0.01 --out model=m.artifact
expect 4 'an input was made with activation.test_scale' "$BETTIFLOW" stage network.layers --in model=m.artifact --in points=disks.artifact \
  --out 'layers={layer}-{class}.artifact'
stage 3 "name each axis in the file's name: {item}" test.items --out points=items.artifact
stage 3 "the output's label has no such name" test.points --out 'points={layer}.xy'
stage 2 'Add --out points=FILE' test.points
stage 2 'it has the form PORT=FILE' test.points --out a.xy
stage 2 'it has the form name=value' test.points --set n --out points=a.xy
stage 2 '' test.points test.items --out points=a.xy
stage 3 "did you mean 'points'?" test.points --out point=a.xy
stage 3 "did you mean 'test.points'?" test.pionts --out points=a.xy
stage 3 "did you mean 'seed'?" test.points --set sead=1 --out points=a.xy
stage 3 "--set:1:3: test.points: parameter 'n' is -1, which is out of its range [0, 1000000]" test.points --set n=-1 --out points=a.xy
stage 3 "needs an input 'points'" test.add --out points=a.xy
stage 3 'takes one file' test.add --in points=a.xy --in points=a.xy --out points=e.xy
stage 3 'test.check: low (9) is above high (3)' test.check --set low=9 --set high=3 --out points=e.xy
stage 3 "only one of 'left' and 'right' can be connected" test.check --in left=a.artifact --in right=a.artifact --out points=e.xy
stage 3 'two outputs would go to e.xy' test.points --out points=e.xy --out points=e.xy
stage 6 'missing.xy: there is no such file' test.add --in points=missing.xy --out points=e.xy
stage 6 'b.xy: line 1 is not two numbers' test.add --in points=b.xy --out points=e.xy
cp b.xy b.unknown
stage 2 'b.unknown: no format that reads PointCloud has the extension .unknown' test.add --in points=b.unknown --out points=e.xy
: >empty.xy
stage 6 'empty.xy: an empty file' test.add --in points=empty.xy --out points=e.xy
stage 0 '' test.count --in items=a.artifact --out table=table.artifact
stage 6 'table.artifact: a BettiTable, where PointCloud is needed' test.add --in points=table.artifact --out points=e.xy
head -c 100 a.artifact >cut.artifact
stage 6 'cut.artifact' test.add --in points=cut.artifact --out points=e.xy
stage 0 'declined: reached 0.5, not 1' test.misbehave --set mode=decline --out points=e.xy
stage 1 'this stage fails when it is told to' test.misbehave --set mode=fail --out points=e.xy
stage 1 'SIGSEGV' test.misbehave --set mode=segv --out points=e.xy
stage 1 'time limit of 1 s' test.misbehave --set mode=loop --timeout 1s --out points=e.xy
stage 1 'bad artifact' test.misbehave --set mode=garbage --out points=e.xy
[ ! -e e.xy ] || fail "a failed stage left an output"
stage 4 'is defined by two different plugins' --plugin-path "$good:$BF_BUILD/tests/plugins/other" test.points --out points=e.xy
stage 5 '/dev/null' test.points --out points=/dev/null/x

# ---- import, export ----
run() { code=$1 phrase=$2; shift 2; expect "$code" "$phrase" "$BETTIFLOW" "$@" --plugin-path "$good"; }
run 0 '' import a.xy -o from-a.artifact
cmp from-a.artifact a.artifact || fail "import"
run 0 '' import --format 'test_points(separator=comma)' b.xy -o from-b.artifact
cmp from-b.artifact a.artifact || fail "import --format"
run 0 '' import 'test_points(separator=comma):b.xy' -o from-b.artifact
run 0 '' export a.artifact -o out.xy
cmp out.xy a.xy || fail "export"
run 0 '' export --format test_points a.artifact -o out.txt
cmp out.txt a.xy || fail "export --format"
run 6 'nowhere.xy: No such file' import nowhere.xy -o x.artifact
run 6 'nowhere.artifact' export nowhere.artifact -o x.xy
run 6 'a.xy: not an artifact of bettiflow; `bettiflow import` makes one' export a.xy -o x.xy
run 2 'no format that writes PointCloud has the extension .unknown' export a.artifact -o x.unknown
cp a.xy a.unknown
cp a.xy two
run 2 'no format that reads data has the extension .unknown; there is ' import a.unknown -o x.artifact
run 2 'test_points (.xy .test.xy)' import a.unknown -o x.artifact
run 2 'name one by --format NAME' import a.unknown -o x.artifact
run 2 'no format that reads data fits a name without an extension' import two -o x.artifact
run 3 "can't write BettiTable" export --format test_points table.artifact -o x.xy
run 3 "did you mean 'test_points'?" import --format test_point a.xy -o x.artifact
run 2 '' import a.xy
run 5 '' import a.xy -o /dev/null/x
[ ! -e x.artifact ] && [ ! -e x.xy ] || fail "a failed import or export left a file"

# ---- verbs and options ----
expect 2 "did you mean 'plugins'?" "$BETTIFLOW" plugin
expect 2 '' "$BETTIFLOW"
expect 0 '' "$BETTIFLOW" --help
grep -q '^  ripser ' stdout.txt || fail "--help lists the commands of plugins"
expect 0 '' "$BETTIFLOW" --plugin-path "$good" plugins
grep -q test.points stdout.txt || fail "an option before the verb"
[ -w /dev/full ] && { "$BETTIFLOW" plugins >/dev/full 2>stderr.txt; [ $? = 5 ] || fail "a full disk behind stdout"; }
echo 1 >two.dist
expect 0 '' "$BETTIFLOW" --color=never ripser --format lower-distance two.dist
expect 6 'no-such-file' "$BETTIFLOW" ripser no-such-file

# ---- completion: the words that the tables know ----
[ "$("$BETTIFLOW" completion --for pl | tr '\n' ' ')" = 'plan plugins ' ] || fail "completion of verbs"
[ "$("$BETTIFLOW" completion --for stage test.mis)" = '' ] || fail "completion without the plugin path"
words() { "$BETTIFLOW" completion --for --plugin-path "$good" "$@" | tr '\n' ' '; }
[ "$(words stage test.mis)" = 'test.misbehave ' ] || fail "completion of stages"
[ "$(words stage test.check --in '')" = 'left= right= ' ] || fail "completion of ports"
[ "$(words stage test.misbehave --set mode=exi)" = 'mode=exit mode=exit_0 ' ] || fail "completion of choices"
[ "$(words stage test.add --set activation=te)" = 'activation=test_scale ' ] || fail "completion of activations"
[ "$(words gc --dr)" = '--dry-run ' ] || fail "completion of options"
expect 0 '' "$BETTIFLOW" completion bash
if command -v bash >/dev/null; then bash -n stdout.txt || fail "the bash script"; fi

# ---- doctor ----
expect 0 '' "$BETTIFLOW" doctor
grep -q '^ok *store *none yet' stdout.txt || fail "doctor: store"
grep -q '^ok *folders .*bettiflow-pack$' stdout.txt || fail "doctor: folders"
expect 4 '' "$BETTIFLOW" doctor --plugin-path "$good:$BF_BUILD/tests/plugins/other"
expect 5 '' "$BETTIFLOW" doctor --store /dev/null/store

# ---- schema: valid, the ready-made pipelines fit, wrong ones don't ----
expect 0 '' "$BETTIFLOW" schema --plugin-path "$good"
grep -q 'draft/2020-12/schema' stdout.txt || fail "schema"
cp stdout.txt schema.json
for python in /usr/bin/python3 python3; do
  "$python" -c 'import jsonschema, yaml' 2>/dev/null || continue
  "$python" - "$BF_SOURCE"/pipelines/*.yaml <<'PYTHON' || fail "schema against pipelines"
import json, sys, yaml
from jsonschema import Draft202012Validator as V
schema = json.load(open("schema.json"))
V.check_schema(schema)
for file in sys.argv[1:]:
    for error in V(schema).iter_errors(yaml.safe_load(open(file))):
        sys.exit(f"{file}: {list(error.path)}: {error.message}")
def pipeline(**params):
    return {"bettiflow": 1, "stages": {"a": {"use": "test.add", "params": params}}}
for good in [{}, {"value": 3}, {"value": "$x"}, {"activation": "test_scale(by=2)"}, {"activation": "activation.relu"}, {"activation": ""}]:
    assert V(schema).is_valid(pipeline(**good)), good
for bad in [{"valu": 3}, {"value": "x"}, {"value": 1e7}, {"value": [1]}, {"activation": "rellu"}, {"seconds": -1}]:
    assert not V(schema).is_valid(pipeline(**bad)), bad
PYTHON
  break
done

[ -z "$(ls -A tmp)" ] || fail "temporary folders are left"
exit $failed

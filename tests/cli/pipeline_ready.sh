#!/bin/sh
# The ready-made pipelines and those of docs/pipelines.md are accepted with the plugins as built, and mean what they say.
set -u
fail() { echo "$*" >&2; exit 1; }
plan() { "$BETTIFLOW" plan "$@" >out 2>err || fail "plan $*: $(cat err)"; }
lines() { [ "$(grep -c "^$1 " out)" = "$2" ] || fail "$1: $(grep -c "^$1 " out) lines, not $2"; }

echo 0,0,0 >points.csv
echo >net.onnx
for p in "$BF_SOURCE"/pipelines/*.yaml "$BF_SOURCE"/pipelines/*/*.yaml; do
  [ -e "$p" ] || continue
  set -- "$p"
  ! grep -q '^ *path:$' "$p" || set -- "$@" --set vars.path=points.csv
  ! grep -q '^ *labels:$' "$p" || set -- "$@" --set vars.labels=points.csv
  ! grep -q '^ *model:$' "$p" || set -- "$@" --set vars.model=net.onnx
  plan "$@"
done

plan "$BF_SOURCE/pipelines/quickstart.yaml"
lines data 1; lines net 10; lines betti 1; lines profile 1
plan "$BF_SOURCE/pipelines/quickstart.yaml" --set sweep.seed=1..5 --set sweep.activation=tanh
lines net 5
plan "$BF_SOURCE/pipelines/authors-d1.yaml" --set vars.path=points.csv
lines data 2; lines graph 4; lines betti 1
"$BETTIFLOW" plan "$BF_SOURCE/pipelines/authors-d1.yaml" >out 2>err && fail "a path was not asked for"
grep -q -e '--set vars.path=' err || fail "the message does not say how to give the path: $(cat err)"

# One that takes no time: the whole filtration of a torus.
"$BETTIFLOW" run "$BF_SOURCE/pipelines/rips.yaml" -o rips >out 2>err || fail "rips.yaml: $(cat err)"
[ "$(cut -d, -f 3-5 rips/betti.csv | tail -n 6 | tr '\n' ' ')" = "1.1,0,1 1.1,1,2 1.1,2,1 1.4,0,1 1.4,1,2 1.4,2,1 " ] || fail "$(cat rips/betti.csv)"

# Each example of the documentation that is a whole pipeline.
awk '/^```yaml/ { n++; inside = 1; next } /^```/ { inside = 0 } inside { print > ("doc" n ".yaml") }' "$BF_SOURCE/docs/pipelines.md"
n=0
for p in doc*.yaml; do
  [ "$(head -n 1 "$p")" = "bettiflow: 1" ] || continue
  plan "$p"
  n=$((n + 1))
done
[ "$n" -ge 6 ] || fail "only $n examples in docs/pipelines.md"
plan doc1.yaml
lines net 6; lines layers 6; lines betti 1

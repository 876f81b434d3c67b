#!/bin/sh
# The examples of docs/complexes.md run as they stand, and find the nine spheres.
. "$BF_SOURCE/tests/support/engine.sh"
unset BETTIFLOW_PLUGIN_PATH

awk '/^```yaml$/ { file = "example" ++n ".yaml"; next } /^```/ { file = "" } file { print > file }' "$BF_SOURCE/docs/complexes.md"
n=0
for example in example*.yaml; do
  run 0 run "$example" -q
  says out "Longest stretch of"
  grep -q '9  *0  *9' out || fail "$example: not nine spheres: $(cat out)"
  n=$((n + 1))
done
[ $n = 2 ] || fail "$n examples in docs/complexes.md"
finish

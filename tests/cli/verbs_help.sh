#!/bin/sh
# `bettiflow help VERB` is `bettiflow VERB --help`, for the verbs of plugins too.
. "$BF_SOURCE/tests/support/engine.sh"

for verb in run show stage ripser; do
  run 0 $verb --help
  cp out wanted-help
  [ "$(wc -l <out)" -gt 5 ] || fail "$verb --help: $(cat out)"
  run 0 help $verb
  cmp -s out wanted-help || fail "help $verb: $(cat out)"
done
run 0 help
says out "Usage: bettiflow VERB"
says out "completion"
run 2 help shwo
says err "no verb 'shwo'; did you mean 'show'?"
[ ! -s out ] || fail "help shwo: $(cat out)"
run 2 help run show
says err "what is 'show'?"
finish

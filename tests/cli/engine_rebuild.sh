#!/bin/sh
# A copy of the program elsewhere hits the same cache; a rebuilt activation reruns exactly what uses it.
. "$BF_SOURCE/tests/support/engine.sh"
command -v objcopy >/dev/null || exit 77
mkdir -p there/lib/bettiflow there/libexec there/bin
cp "$BETTIFLOW" there/bin/
cp -r "$BF_BUILD/libexec/bettiflow" there/libexec/
cp -r "$BF_BUILD/lib/bettiflow/plugins" there/lib/bettiflow/
cat >use.yaml <<'END'
bettiflow: 1
name: use
sweep: { activation: [relu, tanh, "leaky_relu(slope=0.1)"] }
stages:
  points: { use: test.points }
  add: { use: test.add, in: { points: points }, params: { value: -0.5, activation: $activation } }
  count: { use: test.count, gather: { items: add }, across: [activation] }
END
run 0 run use.yaml --json
counts 5 0 0 0 0
BETTIFLOW=$PWD/there/bin/bettiflow
run 0 run use.yaml --json
counts 0 5 0 0 0

# Another build-id, the same bytes of results: only relu's task runs again, and what reads it does not.
relu=there/lib/bettiflow/plugins/activation/relu.so
objcopy -O binary --only-section=.note.gnu.build-id "$relu" id
head -c 16 id >new-id
head -c 20 /dev/zero | tr '\0' '\7' >>new-id
objcopy --update-section .note.gnu.build-id=new-id "$relu" || fail objcopy
run 0 run use.yaml --json
counts 1 4 0 0 0
finish

#!/bin/sh
# Stages that crash, hang, lie or fail: exit code, message, and what else still runs.
. "$BF_SOURCE/tests/support/engine.sh"

cat >bad.yaml <<'END'
bettiflow: 1
name: bad
stages:
  good: { use: trace.value, params: { value: 1 }, save: good.trace }
  bad: { use: test.misbehave, params: { mode: good } }
  after: { use: test.count, gather: { items: bad } }
END

# misbehaves MODE CODE TEXT [OPTION…]: the run ends with CODE and says TEXT; the good stage is done, what follows the bad one is not.
misbehaves() {
  mode=$1 code=$2 text=$3
  shift 3
  rm -rf out-bad
  run "$code" run bad.yaml --json --keep-going -o out-bad --set bad.mode="$mode" "$@"
  says err "$text"
  says err "bad"
  says out '"failed": 1'
  says out '"skipped": 1'
  [ -e out-bad/good.trace ] || fail "$mode: the good stage was not saved"
}
misbehaves segv 1 "(plugin test-misbehave, $BF_BUILD/tests/plugins/good/misbehave.so) was killed by SIGSEGV"
misbehaves abort 1 SIGABRT
misbehaves divide 1 SIGFPE
misbehaves exit 1 "ended with exit status 3 and no result"
misbehaves exit_0 1 "a plugin may not call exit()"
misbehaves loop 1 "took longer than its time limit of 0.3 s" --timeout 0.3
misbehaves ignore_term 1 "took longer than its time limit of 0.3 s" --timeout 0.3
misbehaves sleep 1 "took longer than its time limit of 0.3 s" --timeout 0.3 --set bad.seconds=60
misbehaves fail 1 "this stage fails when it is told to"
misbehaves silent_fail 1 "test.misbehave failed without a message"
misbehaves strange_status 1 "returned 77, which is no bf_status"
misbehaves no_output 1 "never asked for its output 'points'"
misbehaves no_port 1 "an output port 'elsewhere' that it does not have"
misbehaves wrong_type 1 "wrote a TrainingLog to its output 'points', which is a PointCloud"
misbehaves garbage 1 "wrote a bad artifact to its output 'points'"
misbehaves truncated 1 "wrote a bad artifact to its output 'points'"
misbehaves longer 1 "wrote a bad artifact to its output 'points'"
misbehaves flood 1 "took longer than its time limit of 0.3 s" --timeout 0.3
misbehaves false_decline 1 "it reported other outputs than it has"
misbehaves latin1 1 "caf?.csv is not there"
misbehaves allocate 1 "memory" --memory 300MiB
[ "$BF_ASAN" = 1 ] || says err "malloc failed"

run 0 run bad.yaml --json --set bad.mode=decline
counts 0 2 2 0 0
run 0 run bad.yaml --json --set bad.mode=print -j 1
[ "$(stat -c %s .bettiflow/runs/*/log/* | sort -n | tail -1)" -le 17000000 ] || fail "a log is over its cap"

# A limit of the pipeline, which is in no key.
cat >limits.yaml <<'END'
bettiflow: 1
name: limits
limits: { time: 0.2s }
stages:
  slow: { use: trace.value, params: { milliseconds: 600 } }
END
run 1 run limits.yaml --json
says err "took longer than its time limit of 0.2 s"
sed 's/0.2s/1min/' limits.yaml >long.yaml
run 0 run long.yaml --json
counts 1 0 0 0 0
run 0 run limits.yaml --json
counts 0 1 0 0 0

# An orphan does not outlive its task.
run 0 run bad.yaml --json --set bad.mode=orphan
sleep 0.2
for p in /proc/[0-9]*; do
  [ "$(readlink "$p/cwd" 2>/dev/null)" = "$PWD" ] && [ "$(cat "$p/comm" 2>/dev/null)" = bettiflow-task ] && fail "an orphan survived"
done

# Without --keep-going nothing more is started after a failure, but what was done stays.
cat >chain.yaml <<'END'
bettiflow: 1
name: chain
stages:
  a: { use: trace.value, params: { value: 1, fail: 1 } }
  b: { use: trace.value, params: { value: 2, milliseconds: 1 } }
  c: { use: trace.sum, in: { a: b }, params: { value: 1 } }
  d: { use: trace.sum, in: { a: a } }
END
run 1 run chain.yaml --json -j 1
counts 0 0 0 1 3
run 1 run chain.yaml --json -j 1 --keep-going
counts 2 0 0 1 1

# A stage's check runs before anything else.
rm -f trace
run 3 run chain.yaml --json --set c.value=666
says err "stage 'c' (trace.sum): value: 666 is not to be had"
says err "chain.yaml:"
[ "$(traced)" = 0 ] || fail "something ran before the checks were through"

# A file with bad content is named as the user named it, not as the store keeps it.
mkdir data
printf 'x,y\n1,2\n3,word\n' >data/points.csv
cat >file.yaml <<'END'
bettiflow: 1
name: file
stages:
  a: { use: dataset.file, params: { path: data/points.csv } }
END
run 1 run file.yaml
says err "data/points.csv:3:3: 'word' is not a number"
grep -q objects err && fail "a message names the store's copy of a file"

finish

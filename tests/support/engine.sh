# Helpers for the engine's script tests: run, expect, counts.
set -u
export BETTIFLOW_PLUGIN_PATH=$BF_BUILD/tests/plugins/trace:$BF_BUILD/tests/plugins/good
export BF_TRACE=$PWD/trace
failures=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# run CODE ARGUMENT…: bettiflow ARGUMENT…, which must end with CODE; stdout in ./out, stderr in ./err. $BF_ENGINE names another engine for `run`.
run() {
  wanted=$1
  shift
  if [ "$1" = run ] && [ "${BF_ENGINE:-}" ]; then
    shift
    set -- run --engine "$BF_ENGINE" "$@"
  fi
  "$BETTIFLOW" "$@" >out 2>err
  got=$?
  [ "$got" = "$wanted" ] || { fail "bettiflow $*: exit code $got, not $wanted"; cat err >&2; }
}

# expect FILE: its content must be what stands on standard input.
expect() {
  cat >wanted
  cmp -s "$1" wanted || { fail "$1 is not as expected (left: as it is, right: as it should be)"; diff "$1" wanted >&2; }
}

# says FILE TEXT: FILE holds TEXT.
says() { grep -qF -- "$2" "$1" || { fail "$1 does not say: $2"; cat "$1" >&2; }; }

# counts RAN CACHED DECLINED FAILED SKIPPED: of the last `run … --json`.
counts() {
  got=$(sed -n 's/^ *"\(ran\|cached\|declined\|failed\|skipped\)": \([0-9]*\),\{0,1\}$/\2/p' out | tr '\n' ' ')
  [ "$got" = "$* " ] || { fail "ran cached declined failed skipped: $got, not $*"; cat err >&2; }
}

traced() { [ ! -e trace ] && echo 0 || wc -l <trace; } # how many stages ran since `rm -f trace`
finish() { [ $failures = 0 ] || exit 1; }

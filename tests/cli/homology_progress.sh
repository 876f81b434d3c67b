#!/bin/sh
# The percentage that bettiflow ripser shows: on a terminal only, when the run takes longer than a moment, and gone at the end.
complain() {
  echo "FAILED: $*"
  : > failed
}
TERM=xterm script -qec true probe > /dev/null 2>&1 || exit 77 # needs a pseudo-terminal
TERM=xterm
export TERM

awk 'BEGIN { for (i = 0; i < 60; i++) print cos(i), sin(i) }' > circle
"$BETTIFLOW" ripser --format point-cloud circle > expected || complain "exit code $?"

# late OPTIONS: the input comes after more than a second, so that progress is due; standard error is a terminal, recorded in `typescript`.
late() {
  echo "(sleep 1.5; cat circle) | \"$BETTIFLOW\" ripser --format point-cloud $* - > out" > late.sh
  script -qec 'sh late.sh' typescript > /dev/null || complain "$*: exit code $?"
}
shows() { grep -q '[0-9] %' typescript; }
erase=$(printf '\r\033[K')

late
shows || complain "no progress on a terminal: $(cat typescript)"
cmp -s out expected || complain 'progress changes what is printed'
last=$(grep -a '[0-9] %' typescript | tail -n 1)
case $last in *"%$erase") ;; *) complain "progress is not erased: $(printf '%s' "$last" | cat -v)" ;; esac
late --betti 0.5
shows || complain 'no progress with --betti'
late --quiet
shows && complain 'progress although --quiet'
TERM=dumb
late
shows && complain 'progress on a dumb terminal'
TERM=xterm

(sleep 1.5; cat circle) | "$BETTIFLOW" ripser --format point-cloud > out 2> err
[ -s err ] && complain "progress without a terminal: $(cat err)"
[ ! -e failed ]

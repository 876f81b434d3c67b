#!/bin/sh
# A pipeline of pipelines/paper/ runs as it is, on fewer points and trials: the tables and figures are there, and declined trials are told with their attempts.
# The identity makes linear networks, which can't tell nine disks from what is around them.
set -u
fail() { echo "$*" >&2; exit 1; }
has() { grep -q -e "$2" "$1" || fail "$1 has no '$2': $(cat "$1")"; }
small="--set sweep.trial=1..2 --set data.step=0.5 --set net.accuracy=0.97 --set net.steps=1500 --set net.attempts=2 --set fresh.points=500"
small="$small --set net.rate=0.01 --set net.half_life=2500 --set net.warmup=100" # whatever the recipe has

# shellcheck disable=SC2086 # the words of $small are options
"$BETTIFLOW" run --store store "$BF_SOURCE/pipelines/paper/d1.yaml" $small --set 'net.hidden=[15, 15]' --set sweep.activation=tanh,identity -o out >stdout 2>stderr ||
  fail "run: $(cat stderr)"
[ "$(head -n 1 out/trials.csv)" = "activation,trial,outcome,attempts,steps,accuracy,validation,loss,reason" ] || fail "trials.csv: $(cat out/trials.csv)"
[ "$(grep -c '^tanh,[12],trained,[12],[0-9]*,[01][.0-9]*,0\.9[0-9]*,[0-9.e-]*,$' out/trials.csv)" = 2 ] || fail "trials.csv: $(cat out/trials.csv)"
[ "$(grep -c '^identity,[12],declined,,,,,,.*2 attempts.*1500 steps.*1500 steps' out/trials.csv)" = 2 ] || fail "trials.csv: $(cat out/trials.csv)"
has out/summary.csv '^activation,trials,trained,at_once,declined,'
has out/summary.csv '^tanh,2,2,[012],0,'
has out/summary.csv '^identity,2,0,0,2,,,$'
has stdout '^4 trainings: 2 trained, 2 declined$'
has stdout '^declined activation=identity trial=2 – '
has stdout '^Betti numbers by layer, mean over trial; activation tanh$'
has stdout '^  activation=identity trial=2 – none of 2 attempts succeeded; .*…$'
[ "$(wc -l <out/betti.csv)" = 33 ] || fail "betti.csv has $(wc -l <out/betti.csv) lines, not 1 + 2 networks x 4 layers x 2 classes x 2 dimensions"
for f in profile.svg complexity.svg; do has "out/$f" '</svg>'; done

# The index has the same facts.
got=$(sqlite3 store/index.sqlite 'SELECT outcome, count(*), max(attempts) IN (1, 2), min(final_validation) > .9 FROM v_trials GROUP BY 1 ORDER BY 1' | tr '\n' ' ')
[ "$got" = "declined|2|| ran|2|1|1 " ] || fail "v_trials: $got"

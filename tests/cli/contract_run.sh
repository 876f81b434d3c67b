#!/bin/sh
# What outside checks rely on: the keys of `run --json`, betti.csv, declines, precedence, and where files and stores are looked for.
. "$BF_SOURCE/tests/support/engine.sh"
unset BF_TRACE

# ---- a figure with declined seeds: of each activation one network is trained, or none ----
cat >mix.yaml <<'END'
bettiflow: 1
name: mix
sweep:
  - { activation: relu, seed: 1, steps: 3000 }
  - { activation: relu, seed: 2, steps: 20 }
  - { activation: tanh, seed: 1, steps: 20 }
  - { activation: tanh, seed: 2, steps: 20 }
stages:
  data: { use: dataset.disks, params: { step: 0.35 } }
  net: { use: train.mlp, in: { train: data }, params: { hidden: [15, 15, 15], activation: $activation, seed: $seed, steps: $steps } }
  layers: { use: network.layers, in: { model: net, points: data } }
  graph: { use: complex.knn_geodesic, each: { points: layers }, params: { k: 14, hops: 2 } }
  homology: { use: homology.ripser, each: { graph: graph }, params: { max_dim: 1 } }
  betti: { use: table.betti, gather: { diagrams: homology }, across: [activation, seed, steps], save: betti.csv, print: true }
  profile: { use: figure.profile, in: { table: betti }, save: [profile.svg, profile.png] }
END
run 0 run mix.yaml --json -j 2 --store two
says err "declined (3):"
says out '"declined": 12'
[ "$(sed -n 1p mix-out/betti.csv)" = activation,seed,steps,layer,class,scale,dim,betti ] || fail "the head of betti.csv: $(sed -n 1p mix-out/betti.csv)"
[ "$(wc -l <mix-out/betti.csv)" = 21 ] || fail "betti.csv should have 5 layers × 2 classes × 2 dimensions and a head"
[ "$(grep -c '^relu,1,3000,[0-4],[01],inf,[01],[0-9]*$' mix-out/betti.csv)" = 20 ] || fail "rows of betti.csv"
cut -d, -f 4,5,7 mix-out/betti.csv | tail -n 20 | tr '\n' ' ' >order
echo "$(for layer in 0 1 2 3 4; do for class in 0 1; do for dim in 0 1; do echo $layer,$class,$dim; done; done; done | tr '\n' ' ')" >wanted-order
[ "$(cat order)" = "$(cat wanted-order)" ] || fail "order of betti.csv: $(cat order)"
grep -q "$(printf '\r')" mix-out/betti.csv && fail "betti.csv has carriage returns"
[ "$(wc -c <mix-out/profile.svg)" -gt 10000 ] || fail "the figure is empty"

# -j 1 makes the same objects; a second run runs nothing.
cp -r mix-out kept
run 0 run mix.yaml --json -j 1 --store one
(cd one/objects && find . -type f | sort) >objects1
(cd two/objects && find . -type f | sort) >objects2
cmp -s objects1 objects2 || fail "-j 1 and -j 2 made different objects"
diff -r mix-out kept >/dev/null || fail "-j 1 and -j 2 saved different files"
run 0 run mix.yaml --json --store two
says out '"ran": 0'
says out '"declined": 12'

# All declined: exit code 0, nothing is saved.
sed 's/steps: 3000/steps: 30/' mix.yaml >none.yaml
run 0 run none.yaml --json --store two -o none
says out '"ran": 0'
says out '"declined": 22' # four networks with three readers each; table, print, save; figure, two saves
[ ! -e none ] || fail "a figure of nothing was saved"

# ---- the keys of `run --json`, in order; saved files in order; the store's path ----
cat >keys.yaml <<'END'
bettiflow: 1
name: keys
sweep: { v: [2, 1] }
stages:
  value: { use: trace.value, params: { value: $v }, save: "{v}.trace" }
END
run 0 run keys.yaml --json --store keys.store -o keys
sed -e 's/"run": ".*"/"run": "ID"/' -e "s#$PWD#HERE#" out >keys.out
expect keys.out <<'END'
{
 "run": "ID",
 "status": 0,
 "tasks": {
  "total": 4,
  "ran": 4,
  "cached": 0,
  "declined": 0,
  "failed": 0,
  "skipped": 0
 },
 "saved": [
  "keys/2.trace",
  "keys/1.trace"
 ],
 "store": "HERE/keys.store"
}
END
run 3 run keys.yaml --json --store keys.store --set value.value=7 # {v} names no axis then
[ ! -s out ] || fail "a pipeline that is not run has no outcome"

# ---- precedence: default < include < file < --set ----
echo '{ stages: { one: { use: trace.value, params: { value: 10, milliseconds: 1 }, save: one.trace } } }' >below.yaml
value() { # VALUE, arguments
  wanted_value=$1
  shift
  run 0 run "$@" -q -o out-value
  [ "$(cat out-value/one.trace)" = "$wanted_value" ] || fail "$*: $(cat out-value/one.trace), not $wanted_value"
}
echo '{ bettiflow: 1, name: top, include: below.yaml }' >top.yaml
value 10 top.yaml
echo '{ bettiflow: 1, name: top, include: below.yaml, stages: { one: { params: { value: 20 } } } }' >top.yaml
value 20 top.yaml
value 30 top.yaml --set one.value=30
value 40 --set one.value=30 top.yaml --set one.value=40
echo '{ bettiflow: 1, name: top, include: below.yaml, stages: { one: { params: } } }' >top.yaml
value 0 top.yaml

# ---- options before and after the verb; which store; other folders, other names ----
mkdir -p "a b/c'd \"e" env.store
run 0 --store opt.store run keys.yaml -q -o keys
[ -d opt.store/objects ] || fail "--store before the verb"
BETTIFLOW_STORE=env.store run 0 run keys.yaml -q -o keys
[ -d env.store/objects ] || fail "BETTIFLOW_STORE"
BETTIFLOW_STORE=env.store run 0 run keys.yaml -q -o keys --store opt2.store
[ -d opt2.store/objects ] || fail "--store goes before BETTIFLOW_STORE"
cp keys.yaml "a b/c'd \"e/p q.yaml"
(
  cd "a b/c'd \"e" || exit
  "$BETTIFLOW" run "p q.yaml" --json -o "ü \$x" >out 2>err || cat err
) >&2
[ -f "a b/c'd \"e/ü \$x/1.trace" ] || fail "odd names of files and folders"
[ ! -e "a b/c'd \"e/.bettiflow" ] || fail "the nearest .bettiflow upwards is used"
printf '5,6\n' >"a b/points.csv"
echo '{ bettiflow: 1, stages: { a: { use: dataset.file, params: { path: points.csv }, save: p.csv } } }' >"a b/My file.yaml"
(cd / && "$BETTIFLOW" run "$OLDPWD/a b/My file.yaml" --store "$OLDPWD/.bettiflow" -q -o "$OLDPWD/elsewhere") || fail "a FILE is relative to its pipeline"
[ -f elsewhere/p.csv ] || fail "a run from another folder"
run 0 run "a b/My file.yaml" -q
run 3 run "a b/My file.yaml" -q --set a.path=points.csv
says err "points.csv: No such file"

# ---- -o that can't be written is found before anything runs ----
: >plain
rm -rf fresh
for place in plain plain/deeper; do
  run 5 run keys.yaml --store fresh -o $place
  says err "plain: not a folder"
  [ ! -d fresh/actions ] || [ -z "$(find fresh/actions -type f)" ] || fail "tasks ran though -o can't be written"
done
mkdir -p blocked/1.trace
run 5 run keys.yaml --json --store opt.store -o blocked
says err "blocked/1.trace"
grep -q '"blocked/1.trace"' out && fail "a file that was not saved is listed"
run 2 run keys.yaml -o ""

mkdir -p taken && : >taken/.bettiflow
(cd taken && "$BETTIFLOW" run ../keys.yaml -q --store .bettiflow 2>../err)
[ $? = 5 ] || fail "a file where the store goes: not exit code 5"
says err ".bettiflow: not a folder: the store can't be made here; name another place with --store or BETTIFLOW_STORE"

# ---- what stands where a file goes: pipes are written to, links followed, folders and the input itself refused ----
run 0 stage test.points --set n=3 --out points=three.bf
run 0 export three.bf -o three.csv
mkfifo pipe
cat pipe >read &
run 0 export --format csv three.bf -o pipe
wait $!
cmp -s read three.csv && [ -p pipe ] || fail "a pipe was not written to"
"$BETTIFLOW" export --format csv three.bf -o /dev/stdout 2>err | cmp -s - three.csv || fail "/dev/stdout"
[ -h /dev/stdout ] || fail "/dev/stdout is gone"
mkdir linked && echo old >linked/target && ln -s linked/target link.csv
run 0 export three.bf -o link.csv
[ -h link.csv ] && cmp -s linked/target three.csv || fail "a link was not followed"
run 5 export --format csv three.bf -o linked
says err "linked: a folder; name a file"
run 2 import three.csv -o ./three.csv
says err "would take the place of the input"
cmp -s three.csv linked/target || fail "the input was overwritten"
[ "$(ls -A | grep -c '^.bettiflow-')" = 0 ] || fail "temporary files are left"

# ---- two runs at once, on one store and into one folder ----
rm -rf both.store both
for i in 1 2 3; do
  "$BETTIFLOW" run keys.yaml -q --store both.store -o both &
  first=$!
  run 0 run keys.yaml -q --store both.store -o both
  wait $first || fail "two runs at once"
  rm -rf both
done
run 0 verify --store both.store

# ---- files may not grow: as on a full disk, for which no mount is needed here ----
echo '{ bettiflow: 1, name: large, stages: { a: { use: test.points, params: { n: 300000 } } } }' >large.yaml
(ulimit -f 2000 && "$BETTIFLOW" run large.yaml -q --store capped >out 2>err)
[ $? = 5 ] || fail "a task may not write so much: not exit code 5"
says err "File too large"
(ulimit -f 0 && "$BETTIFLOW" run keys.yaml -q --store capped -o keys) >/dev/null 2>&1
[ $? = 5 ] || fail "nothing may be written: not exit code 5"
run 0 verify --store capped
run 0 run large.yaml --json --store capped
counts 1 0 0 0 0

# ---- an environment with nothing in it, and streams that are closed ----
plain() { env -i "BETTIFLOW_PLUGIN_PATH=$BETTIFLOW_PLUGIN_PATH" "$@"; }
plain "$BETTIFLOW" run keys.yaml -q -o keys --store bare || fail "an empty environment"
plain HOME=/nonexistent "$BETTIFLOW" run keys.yaml -q -o keys --store bare || fail "HOME that is not there"
plain XDG_CACHE_HOME=/dev/null "$BETTIFLOW" run keys.yaml -q -o keys --store bare || fail "a cache that can't be written"
(umask 077 && "$BETTIFLOW" run keys.yaml -q -o private --store private.store) || fail "umask 077"
[ "$(stat -c %a private/1.trace)" = 600 ] && [ "$(stat -c %a private.store)" = 700 ] || fail "umask 077 is not kept"
"$BETTIFLOW" run keys.yaml -o keys --store closed <&- >/dev/null 2>&1 || fail "closed standard input"
"$BETTIFLOW" run keys.yaml -o keys --store closed 2>&- >/dev/null || fail "closed standard error"
"$BETTIFLOW" run keys.yaml -o keys --store closed >&- 2>/dev/null || fail "closed standard output, nothing to print"
"$BETTIFLOW" run keys.yaml --json -o keys --store closed >&- 2>err
[ $? = 5 ] || fail "closed standard output, something to print"
says err "standard output can't be written"
"$BETTIFLOW" run keys.yaml -o keys --store closed <&- >&- 2>&- || fail "all streams closed"
for store in closed private.store bare opt.store two; do run 0 verify --store $store; done
"$BETTIFLOW" run mix.yaml --store two 2>/dev/null | head -n 1 >first
grep -q Betti first || fail "the first line of a closed pipe"
run 0 verify --store two

# ---- colour, quiet ----
run 0 --color=always run keys.yaml -q --store opt.store -o keys
[ ! -s err ] && [ ! -s out ] || fail "--quiet says something"
run 3 --color=always plan nothing.yaml
grep -q "$(printf '\033')" err || fail "--color=always"
NO_COLOR=1 run 3 plan nothing.yaml
grep -q "$(printf '\033')" err && fail "NO_COLOR"
for verb in run plan plugins stage import export show runs log explain gc verify bundle unbundle reindex doctor schema new completion; do
  run 0 $verb --version
  says out "bettiflow "
  run 0 $verb --help
  says out "Usage: bettiflow $verb"
  says out --store
  run 2 $verb --no-such-option
done
run 0 --version
run 2 --color=pink run keys.yaml
run 2 run
run 2 run keys.yaml keys.yaml
run 2 run keys.yaml -j 0
run 2 run keys.yaml --timeout soon
run 2 plan keys.yaml --json --dot
run 2 nosuchverb
finish

#!/bin/sh
# bettiflow diff: equal and different diagrams as files, as results of runs and as objects; what can't be compared; exit codes, --json, --quiet.
. "$BF_SOURCE/tests/support/engine.sh"
unset BETTIFLOW_PLUGIN_PATH

# ---- text files as GUDHI writes them: dimension, birth, death ----
printf '0 0 1\n0 0 1\n0 0 inf\n1 2 4\n' >a.pers
printf '1 2 4\n0 0 inf\n0 0 1\n0 0 1\n' >same.pers
printf '0 0 1\n0 0 1.5\n0 0 inf\n1 2 4\n' >b.pers
printf '0 0 1\n0 0 inf\n0 0 inf\n' >two.pers
run 0 diff a.pers same.pers
expect out <<'END'
equal: 4 intervals in dimensions 0 to 1
END
[ -s err ] && fail "a word too many: $(cat err)"
run 1 diff a.pers b.pers
expect out <<'END'
dim  intervals of A  of B  in both  bottleneck  2-Wasserstein
  0               3     3        2         0.5            0.5
  1               1     1        1           0              0
END
run 1 diff --json a.pers b.pers
expect out <<'END'
{
  "equal": false,
  "a": "a.pers",
  "b": "b.pers",
  "dims": [
    {
      "dim": 0,
      "intervals_a": 3,
      "intervals_b": 3,
      "common": 2,
      "equal": false,
      "bottleneck": 0.5,
      "wasserstein": 0.5,
      "wasserstein_least": 0.5
    },
    {
      "dim": 1,
      "intervals_a": 1,
      "intervals_b": 1,
      "common": 1,
      "equal": true,
      "bottleneck": 0.0,
      "wasserstein": 0.0,
      "wasserstein_least": 0.0
    }
  ],
  "notes": []
}
END
run 0 diff --json --exact a.pers same.pers
says out '"equal": true'
run 1 diff a.pers two.pers # other numbers of essential classes; a dimension that the second file does not have
says out "  0               3     3        2         inf            inf"
says out "  1               1     –        –           –              –"
says err "note: the first diagram goes up to dimension 1, the second up to 0"
run 1 diff -q a.pers two.pers
[ -s err ] && fail "--quiet: $(cat err)"
run 1 diff --json a.pers two.pers
says out '"bottleneck": "inf"'
says out '"intervals_b": null'
says out "the first diagram goes up to dimension 1"
printf '0 0 1\n0 0 1\n0 0 inf\n' >none.pers
printf '1 5 6\n' >>none.pers
sed '$d' none.pers >less.pers
run 1 diff none.pers less.pers
: >empty.pers
run 6 diff a.pers empty.pers
says err "empty.pers"

# ---- what can't be compared ----
run 6 diff 'pers(convention=radius):a.pers' a.pers
says err "the first diagram has the convention radius, the second diameter: such values can't be compared; make both with one convention"
run 0 diff 'pers(convention=radius):a.pers' 'pers(convention=radius):same.pers'
run 0 import --format 'pers(convention=squared_radius)' a.pers -o a.bf
run 6 diff a.bf a.pers
says err "the convention squared_radius, the second diameter"
run 0 diff a.bf 'pers(convention=squared_radius):same.pers'
run 0 import --format 'pers(convention=squared_radius, modulus=3, threshold=5)' a.pers -o s.bf # all of it is kept in the text
run 0 export s.bf -o s.pers
expect s.pers <<'END'
# pers(convention=squared_radius, modulus=3, threshold=5)
0 0 1
0 0 1
0 0 inf
1 2 4
END
run 0 diff s.bf s.pers
[ -s err ] && fail "differs from its own text: $(cat err)"
run 6 diff s.bf 'pers(convention=radius):s.pers'
says err "s.pers:1: this line says something else than the parameter convention"
run 0 import --format 'pers(modulus=3)' a.pers -o three.bf
run 0 diff three.bf a.pers
says err "note: the coefficients are of Z/3 in the first diagram and of Z/11 in the second"
run 2 diff a.pers
says err "write \`bettiflow diff A B\`"
run 2 diff a.pers b.pers two.pers
run 6 diff a.pers nothing.pers
says err "nothing.pers: there is no such file"
run 6 diff last/homology a.pers
says err "last/homology: there is no such file, and no store that could have it"
cp a.pers a.unknown
run 2 diff a.unknown a.pers
echo '1,2' >points.csv
run 0 import points.csv -o points.bf
run 6 diff a.pers points.bf
says err "points.bf: a PointCloud, where PersistenceDiagram is needed"

# ---- results of runs, and objects ----
cat >runs.yaml <<'END'
bettiflow: 1
name: runs
sweep: { seed: [1, 2] }
stages:
  points: { use: dataset.sphere, params: { dim: 1, points: 40, seed: $seed } }
  graph: { use: complex.rips, in: { points: points } }
  homology: { use: homology.ripser, in: { graph: graph }, save: "{seed}.pers" }
END
run 0 run runs.yaml -q
run 1 diff last/homology/seed=1 last/homology/seed=2
run 0 diff last/homology/seed=1 runs-out/1.pers
[ -s err ] && fail "differs from its own text: $(cat err)"
run 6 diff last/homology a.pers
says err "last/homology: 2 different results; name one: last/homology/seed="
run 6 diff last/homology/seed=3 a.pers
says err "last/homology/seed=3: run"
run 6 diff last/homolgy a.pers
says err "has no stage 'homolgy'"
run 6 diff 1999/homology a.pers
says err "1999/homology: neither a file nor a result of a run"
run 6 diff last/points/seed=1 a.pers
says err "a PointCloud, where PersistenceDiagram is needed"
run 0 show last --json
sed -n '/"task_list"/,$p' out >tasks
digest=$(awk -F'"' '/"stage": "homology"/ { here = 1 } here && $2 == "digest" { print $4; exit }' tasks)
task=$(awk -F'[ ,:]+' '/"task": / { t = $3 } /"stage": "homology"/ { print t; exit }' tasks)
run 0 diff "$digest" "last/$task"
run 0 diff "$(echo "$digest" | cut -c 1-12)" "last/$task.diagram"
run 6 diff 0123456789abcdef a.pers
says err "0123456789abcdef: neither a file nor the digest of an object"
run 6 diff last/homology.nothing/seed=1 a.pers

# Values with commas and what else has a meaning in names or in a shell: the names that are suggested work.
at=0
for file in 'a,b' 'f(' '[1, 2]' 'it is, \(so)'; do
  at=$((at + 1))
  printf 'x,y,label\n0,0,0\n0,%s,0\n2,0,1\n%s,4,1\n9,9,2\n9,%s,2\n' $at $at $at >"$file.csv"
done
cat >names.yaml <<'END'
bettiflow: 1
name: names
sweep: { kept: ["0,1", "1,2"], file: ["a,b.csv", "f(.csv", "[1, 2].csv", 'it is, \(so).csv'] }
stages:
  points: { use: dataset.file, params: { path: $file, format: csv(label=label), class: $kept } }
  graph: { use: complex.rips, in: { points: points } }
  homology: { use: homology.ripser, in: { graph: graph } }
END
run 0 run names.yaml -q
for file in 'a\,b' 'f\(' '[1, 2]' 'it is\, \\\(so\)'; do
  run 6 diff "last/homology/file=$file.csv" a.pers
  says err ": 2 different results; name one: "
  eval "set -- $(sed "s/.*name one: //; s/, 'last/ 'last/" err)"
  [ $# = 2 ] || fail "not two names: $(cat err)"
  run 1 diff "$1" "$2"
done
run 1 diff 'last/homology/kept=0\,1,file=a\,b.csv' 'last/homology/file=f\(.csv,kept=0\,1'

# ---- the same as a stage ----
run 0 stage diagram.compare --in a=a.pers --in b=b.pers --out table=table.csv
expect table.csv <<'END'
dim,intervals_a,intervals_b,common,bottleneck,wasserstein,wasserstein_least
0,3,3,2,0.5,0.5,
1,1,1,1,0,0,
END
finish

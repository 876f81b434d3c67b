#!/bin/sh
# Results of runs by name, RUN/STAGE[.PORT][/label=value,…], and objects by their digests: in show, export and stage as in diff.
. "$BF_SOURCE/tests/support/engine.sh"

cat >named.yaml <<'END'
bettiflow: 1
name: named
sweep: { seed: [1, 2], noise: [0, 0.1] }
stages:
  points: { use: dataset.sphere, params: { dim: 1, points: 20, noise: $noise, seed: $seed }, save: "{seed}-{noise}.csv" }
END
run 0 run named.yaml -q
name=last/points/noise=0.1,seed=2

# show
run 0 show "$name"
says out PointCloud
says out "made by"
run 0 show "$name" --json
digest=$(sed -n 's/^ *"digest": "\([0-9a-f]*\)".*/\1/p' out | head -n 1)
[ ${#digest} = 64 ] || fail "digest: $digest"
cp out whole
run 0 show "$(echo "$digest" | cut -c 1-10)" --json
cmp -s out whole || fail "by its digest"
run 6 show nowhere.bf
says err "nowhere.bf: there is no such file; a result of a run is named RUN/STAGE[/label=value,…], as last/homology"
run 6 show nowhere/points
says err "nowhere/points: neither a file nor a result of a run, RUN/STAGE[/label=value,…]"
run 6 show nowhere
says err "nowhere: neither a file, nor the name of a run, nor of its result as last/homology"
run 6 show 0123456789
says err "0123456789: neither a file nor the digest of an object"
run 6 show .
says err "a folder"

# export
run 0 export "$name" -o made.csv
cmp -s made.csv "named-out/2-0.1.csv" || fail "the exported result is not the saved one"
run 0 export "$digest" -o "new/folder/made.csv"
cmp -s made.csv new/folder/made.csv || fail "by its digest"
run 6 export last/nothing -o x.csv
says err "has no stage 'nothing'"
run 6 export nowhere.bf -o x.csv
says err "nowhere.bf: there is no such file"

# stage, and what it says of a result of another type
run 0 stage points.subsample --in "points=$name" --set count=20 --out points=same.csv
cmp -s made.csv same.csv || fail "the stage read something else"
run 6 stage homology.ripser --in "graph=$name" --out diagram=x.bf
says err "$name: a PointCloud, where WeightedGraph is needed"
run 6 stage homology.ripser --in graph=nowhere.bf --out diagram=x.bf
says err "nowhere.bf: there is no such file"
[ ! -e x.bf ] && [ ! -e x.csv ] || fail "a failed verb left a file"

# too few labels, and wrong ones: the nearest are listed
run 6 show last/points/seed=2
says err "last/points/seed=2: 2 different results; name one: last/points/seed=2,noise="
run 6 diff "last/points/seed=2,noise=7" made.csv
grep -q "has no such result; it has last/points/seed=2,noise=[0-9.]*, last/points/seed=2,noise=[0-9.]*\$" err || fail "the nearest: $(cat err)"
run 6 show last/points/layer=3
says err "last/points/seed=1,"
says err "last/points/seed=2,"
finish

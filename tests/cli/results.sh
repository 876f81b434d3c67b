#!/bin/sh
# bettiflow results: its tables against the same computed in Python from what the run saved; conditions, repeats, hostile values; runs without Betti numbers or
# whose trainings were all declined; a store that can't be written, an index that is gone, a run that is cut off.
. "$BF_SOURCE/tests/support/engine.sh"

cat >small.yaml <<'END'
bettiflow: 1
name: small
sweep: { activation: [relu, tanh], seed: 1..4, k: [10, 14] }
stages:
  data: { use: dataset.disks }
  net:
    use: train.mlp
    in: { train: data }
    params: { hidden: [10, 10, 10], activation: $activation, seed: $seed, steps: 1500, accuracy: 0.97, attempts: 3 }
  trials: { use: table.trials, gather: { logs: net.log }, across: [activation, seed], save: { table: trials.csv } }
  layers: { use: network.layers, in: { model: net, points: data } }
  part: { use: points.subsample, each: { points: layers }, params: { every: 8 } }
  graph: { use: complex.knn_geodesic, each: { points: part }, params: { k: $k, hops: 2 } }
  homology: { use: homology.betti, each: { graph: graph }, params: { max_dim: 1 } }
  betti: { use: table.betti, gather: { tables: homology }, across: [activation, seed, k], save: betti.csv }
END

# ---- nothing there yet ----
run 5 results last
says err "no store there"
run 2 results
says err "results of what?"
run 0 run small.yaml -q --set net.accuracy=0.5 --set net.steps=1 --set 'sweep.seed=1' --set sweep.k=10 -o other --store other-store
run 5 results small.yaml # what ran in another store
sed 's/name: small/name: never/' small.yaml >never.yaml
run 6 results never.yaml --store other-store
says err "never.yaml: the pipeline 'never' never ran in the store"
run 6 results what --store other-store
says err "no run 'what'"
says err "nor is 'what' the file or the name of a pipeline that ran"
run 6 results what.yaml --store other-store
says err "there is no such file"
run 6 results . --store other-store
says err "a folder"

# ---- the numbers ----
run 0 run small.yaml -q
for table in betti trials layers networks halving; do
  run 0 results small.yaml --csv --$table
  cp out results_$table.csv
done
run 0 results small.yaml --csv
cmp -s out small-out/betti.csv || fail "--csv is not betti.csv"
run 0 results last --json
cp out all.json
/usr/bin/python3 "$BF_SOURCE/tests/cli/results_check.py" small-out >check 2>&1 || { fail "results_check.py"; cat check >&2; }

# By the run's id, its beginning, the pipeline's name.
id=$("$BETTIFLOW" runs --json | sed -n 's/ *"run": "\(.*\)",/\1/p')
for name in "$id" "${id%????}" small last; do
  run 0 results "$name" --csv
  cmp -s out small-out/betti.csv || fail "results $name prints other numbers"
done

# For people.
run 0 results last
says out "run $id of pipeline small"
says out "16 sweep points; repeats: seed"
says out "activation  trials  trained  at_once  declined  attempts  median_steps"
says out "β0"
says out "half_median"
grep -q '^relu *10 *0 *0 *4  9 (9 9 9)' out || { fail "the first layer of the disks is not 9 (9 9 9)"; cat out >&2; }
[ ! -s err ] || fail "a summary of a whole run has notes: $(cat err)"

cat >large.yaml <<'END'
bettiflow: 1
name: large
sweep: { seed: [1, 2] }
stages:
  data: { use: dataset.sphere, params: { dim: 1, points: 10003, seed: $seed } }
  graph: { use: complex.knn_geodesic, in: { points: data }, params: { k: 1, hops: 1 } }
  homology: { use: homology.betti, in: { graph: graph }, params: { max_dim: 0, scales: [0] } }
END
run 0 run large.yaml -q --store large
run 0 results large.yaml --store large
says out "10002 (10001.5 10002 10002.5)"
run 0 results large.yaml --over none --store large
says out "10003"
grep -q 'e+0' out && fail "whole numbers have exponents"
rm -rf large-out large

# ---- conditions ----
rows() { # CONDITION… of --csv; `expected` is awk's condition on betti.csv: activation seed k layer class scale dim betti
  expected=$1
  shift
  run 0 results last --csv "$@"
  awk -F, "NR == 1 || ($expected)" small-out/betti.csv >wanted
  cmp -s out wanted || fail "results last --csv $*: $(wc -l <out) lines, not $(wc -l <wanted)"
}
rows '$3 == 14' --where k=14
rows '$3 == 14' -w k=14.0
rows '$3 == 14 && $1 != "tanh" && $4 <= 3 && $7 == 1' --where 'k>=11' --where 'activation!=tanh' --where 'layer<=3' --where dim=1
rows '$2 == 1 || $2 == 3' --where 'seed=1,3'
rows '$1 == "relu" && $5 == 0' --where 'activation<t' --where 'class=0'
rows '1' --where 'scale=inf' --where 'stage=betti'
run 0 results last --csv --layers --where dim=1 --where 'layer>0'
head -n 1 out | grep -q 'n,betti1_mean,betti1_q1,betti1_median,betti1_q3$' || fail "with dim=1 the columns are $(head -n 1 out)"
[ "$(awk -F, 'NR > 1 { print $5 }' out | sort -u | tr '\n' ' ')" = "1 2 3 4 " ] || fail "layer>0 gives layers $(awk -F, 'NR > 1 { print $5 }' out | sort -u)"
run 0 results last --csv --halving --where dim=1 --where 'layer>0' # of all layers and dimensions
cmp -s out results_halving.csv || fail "conditions on layer and dim change where omega halves"
run 0 results last --csv --trials --where k=14 # trainings do not depend on k
cmp -s out results_trials.csv || fail "a condition on k changes the trainings"
run 0 results last --csv --where stage=homology
tail -n +2 out | sort >a && tail -n +2 small-out/betti.csv | sort >b
cmp -s a b || fail "the stage homology has other numbers than the table that gathers it"

run 0 results last --csv --where activation=rleu
[ "$(cat out)" = "activation,seed,k,layer,class,scale,dim,betti" ] || fail "what fits nothing is not an empty table"
says err "activation is never 'rleu' in this run"
says err "no Betti numbers fit the conditions"
run 0 results last --csv --where activation=relu,rleu
says err "activation is never 'rleu' in this run"
grep -q "never 'relu'" err && fail "a value that is there gets a note"
for bad in 'k<8,14' 'k<foo' 'k>=' 'dim<one' 'layer>x' 'k=10,,14'; do
  run 2 results last --csv --where "$bad"
  [ ! -s out ] || fail "--where $bad prints rows"
done
run 0 results last --json --where activation=rleu
says out '"betti": []'
says out '"trials": []'
run 0 results last --where activation=rleu
for value in "x' OR '1'='1" '"; DROP TABLE run; --' '%s%n%s' 'a=b' "$(printf '\377\001')" ')))((('; do
  run 0 results last --csv --where "activation=$value"
  [ "$(wc -l <out)" = 1 ] || fail "activation=$value fits something"
done
run 0 results last --csv
cmp -s out small-out/betti.csv || fail "a condition changed the index"
run 2 results last --where kk=3
says err "has no variable 'kk'; did you mean 'k'? There are activation, seed, k,"
run 2 results last --where k
says err "--where takes NAME=VALUE"
run 2 results last --csv --json
run 2 results last --csv --layers --trials
says err "--csv prints one table"

# ---- repeats ----
run 0 results last --csv --layers --over none
awk -F, 'NR > 1 && ($7 != 1 || $8 != $9)' out | grep . && fail "without repeats a mean is over several"
[ "$(head -n 1 out | cut -d, -f1-6)" = activation,seed,k,class,scale,layer ] || fail "--over none: $(head -n 1 out)"
run 0 results last --csv --layers --over seed,k
[ "$(sed -n 2p out | cut -d, -f1-5)" = relu,0,inf,0,8 ] || fail "--over seed,k: $(sed -n 2p out)"
says err "trainings do not depend on k"
run 2 results last --over none,seed
says err "none stands alone"
run 2 results last --test aktivation=relu,tanh
says err "did you mean 'activation'? There are activation, seed, k"
run 2 results last --over sed
says err "--over: run $id has no variable 'sed'; did you mean 'seed'?"
cat >called.yaml <<'END'
bettiflow: 1
name: called
sweep: { init: 1..3, sphere: [1, 2] }
stages:
  data: { use: dataset.sphere, params: { dim: $sphere, points: 60, seed: $init } }
  graph: { use: complex.rips, in: { points: data } }
  homology: { use: homology.betti, in: { graph: graph }, params: { max_dim: 1, scales: [0.5] } }
END
run 0 run called.yaml -q
run 0 results called.yaml # init is used as seed only
says out "repeats: init"

# ---- the rank test ----
run 0 results small.yaml --test activation=relu,tanh --csv
[ "$(head -n 1 out)" = "k,class,scale,a,n_a,median_a,b,n_b,median_b,u,p,method" ] || fail "--test: $(head -n 1 out)"
[ "$(sed -n 2p out | cut -d, -f1-5,7,8)" = "10,0,inf,relu,4,tanh,4" ] || fail "--test: $(sed -n 2p out)"
run 0 results small.yaml --test 'k=10,14' --of omega --where activation=relu --csv
[ "$(sed -n 2p out)" = "relu,0,inf,0,10,4,9,14,4,9,8,1,normal" ] || fail "equal samples: $(sed -n 2p out)"
run 2 results small.yaml --test activation=relu
says err "--test takes a variable and two of its values"
[ ! -s out ] || fail "a wrong --test prints tables"
run 2 results small.yaml --test activation=relu,sigmoid
says err "no Betti numbers have activation 'sigmoid'; the sweep has relu, tanh"
run 2 results small.yaml --test seed=1,2
says err "seed tells repeats apart"
run 2 results small.yaml --test what=1,2
run 2 results small.yaml --of omega

# ---- declined, failed, without Betti numbers ----
run 0 run small.yaml -q --set net.accuracy=1 --set net.steps=3 -o declined
run 0 results last --csv --trials
[ "$(sed 1d out)" = "relu,4,0,0,4,0,0,0,0,,
tanh,4,0,0,4,0,0,0,0,," ] || fail "declined trials: $(cat out)"
run 0 results last --test activation=relu,tanh
says err "nothing with activation 'relu' has Betti numbers"
says err "nothing with activation 'tanh' has Betti numbers"
run 0 results last
says err "has no Betti numbers"
run 0 results last --csv
[ "$(cat out)" = "activation,seed,k,layer,class,scale,dim,betti" ] || fail "no Betti numbers: $(cat out)"
cat >points.yaml <<'END'
bettiflow: 1
name: points
stages: { data: { use: dataset.disks } }
END
run 0 run points.yaml -q
run 0 results last
says err "has no Betti numbers"
says err "trained nothing"
run 0 results small.yaml --csv # the newest of its name, which is the declined one
[ "$(wc -l <out)" = 1 ] || fail "results PIPELINE is not the newest run"

# One scale after another, and no layers.
cat >plain.yaml <<'END'
bettiflow: 1
name: plain
sweep: { trial: [1, 2] }
stages:
  data: { use: dataset.sphere, params: { dim: 1, points: 60, seed: $trial } }
  graph: { use: complex.rips, in: { points: data } }
  homology: { use: homology.betti, in: { graph: graph }, params: { max_dim: 1, scales: [0.1, 1] } }
END
run 0 run plain.yaml -q
run 0 results plain.yaml --csv
[ "$(head -n 1 out)" = trial,layer,class,scale,dim,betti ] || fail "plain: $(head -n 1 out)"
[ "$(awk -F, '$4 == 1 && $5 == 1 { print $6 }' out | tr '\n' ' ')" = "1 1 " ] || fail "the circles have no loop at scale 1: $(cat out)"
run 0 results plain.yaml --csv --networks # nothing to halve without layers
[ "$(wc -l <out)" = 1 ] || fail "networks without layers"
run 0 results plain.yaml --csv --layers --where 'scale>0.5'
[ "$(sed -n 2p out)" = ",1,,2,1,1,1,1,1,1,1,1,2,2,2,2" ] || fail "by layer, without layers: $(sed -n 2p out)"

# An item axis besides layer and class is a column.
cat >steps.yaml <<'END'
bettiflow: 1
name: steps
stages:
  data: { use: dataset.disks }
  net: { use: train.mlp, in: { train: data }, params: { hidden: [4], checkpoints: [0, 5], accuracy: 0, steps: 5 } }
  layers: { use: network.layers, each: { model: net.checkpoints }, in: { points: data } }
  part: { use: points.subsample, each: { points: layers }, params: { every: 40 } }
  graph: { use: complex.knn_geodesic, each: { points: part }, params: { k: 14, hops: 2 } }
  homology: { use: homology.betti, each: { graph: graph }, params: { max_dim: 1 } }
  betti: { use: table.betti, gather: { tables: homology }, save: betti.csv }
END
run 0 run steps.yaml -q
run 0 results steps.yaml --csv
cmp -s out steps-out/betti.csv || fail "with an axis step --csv is not betti.csv: $(head -n 3 out)"
run 0 results steps.yaml --csv --networks --where step=5
[ "$(sed 1d out | cut -d, -f1,2,4 | tr '\n' ' ')" = "5,0,3 5,1,3 " ] || fail "steps: $(cat out)"

# Something failed: what the gathering table lacks, its sources still tell.
cat >broken.yaml <<'END'
bettiflow: 1
name: broken
sweep: { axes: [2, 3] }
stages:
  data: { use: dataset.disks }
  disks: { use: points.select, in: { points: data }, params: { class: 0 } }
  part: { use: points.pca, in: { points: disks }, params: { dim: $axes } }
  graph: { use: complex.knn_geodesic, in: { points: part }, params: { k: 14, hops: 2 } }
  homology: { use: homology.betti, in: { graph: graph }, params: { max_dim: 1 } }
  betti: { use: table.betti, gather: { tables: homology }, across: [axes] }
END
run 1 run broken.yaml -q --keep-going
run 0 results broken.yaml --csv
[ "$(sed 1d out | tr '\n' ' ')" = "2,,,inf,0,9 2,,,inf,1,0 " ] || fail "broken: $(cat out)"
says err "is failed: these are the results that it has"

# ---- where the index can't be trusted ----
run 0 results "$id" --csv
cp out before
for damage in 'rm -f .bettiflow/index.sqlite' 'echo garbage >.bettiflow/index.sqlite' 'head -c 30000 .bettiflow/index.sqlite >cut && cp cut .bettiflow/index.sqlite'; do
  sh -c "$damage"
  run 0 results "$id" --csv
  cmp -s out before || fail "after '$damage' the numbers are others"
done
mkdir disk
if unshare -m true 2>/dev/null; then # a disk that can't be written
  rm -f .bettiflow/index.sqlite
  cat >read-only.sh <<'END'
mount --bind .bettiflow disk && mount -o remount,ro,bind disk && ! touch disk/probe 2>/dev/null && exec "$BETTIFLOW" results "$1" --csv --store "$PWD/disk"
END
  unshare -m sh read-only.sh "$id" >out 2>err || fail "a read-only store: $(cat err)"
  cmp -s out before || fail "a read-only store gives other numbers"
  [ ! -e .bettiflow/index.sqlite ] || fail "a read-only store was written"
else
  echo "not permitted to mount: a read-only store is not tried" >&2
fi

# A run that was cut off tells what it has.
cp -r .bettiflow cut-off
head -c $(($(wc -c <".bettiflow/runs/$id/journal") * 3 / 4)) ".bettiflow/runs/$id/journal" >"cut-off/runs/$id/journal"
rm -f cut-off/index.sqlite
run 0 results "$id" --csv --store cut-off
says err "is broken off"
tail -n +2 out | sort >a && tail -n +2 small-out/betti.csv | sort >b
[ -s a ] && [ "$(wc -l <a)" -lt "$(wc -l <b)" ] && [ -z "$(comm -23 a b)" ] || fail "a run that was cut off: $(wc -l <a) rows of $(wc -l <b)"
finish

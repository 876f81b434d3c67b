#!/bin/sh
# The trainer's further ports in a pipeline: checkpoints as items, a state that another training goes on from, validation points.
. "$BF_SOURCE/tests/support/engine.sh"

cat >growing.yaml <<'END'
bettiflow: 1
name: growing
stages:
  data: { use: dataset.disks }
  short:
    use: train.mlp
    in: { train: data }
    params: { hidden: [5, 5], accuracy: 0, steps: 30, checkpoints: [0, 10, 30] }
  long:
    use: train.mlp
    in: { train: data, resume: short.state, validation: data }
    params: { hidden: [5, 5], accuracy: 0, steps: 60 }
    save: { model: resumed.json, log: long.csv }
  whole:
    use: train.mlp
    in: { train: data }
    params: { hidden: [5, 5], accuracy: 0, steps: 60 }
    save: { model: whole.json }
  layers: { use: network.layers, in: { points: data }, each: { model: short.checkpoints }, save: "{step}-{layer}-{class}.npy" }
  none: { use: network.layers, in: { points: data }, each: { model: long.checkpoints } }
  graph: { use: complex.knn_geodesic, each: { points: none } }
  homology: { use: homology.ripser, each: { graph: graph } }
  betti: { use: table.betti, gather: { diagrams: homology }, save: betti.csv }
END
run 0 run growing.yaml -o out1
cmp -s out1/resumed.json out1/whole.json || fail "going on gave another network"
for step in 0 10 30; do [ -s out1/$step-3-1.npy ] || fail "no layers after step $step"; done
[ ! -e out1/betti.csv ] || fail "a table of no networks"
says out1/long.csv 'attempt,step,loss,accuracy,rate,gradient,validation_loss,validation_accuracy'
[ "$(wc -l <out1/long.csv)" = 61 ] || fail "the log is not that of the whole training"
[ "$(sed -n '61s/.*,//p' out1/long.csv)" = "$(sed -n 61p out1/long.csv | cut -d, -f4)" ] || fail "the same points, another accuracy"

# A state in a file.
run 0 stage dataset.disks --out points=p.bf
run 0 stage train.mlp --in train=p.bf --set hidden=3 --set accuracy=0 --set steps=5 --out state=s.bf
run 0 show s.bf
says out 'step               5'
run 6 stage train.mlp --in train=p.bf --in resume=p.bf --out model=m.bf
run 3 stage train.mlp --in train=p.bf --set momentum=0.5 --out model=m.bf
says err 'momentum: the optimiser here is adam_tf1'
finish

#!/bin/sh
# table.compare in a pipeline: graphs of neighbours beside witness complexes of the same circles and of points that are no circle; what it prints, saves and refuses.
. "$BF_SOURCE/tests/support/engine.sh"
unset BETTIFLOW_PLUGIN_PATH

cat >sides.yaml <<'END2'
bettiflow: 1
name: sides
sweep: { sphere: [1, 2], seed: [1, 2] }
stages:
  points: { use: dataset.sphere, params: { dim: $sphere, points: 600, seed: $seed } }
  graph: { use: complex.knn_geodesic, in: { points: points }, params: { k: 14, hops: 2 } }
  knn: { use: homology.betti, in: { graph: graph }, params: { max_dim: 1 } }
  landmarks: { use: complex.landmarks, in: { points: points }, params: { count: 40 } }
  complex: { use: complex.witness, in: { points: points, landmarks: landmarks } }
  homology: { use: homology.reduce, in: { filtration: complex } }
  stable: { use: table.stable, gather: { diagrams: homology }, across: [sphere, seed], save: { table: stable.csv, betti: witness.csv } }
  betti: { use: table.betti, gather: { tables: knn }, across: [sphere, seed] }
  agree: { use: table.compare, gather: { first: betti, second: stable.betti }, params: { names: "knn, witness" }, print: true, save: agree.csv }
END2
run 0 run sides.yaml
says out "Betti numbers of knn and witness"
says out "knn and witness agree in 4 of 4 items"
cat >wanted <<'END2'
sphere,seed,knn_0,knn_1,witness_0,witness_1,agree
1,1,1,1,1,1,yes
1,2,1,1,1,1,yes
2,1,1,0,1,0,yes
2,2,1,0,1,0,yes
END2
cmp -s sides-out/agree.csv wanted || fail "agree.csv: $(cat sides-out/agree.csv)"
# The numbers of the table are those of the Betti table, at the scale where the stretch begins.
[ "$(head -n 1 sides-out/witness.csv)" = "sphere,seed,layer,class,scale,dim,betti" ] || fail "$(head -n 3 sides-out/witness.csv)"
[ "$(awk -F, 'NR > 1 { print $3 "," $5 }' sides-out/stable.csv)" = "$(awk -F, 'NR > 1 && $6 == 0 { b = $7 } NR > 1 && $6 == 1 { print b "," $5 }' sides-out/witness.csv)" ] ||
  fail "witness.csv: $(cat sides-out/witness.csv); stable.csv: $(cat sides-out/stable.csv)"

run 0 run sides.yaml --set graph.k=600 -o full # everything is joined to everything: no circle
[ "$(sed -n 2p full/agree.csv)" = "1,1,1,0,1,1,no" ] || fail "k 600: $(cat full/agree.csv)"
says out "agree in 2 of 4 items; by dimension, dimension 0: 4 of 4, dimension 1: 2 of 4"

run 1 run sides.yaml --set 'knn.scales=[1, 2]' -o scales
says err "several scales, 1 and 2"
run 3 run sides.yaml --set agree.names=knn
says err "two names with a comma"
sed 's/seed: \[1, 2\]/seed: 1, k: [10, 14]/; s/k: 14/k: $k/; s/knn }, across: \[sphere, seed\]/knn }, across: [sphere, seed, k]/' sides.yaml >axes.yaml
run 1 run axes.yaml
says err "knn has the axis 'k', and witness has not"
finish

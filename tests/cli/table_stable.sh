#!/bin/sh
# table.stable in pipelines: the filtration of a circle, the whole of it and a part; a sweep of k whose graphs have equal Betti numbers in a range; the results as
# CSV, JSON and text.
. "$BF_SOURCE/tests/support/engine.sh"
unset BETTIFLOW_PLUGIN_PATH

cat >rips.yaml <<'END'
bettiflow: 1
name: rips
sweep: { seed: [1, 2] }
stages:
  points: { use: dataset.sphere, params: { dim: 1, points: 40, seed: $seed } }
  graph: { use: complex.rips, in: { points: points } }
  homology: { use: homology.ripser, in: { graph: graph } }
  stable: { use: table.stable, gather: { diagrams: homology }, across: [seed], print: true, save: { table: stable.csv, dims: dims.csv } }
  ratio: { use: table.stable, gather: { diagrams: homology }, across: [seed], params: { measure: log }, save: ratio.json }
END
run 0 run rips.yaml
says out "Longest stretch of diameter on which the Betti numbers stay the same"
[ "$(head -n 1 rips-out/stable.csv)" = "seed,betti_0,betti_1,from,to,length" ] || fail "$(cat rips-out/stable.csv)"
[ "$(grep -c '^[12],1,1,0\.[0-9]*,1\.[0-9]*,' rips-out/stable.csv)" = 2 ] || fail "not the circle: $(cat rips-out/stable.csv)"
[ "$(head -n 1 rips-out/dims.csv)" = "seed,dim,betti,from,to,length" ] || fail "$(cat rips-out/dims.csv)"
[ "$(grep -c '^[12],[01],1,0\.' rips-out/dims.csv)" = 4 ] || fail "$(cat rips-out/dims.csv)"
says rips-out/ratio.json "by the ratio of its ends"
run 0 run rips.yaml --set sweep.seed=1 --set stable.to=0.001 -o early # all points are apart
[ "$(sed -n 2p early/stable.csv)" = "1,40,0,0,0.001,0.001" ] || fail "$(cat early/stable.csv)"
run 3 run rips.yaml --set stable.from=2 --set stable.to=1
says err "from: 2 is not below to, 1"

cat >k.yaml <<'END'
bettiflow: 1
name: k
sweep: { k: [2, 3, 5, 7, 9, 30] }
stages:
  points: { use: dataset.sphere, params: { dim: 1, points: 40, seed: 1 } }
  graph: { use: complex.knn_geodesic, in: { points: points }, params: { k: $k, hops: 1 } }
  homology: { use: homology.betti, in: { graph: graph } }
  betti: { use: table.betti, gather: { tables: homology }, across: [k], save: betti.csv }
  stable: { use: table.stable, gather: { tables: homology }, across: [k], params: { along: k }, save: [stable.csv, stable.txt] }
  again: { use: table.stable, gather: { tables: betti }, params: { along: k }, save: again.csv }
  lost: { use: table.stable, gather: { tables: betti }, params: { along: k, from: 1000 }, save: lost.csv }
END
run 0 run k.yaml
says k-out/stable.csv "scale,betti_0,betti_1,from,to,length,values"
cmp -s k-out/stable.csv k-out/again.csv || fail "two ways, two answers: $(cat k-out/again.csv)"
# The same from betti.csv: the longest run of equal pairs over the values of k.
wanted=$(awk -F, 'NR > 1 { v[$1] = v[$1] "," $NF } END {
  n = split("2 3 5 7 9 30", k, " ")
  for (i = 1; i <= n; i++)
    for (j = i; j <= n && v[k[j]] == v[k[i]]; j++)
      if (!best || k[j] - k[i] > most) { most = k[j] - k[i]; best = "inf" v[k[i]] "," k[i] "," k[j] "," most "," j - i + 1 }
  print best }' k-out/betti.csv)
[ "$(sed -n 2p k-out/stable.csv)" = "$wanted" ] || fail "stable.csv: $(cat k-out/stable.csv), not $wanted"
says k-out/stable.txt "Longest stretch of k on which the Betti numbers stay the same"
[ "$(sed -n 2p k-out/lost.csv)" = "inf,,,,,," ] || fail "no value in the range: $(cat k-out/lost.csv)"
run 1 run k.yaml --set again.along=hops
says err "along: the tables have no axis 'hops'; it can be k, scale"
finish

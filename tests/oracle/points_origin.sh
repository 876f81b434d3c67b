#!/bin/sh
# The authors of the study set the points of the other class to zero instead of dropping them, which leaves one point at the origin: it turns the Betti
# numbers (9,9) of class 1 of D-II into (9,8). authors_origin reproduces that; without it the answer is the right one. Skipped without the authors' file.
set -eu
data=${BF_DATA:-$BF_SOURCE/../shared/data}
if [ ! -r "$data/rings_9.tfrecords" ]; then
  echo "skipped: no $data/rings_9.tfrecords"
  exit 77
fi
cat > origin.yaml <<END
bettiflow: 1
name: origin
sweep: { origin: [false, true] }
stages:
  data: { use: dataset.file, params: { path: "$data/rings_9.tfrecords" } }
  quarter: { use: points.subsample, in: { points: data }, params: { every: 4, per_class: false } }
  class1: { use: points.select, in: { points: quarter }, params: { class: 1, authors_origin: \$origin } }
  graph: { use: complex.knn_geodesic, in: { points: class1 }, params: { k: 35, hops: 2 } }
  homology: { use: homology.ripser, in: { graph: graph } }
  betti: { use: table.betti, gather: { diagrams: homology }, across: [origin], save: betti.csv }
END
"$BETTIFLOW" run origin.yaml -o .
cat > want <<END
origin,layer,class,scale,dim,betti
false,,,inf,0,9
false,,,inf,1,9
true,,,inf,0,9
true,,,inf,1,8
END
diff want betti.csv

#!/bin/sh
# The numbers of edges that the study's own files give pin down the convention of k-nearest-neighbour graphs: how k counts, ties, duplicates, hops.
# The files have no licence and are not part of the project: skipped where they are not beside it. BF_DATA names another folder.
set -eu
data=${BF_DATA:-$BF_SOURCE/../shared/data}
if [ ! -r "$data/circles_type_8.tfrecords" ]; then
  echo "skipped: no $data/circles_type_8.tfrecords"
  exit 77
fi
for class in 0 1; do
  "$BETTIFLOW" stage dataset.file --set path="$data/circles_type_8.tfrecords" --set class=$class --out points=class$class
done

failed=0
count() { # points k hops vertices edges
  "$BETTIFLOW" stage complex.knn_geodesic --in points="$1" --set k="$2" --set hops="$3" --out graph=graph
  found=$("$BETTIFLOW" show graph | awk '$1 == "vertices" {v = $2} $1 == "edges" {e = $2} END {print v, e}')
  if [ "$found" != "$4 $5" ]; then
    echo "$1, k $2, hops $3: $found vertices and edges, not $4 $5"
    failed=1
  fi
}
count class0 14 2 6084 137359
count class1 14 2 8942 168010
count class1 35 2 8942 500309
count class1 60 2 8942 840012
count class1 35 3 8942 1015147
exit $failed

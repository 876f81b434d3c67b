#!/bin/sh
# complex.rips and `bettiflow ripser` mean the same Euclidean distances: the text of the intervals is one, with and without a threshold, from the points, from
# the stage's matrix, and from a matrix cut by the stage.
set -eu
fail() { echo "complex_distances: $*" >&2; exit 1; }
intervals() { "$BETTIFLOW" ripser "$@" | grep '^ \[' | sort; }
"$BETTIFLOW" stage dataset.torus --set points=150 --set seed=3 --set noise=0.1 --out points=torus.csv
tr , ' ' <torus.csv | grep -v '[a-z]' >torus.points
[ "$(wc -l <torus.points)" = 150 ] || fail "$(head -n 3 torus.csv)"
"$BETTIFLOW" stage complex.rips --in points=torus.csv --out graph=all.lower_distance
"$BETTIFLOW" stage complex.rips --in points=torus.csv --set threshold=1.3 --out graph=near.sparse
"$BETTIFLOW" stage complex.rips --in graph=all.lower_distance --set threshold=1.3 --out graph=cut.sparse
cmp near.sparse cut.sparse || fail "the cut matrix is not the graph at the threshold"
intervals --format point-cloud torus.points >points
[ "$(wc -l <points)" -gt 150 ] || fail "few intervals: $(head -n 3 points)"
intervals --format lower-distance all.lower_distance | cmp points - || fail "the matrix has other intervals than the points"
intervals --format point-cloud --threshold 1.3 torus.points >points
intervals --format sparse --threshold 1.3 near.sparse | cmp points - || fail "the graph at 1.3 has other intervals than the points"

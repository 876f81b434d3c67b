#!/bin/sh
# The authors' data files through the ready-made pipelines: the Betti numbers of the study, and five ReLU networks of which at least four are trained.
# The files have no licence and are not part of the project: skipped where they are not beside it. BF_DATA names another folder.
set -eu
data=${BF_DATA:-$BF_SOURCE/../shared/data}
for file in circles_type_8 rings_9; do
  if [ ! -r "$data/$file.tfrecords" ]; then
    echo "skipped: no $data/$file.tfrecords"
    exit 77
  fi
done
failed=0
pipeline() { # name file, then the expected betti.csv on standard input
  "$BETTIFLOW" run "$BF_SOURCE/pipelines/$1.yaml" --set vars.path="$data/$2" -o "$1" -q >/dev/null
  cat >wanted
  diff wanted "$1/betti.csv" || failed=1
}
pipeline authors-d1 circles_type_8.tfrecords <<'END'
of_class,k,hops,layer,class,scale,dim,betti
0,14,2,,,inf,0,9
0,14,2,,,inf,1,0
1,14,2,,,inf,0,1
1,14,2,,,inf,1,67
1,60,2,,,inf,0,1
1,60,2,,,inf,1,9
1,35,3,,,inf,0,1
1,35,3,,,inf,1,9
END
pipeline authors-d2 rings_9.tfrecords <<'END'
of_class,layer,class,scale,dim,betti
0,,,inf,0,9
0,,,inf,1,9
1,,,inf,0,9
1,,,inf,1,9
END

# Only the networks of authors-d1-train.
sed '/^  layers:/,$d' "$BF_SOURCE/pipelines/authors-d1-train.yaml" >train.yaml
"$BETTIFLOW" run train.yaml --set vars.path="$data/circles_type_8.tfrecords" --json >counts
declined=$(sed -n 's/.*"declined": \([0-9]*\).*/\1/p' counts)
[ "$declined" -le 1 ] || { echo "$declined of five ReLU networks are not trained"; failed=1; }
exit $failed

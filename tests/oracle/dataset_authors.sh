#!/bin/sh
# dataset.rings beside the authors' own file, ring by ring. The file has no licence and is not part of the project: skipped where it is not beside it.
set -eu
data=${BF_DATA:-$BF_SOURCE/../shared/data}
[ -r "$data/rings_9.tfrecords" ] || { echo "skipped: no $data/rings_9.tfrecords"; exit 77; }
/usr/bin/python3 -c 'import numpy' 2>/dev/null || { echo "skipped: no numpy"; exit 77; }
"$BETTIFLOW" stage dataset.file --set path="$data/rings_9.tfrecords" --out points=authors.csv
"$BETTIFLOW" stage dataset.rings --set seed=1 --out points=ours.csv
/usr/bin/python3 "$BF_SOURCE/tests/oracle/dataset_authors.py" authors.csv ours.csv

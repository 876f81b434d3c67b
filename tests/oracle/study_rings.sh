#!/bin/sh
# Networks on the authors' D-II file, as in the study: both are trained to 100 %, (9,9) at the input, one component and no more than a few loops at the output,
# and no layer has more components than the one before it had, but for a clump that a k-NN graph splits off. Skipped where the file, which has no licence, is missing.
set -eu
data=${BF_DATA:-$BF_SOURCE/../shared/data}/rings_9.tfrecords
[ -r "$data" ] || { echo "skipped: no $data"; exit 77; }
[ "$BF_ASAN" = 0 ] || { echo "skipped: under the sanitizers this takes half an hour"; exit 77; }
"$BETTIFLOW" run "$BF_SOURCE/pipelines/authors-d2-train.yaml" --set vars.path="$data" -o out --json >counts
grep -q '"declined": 0' counts || { echo "a network was not trained: $(cat counts)"; exit 1; }
awk -F, '
  NR == 1 { next }
  { b[$1 "," $4 "," $6, $3] = $7; name[$1 "," $4 "," $6] }
  END {
    for (n in name) {
      split(n, part, ",")
      if (b[n, 0] != 9) { print n ": " b[n, 0] " at the input"; bad = 1 }
      if (part[3] == 0 && b[n, 10] != 1 || b[n, 10] > 4) { print n ": " b[n, 10] " at the output"; bad = 1 }
      for (l = 1; part[3] == 0 && l <= 10; l++) if (b[n, l] > b[n, l - 1] + 1) { print n ": rises at layer " l; bad = 1 }
      cases++
    }
    if (cases != 8) { print cases " columns, not 2 activations x 2 classes x 2 dimensions"; bad = 1 }
    exit bad
  }' out/betti.csv

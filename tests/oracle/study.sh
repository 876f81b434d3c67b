#!/bin/sh
# The quickstart with one seed: nine disks have the Betti numbers (9,0), what surrounds them (1,9), and trained networks bring β0 of the disks down to 1.
set -eu
"$BETTIFLOW" run "$BF_SOURCE/pipelines/quickstart.yaml" -o out --set sweep.seed=1 >table 2>progress || { cat progress; exit 1; }
grep -q '^activation,seed,layer,class,scale,dim,betti$' out/betti.csv
head -c 100 out/profile.svg | grep -q '<?xml'
failed=0
betti() { # activation layer class dim betti
  found=$(awk -F, -v row="$1,1,$2,$3,inf,$4" '$1","$2","$3","$4","$5","$6 == row { print $7 }' out/betti.csv)
  [ "$found" = "$5" ] || { echo "$1, layer $2, class $3: β$4 is $found, not $5"; failed=1; }
}
for activation in relu tanh; do
  betti $activation 0 0 0 9
  betti $activation 0 0 1 0
  betti $activation 0 1 0 1
  betti $activation 0 1 1 9
  betti $activation 10 0 0 1
done
[ "$(wc -l <out/betti.csv)" = 89 ] || { echo "betti.csv has not 2 activations × 11 layers × 2 classes × 2 dimensions"; failed=1; }
exit $failed

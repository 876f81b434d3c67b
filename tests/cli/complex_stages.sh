#!/bin/sh
# What the stages of complexes tell their user.
. "$BF_SOURCE/tests/support/engine.sh"

printf '0,0\n1,0\n0,1\n' >three.csv

# All points are landmarks, so that r² is 0, and strong witnesses are strict.
run 0 stage complex.strong_witness --in points=three.csv --in landmarks=three.csv --out filtration=strong.filtration
says err "warning: no simplices: α² is 0 and the comparison is strict; give alpha_square"
expect strong.filtration <<'END'
# filtration(convention=squared_radius, threshold=0)
END
run 0 stage complex.strong_witness --in points=three.csv --in landmarks=three.csv --set alpha_square=1 --out filtration=strong.filtration
[ ! -s err ] || fail "a needless warning: $(cat err)"
run 0 stage complex.witness --in points=three.csv --in landmarks=three.csv --out filtration=weak.filtration
[ ! -s err ] || fail "a needless warning: $(cat err)"
grep -q '^0 0$' weak.filtration || fail "the weak complex: $(cat weak.filtration)"

# What the weights of a graph are goes with it: radii with nu 0, values of no known meaning with 1 and 2, else diameters, of which nothing is said.
for nu in 0:radius 1:value 2:value; do
  run 0 stage complex.lazy_witness --in points=three.csv --in landmarks=three.csv --set nu=${nu%:*} --out graph=lazy.bf
  run 0 show lazy.bf
  grep -q "^weights are  *${nu#*:}$" out || fail "nu $nu: $(cat out)"
  run 0 stage complex.rips --in graph=lazy.bf --set threshold=10 --out graph=cut.bf
  run 0 stage homology.ripser --in graph=cut.bf --out diagram=lazy.json
  says lazy.json "\"convention\":\"${nu#*:}\""
  run 0 stage complex.flag --in graph=cut.bf --out filtration=lazy.filtration
  says lazy.filtration "# filtration(convention=${nu#*:}"
  run 0 export cut.bf -o cut.json
  says cut.json "\"convention\":\"${nu#*:}\""
done
run 0 stage complex.rips --in points=three.csv --out graph=rips.bf
run 0 show rips.bf
! grep -q "^weights are" out || fail "a graph of distances: $(cat out)"
run 0 stage homology.ripser --in graph=rips.bf --out diagram=rips.diagram.bf
run 0 stage homology.ripser --in graph=lazy.bf --out diagram=lazy.diagram.bf
run 6 diff rips.diagram.bf lazy.diagram.bf
says err "can't be compared"
finish

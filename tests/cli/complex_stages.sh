#!/bin/sh
# What the stages of complexes tell their user.
. "$BF_SOURCE/tests/support/engine.sh"

printf '0,0\n1,0\n0,1\n' >three.csv

# All points are landmarks, so that r² is 0, and strong witnesses are strict.
run 0 stage complex.strong_witness --in points=three.csv --in landmarks=three.csv --out filtration=strong.filtration
says err "warning: no simplices: α² is 0 and the comparison is strict; give alpha_square"
expect strong.filtration <<'END'
# filtration(convention=squared_radius, threshold=0, limit_dimension=2)
END
run 0 stage complex.strong_witness --in points=three.csv --in landmarks=three.csv --set alpha_square=1 --out filtration=strong.filtration
[ ! -s err ] || fail "a needless warning: $(cat err)"
run 0 stage complex.witness --in points=three.csv --in landmarks=three.csv --out filtration=weak.filtration
[ ! -s err ] || fail "a needless warning: $(cat err)"
grep -q '^0 0$' weak.filtration || fail "the weak complex: $(cat weak.filtration)"

finish

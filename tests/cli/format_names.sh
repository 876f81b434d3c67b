#!/bin/sh
# Names of files: endings that no format has, folders that are not there, and messages that name the user's file.
. "$BF_SOURCE/tests/support/engine.sh"

printf '0,0\n1,0\n0,1\n' >three.csv

# An artifact's name ends in .bf, or in nothing that a format has; other endings are noted.
for name in out.csv folder.x/out.npy; do
  run 2 import three.csv -o "$name"
  says err "$name: import makes an artifact: end its name in .bf or in nothing"
  [ ! -e "$name" ] || fail "$name was made"
done
for name in a.bf a.BF plain .hidden layer.3 folder.x/plain new/folder/a.bf out.cvs 'out.b f'; do
  run 0 import three.csv -o "$name"
  cmp -s a.bf "$name" || fail "$name"
done
run 0 import three.csv -o out.cvs
says err "out.cvs: no format has the ending .cvs, so this is an artifact"
run 0 import three.csv -o a.bf
grep -q ending err && fail "a.bf: $(cat err)"
run 2 stage points.subsample --in points=three.csv --set count=2 --out points=x.svg
says err "csv (.csv)"
says err "; or .bf, the artifact itself"
[ ! -e x.svg ] || fail "x.svg was made"
run 0 stage points.subsample --in points=three.csv --set count=3 --out points=x.bogus
says err "x.bogus: no format has the ending .bogus"
run 0 stage points.subsample --in points=three.csv --set count=3 --out points=there/too/x.bf
run 0 stage points.subsample --in points=three.csv --set count=3 --out points=plain.2
cmp -s there/too/x.bf plain.2 && cmp -s x.bogus plain.2 || fail "plain.2"

# Folders are made.
run 0 export a.bf -o exported/to/a.csv
[ "$(tail -n 1 exported/to/a.csv)" = 0,1 ] || fail "exported/to/a.csv"
: >file
run 5 export a.bf -o file/a.csv
run 5 import three.csv -o file/a.bf
says err "file"

# A message of a stage names the user's file, not where it was read to.
printf '0 0\n1 0 1\n' >nofaces.filtration
run 6 stage homology.reduce --in filtration=nofaces.filtration --out diagram=x.bf
says err "nofaces.filtration: "
says err "its face {1} is not"
! grep -q 'artifact\.0' err || fail "a temporary path: $(cat err)"
run 0 import nofaces.filtration -o nofaces.bf
run 6 stage homology.reduce --in filtration=nofaces.bf --out diagram=x.bf
says err "nofaces.bf: "

# Which format a name's ending stood for.
printf '0 0\n1 0\n0 1\n' >three.txt
run 0 import three.txt -o three.bf
says err "three.bf: a PointCloud, 3 points of 2 coordinates; read as uci"
run 0 import --format uci three.txt -o three.bf
! grep -q "read as" err || fail "a format that was named: $(cat err)"
printf '0 0\n1 zero\n' >bad.txt
run 6 import bad.txt -o bad.bf
says err "bad.txt:2:3: 'zero' is not a number"
says err "(read as uci; another format is named by --format NAME)"
run 6 stage points.subsample --in points=bad.txt --set count=1 --out points=bad.bf
says err "(read as uci; another format is named by FORMAT:FILE)"

# A byte order mark.
printf '\357\273\2771 1 2\n' >marked.pers
run 0 import marked.pers -o marked.bf
run 0 export marked.bf -o plain.pers
says plain.pers "1 1 2"
finish

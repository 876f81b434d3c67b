#!/bin/sh
# Foreign files in and out through the program: import, export, save and print, parameters of formats, and the exit codes of bad files.
. "$BF_SOURCE/tests/support/engine.sh"

printf 'x,y,class\n0,0,1\n0.1,-2.5,0\n3e-05,7,1\n' >points.csv
gzip -k points.csv

# By extension, through every format that reads points, and back to the same text.
run 0 import points.csv.gz -o p.bf
says err "p.bf: a PointCloud, 3 points of 2 coordinates in 2 classes"
for extension in npy tfrecords csv; do
  run 0 export p.bf -o p.$extension
  run 0 import p.$extension -o back.bf
  run 0 export back.bf -o back.csv
  [ $extension = npy ] && cut -d, -f1,2 points.csv | sed s/x,y/x0,x1/ >wanted.csv || sed s/x,y/x0,x1/ points.csv >wanted.csv
  cmp -s wanted.csv back.csv || { fail "through .$extension"; cat back.csv >&2; }
done
run 0 export p.bf -o p.json
says p.json '"points":[[0,0],[0.1,-2.5],[3e-05,7]]'

# A diagram as JSON: with simplices, with representatives, without either.
printf '1\n2,1\n1,2,1\n' >square.lower_distance
run 0 stage homology.ripser --in graph=square.lower_distance --set modulus=3 --set representatives=cycles --out diagram=square.json
says square.json '"birth_simplices":[[1],[2],[3],[0],[0,1]]'
says square.json '"death_simplices":[[1,2],[0,3],[2,3],null,[0,1,3]]'
says square.json '[[1,[0,1]],[1,[1,2]],[2,[0,3]],[1,[2,3]]]]'
run 0 stage homology.ripser --in graph=square.lower_distance --set representatives=cocycles --set simplices=false --out diagram=square.json
says square.json '[[1,[0,1]]]]'
! grep -q simplices square.json || fail "simplices that nobody wanted"
run 0 stage homology.ripser --in graph=square.lower_distance --set simplices=false --out diagram=square.json
says square.json '"intervals":[[0,0,1],[0,0,1],[0,0,1],[0,0,"inf"],[1,1,2]]'
! grep -q -e simplices -e cycles square.json || fail "representatives that nobody wanted"

# An explicit filtration, with what it was cut at; a foreign one, by parameters.
printf '# filtration(convention=squared_radius, threshold=0.5, limit_dimension=1)\n0 7\n0 12\n0.25 7 12\n' >edge.filtration
run 0 import edge.filtration -o edge.bf
run 0 export edge.bf -o again.filtration
cmp -s edge.filtration again.filtration || { fail "through .filtration"; cat again.filtration >&2; }
run 0 export edge.bf -o edge.json
says edge.json '"convention":"squared_radius"'
says edge.json '"limit_dimension":1'
printf '0 1\n0 0\n2.5 1 0\n' >theirs.txt
run 0 import --format 'filtration(convention=radius)' theirs.txt -o theirs.bf
run 0 export theirs.bf -o theirs.filtration
expect theirs.filtration <<'END'
# filtration(convention=radius)
0 1
0 0
2.5 0 1
END
run 6 import --format 'filtration(convention=radius)' edge.filtration -o bad.bf
says err "edge.filtration:1: this line says something else than the parameter convention"

# A warning of a stage is shown without -v, not with --quiet; a list is not numbers with commas; a decline tells of the older file that stays.
run 0 stage points.select --in points=p.bf --set class=9 --out points=none.bf
says err "warning: none of the 3 points has class 9"
[ ! -s out ] || fail "a warning is on stdout"
run 0 stage points.select --in points=p.bf --set class=9 --out points=none.bf --quiet
[ ! -s err ] || fail "--quiet: $(cat err)"
run 3 stage train.mlp --in train=p.bf --set hidden=15,15 --out model=net.bf
says err "parameter 'hidden' is a list: write [15,15], not 15,15"
run 0 stage train.mlp --in train=p.bf --set hidden=2 --set steps=1 --out model=net.bf
[ ! -e net.bf ] && ! grep -q "earlier result" err || fail "declined: $(cat err)"
cp p.bf net.bf
run 0 stage train.mlp --in train=p.bf --set hidden=2 --set steps=1 --out model=net.bf
says err "net.bf was not written; what it holds is an earlier result"
cmp -s p.bf net.bf || fail "the older file changed"

# Parameters of a format, on the command line and in a pipeline.
printf '1;2;0\n3;4;1\n' >semi.csv
run 0 import --format 'csv(separator=semicolon, label=last)' semi.csv -o s.bf
run 0 export --format 'npy(label=last)' s.bf -o s.npy
cat >convert.yaml <<'END'
bettiflow: 1
name: convert
vars: { file: semi.csv }
stages:
  points:
    use: dataset.file
    params: { path: $file, format: "csv(separator=semicolon, label=last)", class: 1 }
    save: [one.csv, one.tfrecord]
END
run 0 run convert.yaml -o out1
expect out1/one.csv <<'END'
x0,x1,class
3,4,1
END

# A bad file: code 6 where it is given as a file, code 1 from the task that finds it bad; the message says where.
printf '1;2;0\n3;four;1\n' >bad.csv
run 6 import --format 'csv(separator=semicolon)' bad.csv -o bad.bf
says err "bad.csv:2:3: 'four' is not a number"
[ ! -e bad.bf ] || fail "a bad import left a file"
run 1 run convert.yaml --set vars.file=bad.csv -o out2
says err ":2:3: 'four' is not a number"
: >empty.csv
run 6 import empty.csv -o bad.bf
says err "empty file"
head -c 100 p.tfrecords >cut.tfrecords
run 6 import cut.tfrecords -o bad.bf
says err "cut.tfrecords: record 1"
head -c 130 p.npy >cut.npy
run 6 import cut.npy -o bad.bf
says err "cut.npy: byte 128"
printf '0 0 inf\n0 2 1\n' >bad.pers
run 6 import bad.pers -o bad.bf
says err "bad.pers:2: '1' is a death before the birth"
printf '0 0\n0 1\n1 0 1 0\n' >bad.filtration
run 6 import bad.filtration -o bad.bf
says err "bad.filtration:3:7: '0' is there twice"
run 6 import nowhere.csv -o bad.bf

# What no format writes with an extension that formats have is refused before the stage runs; a training log as text.
run 2 stage points.subsample --in points=p.bf --out points=x.svg
says err "no format that writes PointCloud has the extension .svg"
[ ! -e x.svg ] || fail "x.svg was written"
run 0 stage train.mlp --in train=p.bf --set hidden=2 --set accuracy=0.1 --set steps=3 --out log=log.csv
[ "$(sed 's/,[^,]*$//; s/^1,1,[0-9.]*,[0-9.]*,[0-9.e-]*$/1,1,loss,accuracy,rate/' log.csv | tr '\n' ' ')" = "attempt,step,loss,accuracy,rate 1,1,loss,accuracy,rate " ] || fail "log.csv: $(cat log.csv)"
finish

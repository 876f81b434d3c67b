#!/bin/sh
# What bettiflow ripser refuses, with which exit code and words, and what it accepts beyond Ripser.
complain() { # often at the end of a pipe, where a variable would be lost
  echo "FAILED: $*"
  : > failed
}

# refuses CODE 'part of the message' OPTIONS < input
refuses() {
  code=$1 words=$2
  shift 2
  cat > input
  "$BETTIFLOW" ripser "$@" input > out 2> err
  got=$?
  [ "$got" = "$code" ] || complain "$* on '$(head -c 60 input | tr '\n\0' '/?')': exit code $got, not $code: $(cat err)"
  grep -qF -- "$words" err || complain "$*: no '$words' in: $(cat err)"
}

# prints 'the lines, joined by |' OPTIONS < input
prints() {
  expected=$1
  shift
  "$BETTIFLOW" ripser "$@" > out 2> err || complain "$*: exit code $?: $(cat err)"
  got=$(grep -v -e ' points' -e 'value range' out | paste -s -d '|')
  [ "$got" = "$expected" ] || complain "$*: '$got', not '$expected'"
}

# ---- refused ----
printf '0 1 1\n1 2 x\n' | refuses 6 "input:2:5: 'x' is not a finite number" --format sparse
printf '0 1 1\n1 2\n' | refuses 6 'input:2:1: a line needs two vertices and a distance' --format sparse
printf '0 1 1\n\n3\n' | refuses 6 'input:3:1: a line needs two vertices' --format sparse
printf '0 1 1 1\n' | refuses 6 'input:1:7: a line has two vertices and a distance, nothing more' --format sparse
printf '0 1 1\n2 0 1\n1 0 1.5\n' | refuses 6 'input:3:1: the pair (1, 0) is given twice, with distance 1.5 and before with 1' --format sparse
printf '0 1 1\n0 1 2\n' | refuses 6 'input:2:1: the pair (0, 1) is given twice' --format sparse
printf '0 1 -1\n' | refuses 6 "input:1:5: '-1' is not a distance: it is negative" --format sparse
printf '0 1 nan\n' | refuses 6 "input:1:5: 'nan' is not a finite number" --format sparse
printf '0 1 inf\n' | refuses 6 "input:1:5: 'inf' is not a finite number" --format sparse
printf '0 -1 1\n' | refuses 6 "input:1:3: '-1' is not a vertex number" --format sparse
printf '0 1.5 1\n' | refuses 6 "'1.5' is not a vertex number" --format sparse
printf '0 4294967295 1\n' | refuses 6 "'4294967295' is not a vertex number" --format sparse
printf '0 99999999999999999999 1\n' | refuses 6 "is not a vertex number" --format sparse
printf '0 4294967294 1\n' | refuses 6 "vertex 4294967294 in a file of 15 bytes" --format sparse
awk 'BEGIN { for (i = 0; i < 200; i++) for (j = 0; j < i; j++) print i, j, 1 + (i * j) % 7 }' | refuses 2 '--dim: dimension 40 on 200 vertices' --format sparse --dim 40 --collapse never
printf '3 3 1\n' | refuses 6 'the distance of vertex 3 to itself is not 0' --format sparse
printf '0 1 1e39\n' | refuses 6 "'1e39' is not within the range of a float" --format sparse

printf '1\n2,3\n4,5\n' | refuses 6 'input:3: row 3 of a lower triangle has 2 numbers, not 3' --format lower-distance
printf '1,2\n' | refuses 6 'input:2: the file ends after 2 distances, which fill no triangle' --format lower-distance
printf '1\n2,three\n' | refuses 6 "input:2:3: 'three' is not a number" --format lower-distance
printf '1\n2,,3\n' | refuses 6 'input:2:3: a number is missing' --format lower-distance
printf '1\n2,NaN\n' | refuses 6 "'NaN' is not a number" --format lower-distance
printf '1\n2,-3\n' | refuses 6 "input:2:3: '-3' is not a distance" --format lower-distance
printf '1\n2 0x10\n' | refuses 6 "'0x10' is not a number" --format lower-distance
printf '1 2 3\n4 5\n' | refuses 6 'input:3: the file ends after 5 distances' --format upper-distance
printf '1 2 3\n4\n6 7\n' | refuses 6 'input:2: row 2 of an upper triangle has 1 numbers, not 2' --format upper-distance

printf '0 1\n1 0 2\n' | refuses 6 'input:2: row 2 of a square matrix has 3 numbers, not 2' --format distance
printf '1\n2,3\n4,5,6\n' | refuses 6 'lower-distance' --format distance
printf '1 2\n-3 4\n5 6\n' | refuses 6 "'-3' is not a distance: it is negative (read as a full distance matrix, as there is no --format)"
printf '0 1\n1.1 0\n' | refuses 6 'input:2: the matrix is not symmetric: entry (1, 0) is 1.1, entry (0, 1) is 1' --format distance
printf '0 1\n1 .5\n' | refuses 6 'input:2: the distance of point 1 to itself is 0.5, not 0' --format distance
printf '0 1\ninf 0\n' | refuses 6 'not symmetric' --format distance

printf '0 0\n1\n' | refuses 6 'input:2: row 2 of the point cloud has 1 numbers, not 2' --format point-cloud
printf '0 inf\n' | refuses 6 "'inf' is not a finite number" --format point-cloud
printf 'x y\n0 0\n' | refuses 6 "input:1:1: 'x' is not a finite number" --format point-cloud
printf '0 0\0\n' | refuses 6 "is not a number" --format point-cloud

printf '\0\0\200\077\0' | refuses 6 'byte 5: the file ends within a number' --format binary
printf '\0\0\200\077\0\0\200\077' | refuses 6 'byte 8: the file ends after 2 distances' --format binary
printf '\0\0\200\277' | refuses 6 'byte 0: a negative number' --format binary
printf '\0\0\300\177' | refuses 6 'byte 0: NaN' --format binary
printf 'short' | refuses 6 'byte 5: the file ends within the header' --format dipha
printf 'a file that is not DIPHA, though it is long' | refuses 6 'byte 0: not a DIPHA file' --format dipha
magic='\0\106\327\340\001\0\0\0\007\0\0\0\0\0\0\0' # 8067171840 and 7
printf '\0\106\327\340\001\0\0\0\001\0\0\0\0\0\0\0\001\0\0\0\0\0\0\0' | refuses 6 'byte 8: not a DIPHA distance matrix' --format dipha
printf "$magic"'\002\0\0\0\0\0\0\0\0\0\0\0' | refuses 6 'the file ends before the 2 × 2 matrix' --format dipha
printf "$magic"'\377\377\377\377\377\377\377\177' | refuses 6 'the file ends before' --format dipha
printf "$magic"'\0\0\0\0\0\0\0\0x' | refuses 6 'byte 24: the file goes on' --format dipha

printf '' | refuses 6 'input: an empty file' --format distance
printf '' | refuses 6 'input: an empty file' --format point-cloud

# ---- NaN, text and negative distances in the formats above that were not asked yet ----
printf '1 2\nNaN\n' | refuses 6 "input:2:1: 'NaN' is not a number" --format upper-distance
printf '1 2\nx\n' | refuses 6 "input:2:1: 'x' is not a number" --format upper-distance
printf '1 -2\n3\n' | refuses 6 "input:1:3: '-2' is not a distance: it is negative" --format upper-distance
printf '0 1\nnan 0\n' | refuses 6 "input:2:1: 'nan' is not a number" --format distance
printf '0 1\nx 0\n' | refuses 6 "input:2:1: 'x' is not a number" --format distance
printf '0 1\n-1 0\n' | refuses 6 "input:2:1: '-1' is not a distance: it is negative" --format distance
printf '0 0\n0 nan\n' | refuses 6 "input:2:3: 'nan' is not a finite number" --format point-cloud
printf '0 0\n0 1e999\n' | refuses 6 'input:2:3:' --format point-cloud
printf '0 1 1\nx 2 1\n' | refuses 6 "input:2:1: 'x' is not a vertex number" --format sparse
printf '0 1 1\n1 2 0.5x\n' | refuses 6 "input:2:5: '0.5x' is not a number" --format sparse
printf '2 1 3\n\n\n1 2 4\n' | refuses 6 'input:4:1: the pair (1, 2) is given twice, with distance 4 and before with 3' --format sparse
awk 'BEGIN { for (i = 0; i < 200; i++) for (j = 0; j < i; j++) print i, j, 1; print 17, 150, 2; print 3, 4, 1 }' |
  refuses 6 'input:19901:1: the pair (17, 150) is given twice' --format sparse
magic2="$magic"'\002\0\0\0\0\0\0\0' zero='\0\0\0\0\0\0\0\0' one='\0\0\0\0\0\0\360\077'
printf "$magic2$zero"'\0\0\0\0\0\0\370\177'"$one$zero" | refuses 6 'byte 32: NaN' --format dipha
printf "$magic2$zero$one"'\0\0\0\0\0\0\360\277'"$zero" | refuses 6 'byte 40: a negative number' --format dipha

# ---- a matrix that is not symmetric: an error from 1e-4 of its largest entry on, below that one note, and the lower triangle counts ----
printf '0 1 1000\n1.2 0 7\n1000 7 0\n' | refuses 6 'input:2: the matrix is not symmetric: entry (1, 0) is 1.2, entry (0, 1) is 1' --format distance
printf '0 1 1000\n1 0 7\n1000 7.101 0\n' | refuses 6 'input:3: the matrix is not symmetric: entry (2, 1) is 7.101' --format distance
printf "$magic2$zero$one"'\0\0\0\0\0\0\370\077'"$zero" | refuses 6 'byte 40: the matrix is not symmetric: entry (1, 0) is 1.5, entry (0, 1) is 1' --format dipha

"$BETTIFLOW" ripser no-such-file 2> err
[ $? = 6 ] && grep -q 'no-such-file: No such file' err || complain "a missing file: $(cat err)"
"$BETTIFLOW" ripser . 2> err
[ $? = 6 ] || complain "a folder: $(cat err)"

# ---- usage ----
for wrong in '--dim x' '--dim -1' '--dim 1.5' '--dim 1000001' '--threads -1' '--threads 1000001' '--collapse sometimes' \
  '--format what' '--threshold -1' '--threshold x' '--threshold nan' '--ratio x' '--modulus 4' '--modulus 1' \
  '--betti' '--betti 1,' '--betti 1,x' '--betti 2 --threshold 1' '--no-such-option' 'one two'; do
  "$BETTIFLOW" ripser $wrong < /dev/null > out 2> err
  got=$?
  [ $got = 2 ] || complain "$wrong: exit code $got, not 2"
  [ -s err ] || complain "$wrong: no message"
done
"$BETTIFLOW" ripser --help > out 2> err && grep -q -- --betti out || complain '--help'

# ---- few points, isolated vertices, order ----
d0='persistence intervals in dim 0:' d1='persistence intervals in dim 1:'
printf '' | prints "$d0" --format sparse
printf '' | prints "$d0| [0, )" --format lower-distance
printf '' | prints "$d0| [0, )" --format binary
printf "$magic"'\0\0\0\0\0\0\0\0' | prints "$d0" --format dipha
printf '1 2 3\n' | prints "$d0| [0, )" --format point-cloud --dim 2
printf '1 2 3\n' | prints "$d0| [0, )" --format point-cloud --dim 2 --threshold 1
printf '0\n' | prints "$d0| [0, )"
printf '3 3 0\n' | prints "$d0| [0, )| [0, )| [0, )| [0, )|$d1" --format sparse
printf '0 2 1\n' | prints "$d0| [0,1)| [0, )| [0, )|$d1" --format sparse
printf '3 0 1\n0 1 1\n1 0 1\n2 1 1\r\n\n 2\t3\t1 \n3 2 1.0' | prints "$d0| [0,1)| [0,1)| [0,1)| [0, )|$d1| [1, )" --format sparse
printf '0 1 3\n1 2 3\n2 3 3\n3 0 3\n0 2 1\n' | prints "$d0| [0,1)| [0, )| [0, )| [0, )|$d1" --format sparse --threshold 1
printf '0 0\n1 0\n0 1\n1 1\n' | prints "$d0| [0,1)| [0,1)| [0,1)| [0, )" --format point-cloud --dim 0
printf '0 0\n1 0\n0 1\n1 1\n' | prints "$d0| [0,1)| [0,1)| [0,1)| [0, )" --format point-cloud --dim 0 --threshold 1
printf '1\n2 3\n' | prints "$d0| [0,1)| [0,2)| [0, )|$d1" --format lower
printf '1,\n2,3,\n' | prints "$d0| [0,1)| [0,2)| [0, )|$d1" --format lower
printf '1 2 3\n' | prints "$d0| [0,1)| [0,2)| [0, )|$d1" --format lower
printf '1\n2\n3\n' | prints "$d0| [0,1)| [0,2)| [0, )|$d1" --format upper
printf '0 1\n1.00001 1e-9\n' | prints "$d0| [0,1.00001)| [0, )"
grep -q 'mirror images' err || complain 'no note about a matrix that is not quite symmetric'
printf '0 1 1000\n1.09 0 7\n1000.05 7.02 0\n' | prints "$d0| [0,1.09)| [0,7.02)| [0, )|$d1"
[ "$(grep -c . err)" = 1 ] && grep -q 'by up to 0.09' err || complain "not one note, of the largest difference: $(cat err)"
printf '0 1 1000\n1 0 7\n1000 7 0\n' | prints "$d0| [0,1)| [0,7)| [0, )|$d1"
[ ! -s err ] || complain "a note about a symmetric matrix: $(cat err)"
printf "$magic2$zero$one"'\0\0\0\040\0\0\360\077'"$zero" | prints "$d0| [0,1)| [0, )" --format dipha # 1 + 2^-23
grep -q 'mirror images' err || complain 'no note about a DIPHA matrix that is not quite symmetric'

# ---- none, one and two points in every format; the same graph in any order ----
printf '\n' | prints "$d0" --format distance
printf '\n' | prints "$d0" --format point-cloud
printf '0 0 0\n' | prints "$d0| [0, )" --format sparse
printf '' | prints "$d0| [0, )" --format upper-distance
printf "$magic"'\001\0\0\0\0\0\0\0'"$zero" | prints "$d0| [0, )" --format dipha
for format in lower upper; do printf '5\n' | prints "$d0| [0,5)| [0, )" --format $format; done
printf '0 5\n5 0\n' | prints "$d0| [0,5)| [0, )" --format distance
printf '0\n5\n' | prints "$d0| [0,5)| [0, )" --format point-cloud
printf '1 0 5\n' | prints "$d0| [0,5)| [0, )" --format sparse
printf '\0\0\240\100' | prints "$d0| [0,5)| [0, )" --format binary
printf '7 7 0\n4 4 0\n2 1 1\n' | prints "$d0| [0,1)| [0, )| [0, )| [0, )| [0, )| [0, )| [0, )| [0, )|$d1" --format sparse
printf '2 3 0\n1 1 0\n' | prints "$d0| [0, )| [0, )| [0, )|$d1" --format sparse # at distance 0
awk 'BEGIN { for (i = 0; i < 30; i++) for (j = 0; j < i; j++) if ((i * j + i) % 3) print i, j, 1 + (i * 7 + j * 5) % 11 }' > rising
"$BETTIFLOW" ripser --format sparse --dim 2 rising > expected
for turn in 1 2 3; do
  awk -v seed=$turn 'BEGIN { srand(seed) } { print rand(), rand() < .5 ? $1 " " $2 : $2 " " $1, $3 }' rising | sort -n | cut -d ' ' -f 2- > other
  cmp -s rising other && complain 'the order is the same'
  "$BETTIFLOW" ripser --format sparse --dim 2 other | cmp -s - expected || complain "order $turn of the lines of a sparse file changes the answer"
done

# ---- a byte order mark is passed over ----
for format in sparse lower upper distance point-cloud; do
  case $format in sparse) text='0 1 1\n0 2 2\n' bad='0 1 x\n' ;; upper) text='1 2\n3\n' bad='x\n' ;; lower) text='1\n2 3\n' bad='x\n' ;; *) text='0 1\n1 0\n' bad='x\n' ;; esac
  printf "$text" > plain
  printf "\357\273\277$text" > marked
  "$BETTIFLOW" ripser --format $format plain > expected 2> err && "$BETTIFLOW" ripser --format $format marked 2> err | cmp -s - expected || complain "$format with a byte order mark: $(cat err)"
  printf "\357\273\277$bad" | refuses 6 'input:1:' --format $format
done

# ---- Betti numbers ----
printf '0 1 1\n1 2 1\n2 3 1\n3 0 1\n0 2 2\n1 3 2\n5 5 0\n' > square
prints 'scale,dim,betti|0.5,0,6|0.5,1,0|1,0,3|1,1,1|2,0,3|2,1,0|inf,0,3|inf,1,0' --format sparse --betti 0.5,1,2,inf square
prints 'scale,dim,betti|1,0,3|1,1,1|1,2,0|1,3,0' --format sparse --dim 3 --betti 1 square
prints 'scale,dim,betti|0.1,0,1' --format lower --dim 0 --betti 0.1 - <<'X'
0.1
X
printf '0 0\n1 0\n0 1\n1 1\n' > corners
prints 'scale,dim,betti|1,0,1|1,1,1|1.5,0,1|1.5,1,0|9,0,1|9,1,0' --format point-cloud --betti 1,1.5,9 corners
[ ! -e failed ]

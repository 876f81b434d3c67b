#!/bin/sh
# The parallel engine on this machine: the same bytes as the local one, jobs by waves, what users' GNU Parallel settings may not change, and `bettiflow job`.
. "$BF_SOURCE/tests/support/engine.sh"
command -v parallel >/dev/null || { echo "skipped: GNU Parallel is not installed"; exit 77; }
case $(parallel --plain --version 2>/dev/null) in "GNU parallel "*) ;; *) echo "skipped: 'parallel' is not GNU Parallel"; exit 77 ;; esac

objects() { (cd "$1/objects" && find . -type f -exec sha256sum {} + | sort); }
jobs_of() { [ -e "$1" ] && tail -n +2 "$1" | wc -l || echo 0; } # rows of a wave's joblog

cat >sweep.yaml <<'END'
bettiflow: 1
name: sweep
sweep: { k: [1, 2, 3, 4], seed: 1..10 }
stages:
  data: { use: trace.value, params: { value: 7 } }
  net: { use: trace.sum, in: { a: data }, params: { value: $seed } }
  layers: { use: trace.grid, in: { base: net } }
  graph: { use: trace.sum, each: { a: layers }, params: { value: $k }, save: "{k}-{seed}/{layer}-{class}.trace" }
  table: { use: trace.list, gather: { items: graph }, across: [k, seed], save: table.trace, print: true }
END
run 0 run sweep.yaml --json --store one -o one-out -j 1
cp out one.json
cp err one.err
rm -f trace
run 0 run sweep.yaml --json --store two -o two-out -j 2 --engine parallel
sed '/"run"\|"store"\|-out/d' one.json >one.counts
sed '/"run"\|"store"\|-out/d' out | cmp -s - one.counts || fail "other counts: $(cat out)"
objects one >one.objects
objects two | cmp -s - one.objects || fail "other objects than the local engine's"
diff -r one-out two-out || fail "other files were saved"
[ "$(grep -v '^\[\|^2\|^saved' one.err)" = "$(grep -v '^\[\|^2\|^saved' err)" ] || fail "other text was printed"

# Waves: data; net and layers, by seed; graph, by both; the table. The first and the last have one point and run in the parent.
joblogs=$(cd two/runs/*/ && ls -d joblog.*)
[ "$joblogs" = "joblog.1
joblog.2" ] || fail "other waves: $joblogs"
[ "$(jobs_of two/runs/*/joblog.1)" = 10 ] || fail "ten networks are ten jobs, not $(jobs_of two/runs/*/joblog.1)"
[ "$(jobs_of two/runs/*/joblog.2)" = 40 ] || fail "forty points are forty jobs, not $(jobs_of two/runs/*/joblog.2)"
run 0 run sweep.yaml --json --store two -o two-out -j 2 --engine parallel
says out '"ran": 0,'
run 0 verify --store two

# What is left over is done, as jobs or here.
run 0 run sweep.yaml --json --store three -o three-out -j 2 --engine parallel --set sweep.seed=1,2
run 0 run sweep.yaml --json --store three -o three-out -j 2 --engine parallel
objects three >three.objects # and the table of the part
[ -z "$(comm -13 three.objects one.objects)" ] || fail "objects are missing after a part of the sweep"
run 0 run sweep.yaml --json --store three -o three-out --engine parallel --set sweep.seed=1..10 --set sweep.k=5,1,2
last=$(ls three/runs | tail -1)
[ "$(jobs_of three/runs/"$last"/joblog.2)" = 10 ] || fail "not just the ten new points were jobs"

# A sweep with FILE parameters that are gone when the jobs run, a store whose path a shell would misread, and plugins by a relative path.
odd="a b'\$(touch hacked)\"{}{#}"
mkdir -p files "$odd"
for f in 1 2 3; do echo "$f,0" >files/at$f.csv; done
cat >files/part.yaml <<'END'
stages:
  read: { use: dataset.file, params: { path: at$f.csv, format: csv(label=last) } }
END
cat >file.yaml <<'END'
bettiflow: 1
name: file
include: [files/part.yaml]
sweep: { f: [1, 2, 3] }
stages:
  wait: { use: trace.sum, each: { a: read }, params: { milliseconds: 5 } }
  table: { use: trace.list, gather: { items: read }, across: [f], save: t.trace }
END
sed -i 's/each: { a: read }/in: { a: read }/' file.yaml
run 0 run file.yaml --json --store file1 -o file1 -j 1
run 0 run file.yaml --json --store "$odd/store" -o file2 -j 2 --engine parallel
cmp -s file1/t.trace file2/t.trace || fail "FILE parameters gave another table"
[ ! -e hacked ] && [ ! -e "$odd/hacked" ] || fail "a path was read by a shell"
mv files files.gone
last=$(ls "$odd/store/runs" | tail -1)
run 0 job "$last" 0 1 --store "$odd/store"
rm -rf "$odd"/store/actions/* # all has to be done again, without the files
run 0 job "$last" 0 1 --store "$odd/store"
mv files.gone files
relative=$(realpath --relative-to=. "${BETTIFLOW_PLUGIN_PATH%%:*}")
(
  unset BETTIFLOW_PLUGIN_PATH
  run 0 run sweep.yaml --json --store four -o four-out -j 2 --engine parallel --plugin-path "$relative"
  objects four | cmp -s - one.objects || fail "other objects with a relative plugin path"
  finish
) || failures=$((failures + 1))

# A point whose first task is that of another: 1 and 01 are two values of the sweep, and one of the parameter.
cat >twins.yaml <<'END'
bettiflow: 1
name: twins
sweep: [{ v: 1, w: 1 }, { v: 01, w: 2 }, { v: 2, w: 4 }]
stages:
  value: { use: trace.value, params: { value: $v } }
  plus: { use: trace.sum, in: { a: value }, params: { value: $w } }
  list: { use: trace.list, gather: { items: plus }, across: [v, w], save: twins.trace }
END
run 0 run twins.yaml --json --store twins1 -o twins1 -j 1
run 0 run twins.yaml --json --store twins2 -o twins2 -j 2 --engine parallel
cmp -s twins1/twins.trace twins2/twins.trace || fail "points with equal tasks gave another table"

# Tasks that wait for equal ones: of a later wave, and of another point which then has nothing of its own to begin with.
cat >later.yaml <<'END'
bettiflow: 1
name: later
sweep: { s: [1, 2, 4], k: [2, 3] }
stages:
  z: { use: trace.value, params: { value: 5, milliseconds: $s } }
  q: { use: trace.sum, in: { a: z }, params: { value: $k } }
  y: { use: trace.sum, in: { a: z }, params: { value: $s } }
  y2: { use: trace.sum, in: { a: y }, params: { value: 10 } }
  t: { use: trace.list, gather: { items: y2 }, across: [s], save: later.trace }
END
sed '/^  [qyt]/d; s/, k: \[2, 3\]//' later.yaml >first.yaml
run 0 run first.yaml --store later
run 0 run later.yaml --json --store later -o later1 -j 2 --engine parallel
says out '"skipped": 0'
run 0 run later.yaml --json --store later2 -o later2 -j 1
cmp -s later1/later.trace later2/later.trace || fail "tasks that wait for a later wave gave another table"
cat >equal.yaml <<'END'
bettiflow: 1
name: equal
sweep: { s: [1, 2], k: [1, 2] }
stages:
  a: { use: trace.value, params: { value: 7, milliseconds: $s } }
  b: { use: trace.sum, in: { a: a }, params: { value: $k } }
  c: { use: trace.sum, in: { a: b }, params: { value: 1, milliseconds: $s } }
END
run 0 run equal.yaml --json --store equal -o equal -j 2 --engine parallel
counts 8 2 0 0 0

# A sweep so long that its text would grow beyond 1 MiB on the way to the jobs, and more threads than a job may be told by mistake.
{
  printf 'bettiflow: 1\nname: long\nvars: { many: ['
  seq -s , 1000000 1090000
  printf '] }\nsweep: { v: [1, 2] }\nstages:\n  value: { use: trace.value, params: { value: $v } }\n'
} | tr -d '\n' | sed 's/vars:/\nvars:/; s/name:/\nname:/; s/sweep:/\nsweep:/; s/stages:/\nstages:\n/' >long.yaml
run 0 run long.yaml --store long --engine parallel -j 3000

# The user's settings for GNU Parallel.
export HOME=$PWD/home PARALLEL="--dry-run --halt now,fail=1"
mkdir -p home/.parallel
echo "--dry-run" >home/.parallel/config
rm -rf two two-out
run 0 run sweep.yaml --json --store two -o two-out -j 2 --engine parallel
objects two | cmp -s - one.objects || fail "the user's profile of GNU Parallel changed the result"
unset PARALLEL

# A failed point: the rest of the wave that runs ends, or all of it with --keep-going.
run 1 run sweep.yaml --json --store five -o five-out -j 2 --engine parallel --set graph.fail=9 --keep-going
says err "failed: graph [k=3, seed=2, layer=0, class=0]"
says out '"failed": 8,'
run 1 run sweep.yaml --json --store six -o six-out -j 2 --engine parallel --set graph.fail=9 --set graph.milliseconds=20
grep -q '"failed": [12],' out || fail "a failure did not stop the others"
grep -q '"skipped": 0' out && fail "nothing was skipped after a failure"
run 0 run sweep.yaml --json --store six -o six-out -j 2 --engine parallel
objects six >six.objects
[ -z "$(comm -13 six.objects one.objects)" ] || fail "other objects after a failure was mended"

# Without GNU Parallel, and with another program of its name.
mkdir -p other
printf '#!/bin/sh\necho "parallel from moreutils"\n' >other/parallel
chmod +x other/parallel
PATH=/nowhere run 1 run sweep.yaml --store none-yet --engine parallel
[ ! -e none-yet ] || fail "without GNU Parallel a store was made"
TMPDIR=/nowhere run 5 run sweep.yaml --store none-yet --engine parallel
says err "TMPDIR names another place"
[ ! -e none-yet ] || fail "without a folder for temporary files a store was made"
PATH=/nowhere run 0 doctor
says out "warn  parallel"
says out "warn  ssh"
PATH=/nowhere run 1 run sweep.yaml --store seven --engine parallel
says err "apt install parallel"
says err "--engine local"
PATH=$PWD/other:$PATH run 1 run sweep.yaml --store seven --engine parallel
says err "is not GNU Parallel"
[ ! -e seven/runs ] || [ -z "$(ls seven/runs)" ] || fail "a run without GNU Parallel left something"

# Jobs by hand.
last=$(ls two/runs | tail -1)
run 6 job "$last" 9 0 --store two
says err "no wave 9"
run 6 job "$last" 1 99 --store two
says err "no point 99"
run 6 job 2019 1 0 --store two
says err "no run '2019'"
run 2 job "$last" 1
run 2 job "$last" one 2
rm -rf two/actions/*
run 1 job "$last" 2 3 --store two # what its wave reads was not made
says err "do the jobs of the waves before it first"
run 0 job "$last" 0 0 --store two
run 0 job "$last" 1 3 --store two
run 0 job "$last" 2 3 --store two
saved=$BETTIFLOW_PLUGIN_PATH
unset BETTIFLOW_PLUGIN_PATH
run 4 job "$last" 1 3 --store two # its plugins are not there
says err "of plugin test-trace"
export BETTIFLOW_PLUGIN_PATH=$saved

# Ctrl-C: 130, quickly, nothing lives on, and what was done stays.
cat >slow.yaml <<'END'
bettiflow: 1
name: slow
sweep: { v: 1..8 }
stages:
  quick: { use: trace.value, params: { value: $v } }
  slow: { use: trace.sum, in: { a: quick }, params: { milliseconds: 60000 } }
END
"$BETTIFLOW" run slow.yaml --engine parallel -j 2 --store slow -o slow-out >out 2>err &
pid=$!
for i in $(seq 200); do
  [ "$(ls slow/actions 2>/dev/null | wc -l)" -ge 2 ] && break
  sleep 0.05
done
start=$(date +%s%N)
kill -INT $pid
wait $pid
got=$?
took=$((($(date +%s%N) - start) / 1000000))
[ $got = 130 ] || fail "Ctrl-C ended with $got: $(cat err)"
[ $took -lt 15000 ] || fail "Ctrl-C took $took ms"
for i in $(seq 40); do
  left=$(pgrep -f "^$BETTIFLOW job .*$(ls slow/runs | tail -1)")
  [ -z "$left" ] && break
  sleep 0.1
done
[ -z "$left" ] || fail "jobs live on after Ctrl-C: $left"
run 0 verify --store slow
finish

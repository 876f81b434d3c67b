#!/bin/sh
# `sweep-script`: its arrays, submitted to a stand-in for Slurm, do the jobs; `run` afterwards collects. A store and plugins whose paths a shell would misread.
. "$BF_SOURCE/tests/support/engine.sh"
objects() { (cd "$1/objects" && find . -type f -exec sha256sum {} + | sort); }

# sbatch: remembers its options, and runs the script of its standard input once for each number of the array.
mkdir -p bin
cat >bin/sbatch <<'END'
#!/bin/sh
cat >"$SLURM_STANDIN/script"
echo "$@" >>"$SLURM_STANDIN/calls"
for option in "$@"; do case $option in --array=*) array=${option#--array=} ;; esac; done
for range in $(echo "$array" | tr , ' '); do
  for SLURM_ARRAY_TASK_ID in $(seq "${range%-*}" "${range#*-}"); do
    export SLURM_ARRAY_TASK_ID
    env -u BETTIFLOW_STORE -u BETTIFLOW_PLUGIN_PATH sh "$SLURM_STANDIN/script" || echo "$array: $SLURM_ARRAY_TASK_ID" >>"$SLURM_STANDIN/failed"
  done
done
echo "$(wc -l <"$SLURM_STANDIN/calls");cluster"
END
chmod +x bin/sbatch
export SLURM_STANDIN=$PWD PATH=$PWD/bin:$PATH

cat >sweep.yaml <<'END'
bettiflow: 1
name: sweep
sweep: { k: 1..3, seed: 1..4 }
stages:
  data: { use: trace.value, params: { value: 7 } }
  net: { use: trace.sum, in: { a: data }, params: { value: $seed } }
  layers: { use: trace.grid, in: { base: net } }
  graph: { use: trace.sum, each: { a: layers }, params: { value: $k }, save: "{k}-{seed}/{layer}-{class}.trace" }
  table: { use: trace.list, gather: { items: graph }, across: [k, seed], save: table.trace }
END
run 0 run sweep.yaml --json --store one -o one-out -j 2
odd="a b'\$(touch hacked)\`touch hacked\`\\x\"{}"
mkdir "$odd"
cp "${BETTIFLOW_PLUGIN_PATH%%:*}"/*.so "$odd/"
saved=$BETTIFLOW_PLUGIN_PATH
unset BETTIFLOW_PLUGIN_PATH
run 0 sweep-script sweep.yaml --store "$odd/store" --plugin-path "$odd" -o sweep.sh --sbatch=--partition=long --jobs 2 --memory 2GiB
says err "17 jobs in 3 waves"
sh sweep.sh || fail "the script ended with $?"
[ ! -e failed ] || fail "jobs failed: $(cat failed)"
[ ! -e hacked ] || fail "a path was read by a shell"
expect calls <<'END'
--parsable --job-name=sweep --cpus-per-task=2 --output=/dev/null --mem=2748M --partition=long --array=0
--parsable --job-name=sweep --cpus-per-task=2 --output=/dev/null --mem=2748M --partition=long --dependency=afterany:1 --array=0-3
--parsable --job-name=sweep --cpus-per-task=2 --output=/dev/null --mem=2748M --partition=long --dependency=afterany:2 --array=0-11
END
run 0 runs --store "$odd/store"
says out "prepared, pinned"
run 0 show last --store "$odd/store" # there is no other
says out ": prepared by sweep-script"
run 6 results sweep.yaml --store "$odd/store"
says err "never ran"
run 0 run sweep.yaml --json --store "$odd/store" --plugin-path "$odd" -o two-out
says out '"ran": 2,' # the table and its save
objects one >one.objects
objects "$odd/store" | cmp -s - one.objects || fail "other objects than a run's"
diff -r one-out two-out || fail "other files were saved"
export BETTIFLOW_PLUGIN_PATH=$saved

# What is in the store is left out; more than a thousand points are several arrays; a job without its inputs says so.
rm -f calls
run 0 sweep-script sweep.yaml --store one -o sweep.sh --set sweep.seed=2,9
says err "4 jobs in 3 waves"
sh sweep.sh
log=$(sed -n 's/^run \(.*\) is prepared.*/\1/p; s/.* run \(.*\) is prepared.*/\1/p' err | head -n 1)
log=$(pwd -P)/one/runs/$log/slurm-%A_%a.log
[ -d "${log%/*}" ] || fail "no folder for $log"
expect calls <<END
--parsable --job-name=sweep --cpus-per-task=1 --output=$log --array=1
--parsable --job-name=sweep --cpus-per-task=1 --output=$log --dependency=afterany:1 --array=1,3,5
END
rm -f calls
run 0 sweep-script sweep.yaml --store big --set sweep.seed=1001..1700
grep -q '^submit 2 0 0-999$' out && grep -q '^submit 2 1000 0-999$' out && grep -q '^submit 2 2000 0-99$' out || fail "other arrays: $(grep submit out)"
run 1 job last 2 5 --store big
says err "inputs are not in the store"
says err "waves before it first"
"$BETTIFLOW" runs --store one --json >before
run 0 show last --store one
says out ": done" # not the run that was prepared
grep -q '"state": "prepared"' before || fail "runs does not tell which run is prepared"
run 0 sweep-script sweep.yaml --store one -o sweep.sh
says err "all that they would do is in the store"
sh sweep.sh || fail "a script without jobs ended with $?"
"$BETTIFLOW" runs --store one --json | cmp -s - before || fail "a run was prepared for no jobs"
run 3 sweep-script sweep.yaml --store one --set net.nothing=1
run 3 sweep-script sweep.yaml --store one --set sweep.seed=666 # its check refuses it
run 5 sweep-script sweep.yaml --store one --set data.value=667 -o /proc/sweep.sh
run 0 runs --store one
[ "$(grep -c pinned out)" = 1 ] || fail "a run is pinned whose script could not be written: $(cat out)"
run 2 sweep-script
finish

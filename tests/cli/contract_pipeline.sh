#!/bin/sh
# Pipelines that can't be right, and plugins that can't be used: exit code, message with its place, and neither a run nor a task comes of it.
. "$BF_SOURCE/tests/support/engine.sh"
echo '{ bettiflow: 1, name: good, stages: { a: { use: trace.value, save: a.trace } } }' >good.yaml
run 0 run good.yaml -q

# refused PLACE TEXT, the stages on standard input: `run` and `plan` end with 3, name file, line and column, and say TEXT.
refused() {
  { printf 'bettiflow: 1\n'; cat; } >p.yaml
  for verb in run plan; do
    run 3 $verb p.yaml
    says err "p.yaml:$1: "
    says err "$2"
  done
}
refused 3:13 "did you mean 'trace.value'?" <<'END'
stages:
  a: { use: trace.valeu }
END
refused 3:36 "stage 'a' (trace.value) has no parameter 'vaule'; did you mean 'value'?" <<'END'
stages:
  a: { use: trace.value, params: { vaule: 1 } }
END
refused 4:30 "trace.sum has no input port 'aa'; did you mean 'a'?" <<'END'
stages:
  a: { use: trace.value }
  b: { use: trace.sum, in: { aa: a } }
END
refused 4:33 "stage 'a' (trace.value) has no output port 'outt'; did you mean 'out'?" <<'END'
stages:
  a: { use: trace.value }
  b: { use: trace.sum, in: { a: a.outt } }
END
refused 4:43 "port 'graph' of homology.ripser takes WeightedGraph, but 'points' of stage 'a' (dataset.disks) gives PointCloud" <<'END'
stages:
  a: { use: dataset.disks }
  h: { use: homology.ripser, in: { graph: a } }
END
refused 4:33 "stages feed each other in a circle: a -> b -> a" <<'END'
stages:
  a: { use: trace.sum, in: { a: b } }
  b: { use: trace.sum, in: { a: a } }
END
refused 4:67 "parameter 'k' is 0, which is out of its range [1, 65535]" <<'END'
stages:
  a: { use: dataset.disks }
  g: { use: complex.knn_geodesic, in: { points: a }, params: { k: 0 } }
END
refused 3:43 "nothere.csv: No such file or directory" <<'END'
stages:
  a: { use: dataset.file, params: { path: nothere.csv } }
END
refused 4:33 "write each: { a: a }" <<'END'
stages:
  a: { use: trace.grid }
  b: { use: trace.sum, in: { a: a } }
END
refused 2:1 "did you mean 'include'?" <<'END'
inclde: x.yaml
stages: { a: { use: trace.value } }
END
for letter in '[' '{' '- '; do
  awk -v s="$letter" 'BEGIN { for (i = 0; i < 1048576 / length(s); i++) printf "%s", s }' >p.yaml
  run 3 run p.yaml
  says err "p.yaml:1:"
  [ "$(wc -c <err)" -lt 1000 ] || fail "a long line was printed whole"
done
awk 'BEGIN { for (i = 0; i < 1048577; i++) printf "[" }' >p.yaml
run 3 plan p.yaml
says err "more than the 1048576 that are read"
run 3 run nothere.yaml
says err "nothere.yaml: No such file"
run 3 run .
: >p.yaml
run 3 run p.yaml
head -c 3000 /dev/urandom >p.yaml
run 3 run p.yaml
[ "$(ls .bettiflow/runs | wc -l)" = 1 ] || fail "a pipeline that was refused left a run"

# Plugins: a broken one that is not needed is a warning, one that is needed is exit code 4; so are two that differ.
plugins=$BF_BUILD/tests/plugins
needs() { # CODE TEXT STAGE FOLDER
  printf 'bettiflow: 1\nstages: { a: { use: %s } }\n' "$3" >p.yaml
  run "$1" run p.yaml --plugin-path "$4"
  says err "$2"
}
for broken in wrong_abi:ABI no_symbol:bettiflow_plugin crash:SIGSEGV leave:ended wrong_size:size no_run:hostile.stage; do
  mkdir -p "one/${broken%:*}"
  cp "$plugins/bad/${broken%:*}.so" "one/${broken%:*}/"
  run 0 run good.yaml --json --plugin-path "one/${broken%:*}"
  counts 0 2 0 0 0
  says err "warning: "
  says err "${broken#*:}"
  [ "${broken%:*}" = no_symbol ] || needs 4 "p.yaml:2:21: stage 'hostile.stage' is in a plugin that can't be used: " hostile.stage "one/${broken%:*}"
done
needs 4 "is defined by two different plugins" test.points "$plugins/other"
run 0 run good.yaml --json --plugin-path "$plugins/other"
needs 3 "no plugin offers the stage 'test.nothing'" test.nothing "$plugins/good"
run 0 verify

finish

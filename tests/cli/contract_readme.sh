#!/bin/sh
# What the README shows works as it stands: its pipeline, its commands, its plugin.
. "$BF_SOURCE/tests/support/engine.sh"
unset BETTIFLOW_PLUGIN_PATH
awk '/^```yaml$/ { file = "disks.yaml"; next } /^```c$/ { file = "times.c"; next } /^```/ { file = "" } file { print > file }' "$BF_SOURCE/README.md"
[ "$(grep -c . disks.yaml)" -ge 9 ] && [ "$(grep -c . times.c)" -ge 20 ] || fail "the README's examples were not found"

run 0 plan disks.yaml
[ "$(grep -c '^net ' out)" = 6 ] && [ "$(grep -c '^data ' out)" = 1 ] || fail "one data, six net"
quick="--set data.step=0.6 --set net.hidden=[4] --set net.accuracy=0.5 --set sweep.seed=1"
run 0 run disks.yaml -q $quick
says out "Betti numbers by layer"
[ -s disks-out/betti.csv ] || fail betti.csv
run 0 run disks.yaml $quick --set graph.k=20 --json
says err "saved ./disks-out/betti.csv"
run 0 explain
says out "net          cached   2  nothing that it depends on changed"
says out "graph        ran     10  k: 14 -> 20"
says out "homology     ran     10  input graph: other content (because stage graph ran)"
run 0 show last
run 0 plugins show complex.knn_geodesic

printf '0,0\n1,0\n0,1\n1,1\n' >cloud.csv
tr , ' ' <cloud.csv >cloud.txt
run 0 import cloud.csv -o cloud.bf
run 0 stage complex.knn_geodesic --in points=cloud.bf --set k=14 --out graph=graph.bf
run 0 export graph.bf -o graph.csv
run 0 ripser --dim 2 --format point-cloud cloud.txt
says out " [1,1.41421)"

if [ "$BF_ASAN" = 0 ]; then # a sanitized library can't be linked into a plain plugin
  mkdir plugins
  cc -shared -fPIC -fvisibility=hidden times.c $(PKG_CONFIG_PATH=$BF_BUILD/lib/pkgconfig pkg-config --cflags --libs bettiflow_plugin) -o plugins/times.so ||
    fail "the plugin does not build"
  run 0 --plugin-path plugins plugins show points.times
  says out "what coordinates are multiplied by"
  run 0 --plugin-path plugins stage points.times --in points=cloud.bf --set factor=3 --out points=times.csv
  [ "$(tail -n 1 times.csv)" = 3,3 ] || fail "the plugin's result"
fi
finish

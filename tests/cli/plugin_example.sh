#!/bin/sh
# A plugin outside of the tree, built against an installed copy with its headers only, offers a stage, an activation and a format everywhere.
set -eu
fail() { echo "plugin_example: $*" >&2; exit 1; }
flags=
[ "$BF_ASAN" = 1 ] && flags=-fsanitize=address,undefined # as the library that it links

cmake --install "$BF_BUILD" --prefix "$PWD/prefix" >install.log 2>&1 || { cat install.log; fail "install"; }
cp -r "$BF_SOURCE/tests/example-plugin" source
export PKG_CONFIG_PATH="$PWD/prefix/lib/pkgconfig"
cmake -G Ninja -S source -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS="$flags" >build.log 2>&1 && cmake --build build >>build.log 2>&1 || { cat build.log; fail "build"; }
grep -q warning: build.log && { cat build.log; fail "the headers warn"; }
[ -n "$flags" ] || [ "$(nm -D --defined-only build/plugins/example.so | grep -c ' [A-Z] ')" = 1 ] || fail "the plugin exports more than its description"

BETTIFLOW=$PWD/prefix/bin/bettiflow
export BETTIFLOW_PLUGIN_PATH="$PWD/build/plugins"
"$BETTIFLOW" plugins >list.txt 2>warnings.txt
[ -s warnings.txt ] && { cat warnings.txt; fail "plugins warns"; }
for id in example.spiral activation.swish format.xyz dataset.disks; do
  grep -q "^  $id " list.txt || fail "$id is not in the list"
done
"$BETTIFLOW" plugins show example.spiral | grep -q 'noise *real *0 *standard deviation' || fail "plugins show"
"$BETTIFLOW" plugins show swish | grep -q "$PWD/build/plugins/example.so" || fail "the provider's file"

"$BETTIFLOW" run source/example.yaml --json >run.json || { cat run.json; fail "run"; }
[ "$(head -n 1 example-out/spiral.xyz)" = 120 ] || fail "spiral.xyz"
"$BETTIFLOW" run source/example.yaml --json | grep -q '"ran": *0' || fail "the second run is not cached"

# The format reads back what it wrote, to the bit, and refuses what is no such file.
"$BETTIFLOW" import example-out/spiral.xyz -o back.artifact
"$BETTIFLOW" export back.artifact -o back.xyz
cmp back.xyz example-out/spiral.xyz || fail "round trip"
"$BETTIFLOW" export back.artifact -o 'xyz(name=C):carbon.xyz' && grep -q '^C ' carbon.xyz || fail "a format's parameter"
printf '3\n\nP 1 2\nP 1\n' >bad.xyz
status=0; "$BETTIFLOW" import bad.xyz -o bad.artifact 2>message.txt || status=$?
[ "$status" = 6 ] && grep -q 'bad.xyz: line 4' message.txt && [ ! -e bad.artifact ] || fail "bad.xyz: $status"

# A changed plugin has another build-id, so its stages run again.
sed -i 's/angle = 6.28/angle = -6.28/' source/spiral.c
cmake --build build >>build.log 2>&1
"$BETTIFLOW" run source/example.yaml --json | grep -q '"ran": *0' && fail "the rebuilt plugin's old results were taken"

# `new plugin` gives a plugin that builds and runs.
unset BETTIFLOW_PLUGIN_PATH PKG_CONFIG_PATH
"$BETTIFLOW" new plugin mine && make -C mine CFLAGS="-O2 -Wall -Wextra $flags" >make.log 2>&1 || { cat make.log; fail "new plugin"; }
grep -q warning: make.log && { cat make.log; fail "the new plugin warns"; }
"$BETTIFLOW" run --plugin-path mine mine/example.yaml || fail "the new plugin's example"
"$BETTIFLOW" new pipeline first && "$BETTIFLOW" run first.yaml >table.txt || fail "the new pipeline"
grep -q '1 *inf *1 *9' table.txt || { cat table.txt; fail "what surrounds nine disks has one component and nine holes"; }

# The build tree and the installed copy have the same build-ids, so one takes the results of the other.
"$BF_BUILD/bin/bettiflow" run first.yaml --json | grep -q '"ran": *0' || fail "the build tree does not hit the installed copy's cache"

#!/bin/sh
# The plugins of docs/plugins.md build without warnings as they stand, and its pipeline runs with them.
set -u
fail() { echo "plugin_docs: $*" >&2; exit 1; }
flags=
[ "$BF_ASAN" = 1 ] && flags=-fsanitize=address,undefined # as the library that it links
mkdir plugins
awk '/^```c$/ { first = 1; inside = 1; next } /^```yaml$/ { file = "mine.yaml"; inside = 1; next } /^```/ { inside = first = 0 }
  inside && first { split($0, word, /[ :]/); file = word[2]; first = 0 } inside { print > file }' "$BF_SOURCE/docs/plugins.md"
export PKG_CONFIG_PATH="$BF_BUILD/lib/pkgconfig"
n=0
for f in *.c; do
  cc $flags -std=gnu17 -O2 -Wall -Wextra -Werror -ffp-contract=off -fPIC -fvisibility=hidden -shared -Wl,--build-id=sha1 -Wl,-z,defs -Wl,--exclude-libs,ALL \
    $(pkg-config --cflags bettiflow_plugin) -o "plugins/${f%.c}.so" "$f" $(pkg-config --libs bettiflow_plugin) || fail "$f"
  n=$((n + 1))
done
[ "$n" = 4 ] || fail "$n plugins in docs/plugins.md"
"$BETTIFLOW" run --plugin-path plugins mine.yaml -o out || fail "the pipeline"
[ "$(head -n 2 out/shells.md)" = "| shell | scale | dim | betti |
| --- | --- | --- | --- |" ] || fail "$(head -n 2 out/shells.md)"
grep -q '^| 0 | inf | 0 | 1 |$' out/shells.md || fail "$(cat out/shells.md)"
"$BETTIFLOW" run --plugin-path plugins mine.yaml -o out --json | grep -q '"ran": *0' || fail "the second run is not cached"

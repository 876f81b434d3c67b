#!/bin/sh
# docs/formats.md has a row for each format that the program has, with its extensions, types and parameters as `bettiflow plugins show` tells them.
. "$BF_SOURCE/tests/support/engine.sh"

unset BETTIFLOW_PLUGIN_PATH # where the tests' own plugins are
run 0 plugins
ids=$(sed -n 's/^  \(format\.[a-z_0-9]*\) .*/\1/p' out)
[ "$(echo "$ids" | wc -l)" -ge 20 ] || fail "too few formats: $ids"
for id in $ids; do
  run 0 plugins show "$id"
  row=$(awk -v name="${id#format.}" '
    $1 == "extensions" || $1 == "reads" || $1 == "writes" { what = $1; $1 = ""; sub(/^ /, ""); gsub(/ or /, ", "); sub(/^(none|nothing)$/, ""); is[what] = $0 }
    /^Parameters/ { inside = 1; next }
    inside && /^$/ { inside = 0 }
    inside && /^  [a-z]/ && $1 != "name" { list = list (list ? ", " : "") $1 }
    END { printf "| `%s` | %s | %s | %s | %s |", name, is["extensions"], is["reads"], is["writes"], list }' out)
  grep -qF "$row" "$BF_SOURCE/docs/formats.md" || fail "docs/formats.md lacks: $row"
done
finish

#!/bin/sh
# docs/notebook.md: its code runs and prints what the page says; and a damaged record is found by its reader.
set -u
page=$BF_SOURCE/docs/notebook.md
/usr/bin/python3 -c 'import google.protobuf, numpy, scipy' 2>/dev/null || { echo "skipped: Debian's packages python3-protobuf, python3-numpy and python3-scipy are not all installed"; exit 77; }
command -v protoc >/dev/null || { echo "skipped: Debian's package protobuf-compiler is not installed"; exit 77; }
check="/usr/bin/python3 $BF_SOURCE/tests/oracle/results_notebook.py"
$check "$page" extract || exit 1
grep -qx 'bettiflow run notebook.yaml' "$page" || { echo "the page does not run its pipeline"; exit 1; }
"$BETTIFLOW" run notebook.yaml -q || exit 1
ln -s "$BF_SOURCE/proto" proto
sh -c "$(grep '^protoc ' "$page")" || exit 1
$check "$page" "${1:-run}" || exit 1
[ $# = 0 ] || exit 0
# The same test as the program makes.
"$BETTIFLOW" results notebook.yaml --test activation=relu,tanh --where class=0 --csv >ours || exit 1
wanted=$(sed -n 's/^{.relu.: .* \([0-9.]*\) \([0-9.]*\)$/\1 \2/p' "$page")
[ "$wanted" = "$(awk -F, 'NR == 2 { printf "%.1f %s", $9, sprintf("%.6f", $10) + 0 }' ours)" ] || { echo "the page has U and p $wanted, results prints $(cat ours)"; exit 1; }
# A reader that checks nothing would be no reader.
digest=$(sqlite3 .bettiflow/index.sqlite "SELECT digest FROM v_outputs WHERE stage = 'betti'")
object=.bettiflow/objects/$(echo "$digest" | cut -c1-2)/$digest
chmod u+w "$object"
printf '\377' | dd of="$object" bs=1 seek=$(($(wc -c <"$object") - 9)) conv=notrunc 2>/dev/null
if $check "$page" run >/dev/null 2>damage; then echo "a damaged object was read"; exit 1; fi
grep -q 'AssertionError: .*: damaged' damage || { cat damage; exit 1; }

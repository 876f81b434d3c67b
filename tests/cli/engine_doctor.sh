#!/bin/sh
# doctor --hosts on three machines: all well; without the shared folder; another build, another version, no program; tools missing; a store that can't be
# written; a machine that is down, cut off, or lets nobody in; broken hosts files.
. "$BF_SOURCE/tests/support/hosts.sh"
. "$BF_SOURCE/tests/support/engine.sh"
cat >p.yaml <<'END'
bettiflow: 1
name: p
stages:
  value: { use: trace.value }
END
run 0 run p.yaml --store s -q
machines 3

doctor() { # CODE ARGUMENT…: doctor --hosts hosts
  wanted_code=$1
  shift
  run "$wanted_code" doctor --hosts hosts --store s "$@"
}
# state HOST STATE: as the table has it.
state() {
  got=$(sed -n "s/^$1  *\(ok\|unreachable\|no program\|other version\|other builds\|no store\|tools missing\)  .*/\1/p" out)
  [ "$got" = "$2" ] || { fail "$1 is '$got', not '$2'"; cat out err >&2; }
}
# row HOST PATTERN: the table's row.
row() { grep -q "^$1 .*$2" out || { fail "the row of $1 has not: $2"; cat out >&2; }; }

# ---- all well ----
printf '%s\n' '# five' ':' m1 'm2 jobs=1' 'root@10.44.0.3:22 jobs=7' '[fd44::3]' >hosts
doctor 0
for host in : m1 m2 root@10.44.0.3:22 '\[fd44::3\]'; do
  state "$host" ok
  row "$host" "shared .*$PWD/s$"
done
row m2 'ok  *[0-9.]*  *1 '
row root@10.44.0.3:22 'ok  *[0-9.]*  *7 '
[ "$(wc -l <out)" = 6 ] || fail "more than a table: $(cat out)"
[ -z "$(ls s/tmp)" ] || fail "left behind in tmp: $(ls s/tmp)"
doctor 0 --json
python3 - <<'END' || fail "--json"
import json
hosts = json.load(open("out"))["hosts"]
assert [h["host"] for h in hosts] == [":", "m1", "m2", "root@10.44.0.3:22", "[fd44::3]"], hosts
assert all(h["usable"] and h["store"]["shared"] and h["store"]["writable"] and h["why"] is None for h in hosts), hosts
assert [h["jobs"] for h in hosts][2:4] == [1, 7], hosts
END
run 0 doctor --hosts hosts --store none
says err "no store yet"
[ ! -e none ] || fail "doctor made a store"

# What login scripts print is no answer.
echo 'echo "{}"; echo hello; echo "hello again" >&2' >"$machines_folder/m1/home/.bashrc"
printf '%s\n' m1 >hosts
doctor 0
state m1 ok
rm "$machines_folder/m1/home/.bashrc"

# ---- without the shared folder ----
machine_lacks m2 "$PWD"
printf '%s\n' m1 m2 'm3 store=~/own' >hosts
doctor 0
row m1 "shared .*$PWD/s$"
row m2 "its own .*$machines_folder/m2/home/.cache/bettiflow/hosts$"
row m3 "its own .*$machines_folder/m3/home/own$"
[ ! -e "$machines_folder/m3/home/own" ] || fail "doctor made a store on m3"
printf '%s\n' m1 "m2 store=/proc/nowhere" "m3 store=$PWD/s" >hosts
doctor 1
row m3 "shared .*$PWD/s$"
state m2 'no store'
says out "m2: /proc/nowhere can't be written there: "
says out "name a folder that can be: store=PATH in hosts:2"
machine_does m3 sh -c 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"' sh "$PWD/s"
printf '%s\n' m1 m3 >hosts
doctor 1
state m1 ok
state m3 'no store'
says out "m3: $PWD/s can't be written there: Read-only file system; let this user write there"
machine_does m3 umount "$PWD/s"

# ---- tools ----
rsync=$(command -v rsync) perl=$(command -v perl)
machine_does m1 mount --bind /dev/null "$rsync"
machine_does m2 mount --bind /dev/null "$rsync"
machine_does m3 mount --bind /dev/null "$perl"
printf '%s\n' m1 m2 m3 >hosts
doctor 1
state m1 ok # the folder is shared
state m2 'tools missing'
state m3 'tools missing'
says out "m2: it lacks rsync, and it does not see this store's folder; install rsync there"
says out "m3: it lacks perl; install perl there"
machine_does m2 umount "$rsync"
machine_does m3 umount "$perl"

# ---- programs ----
mkdir -p there/lib/bettiflow there/libexec there/bin odd
cp "$BETTIFLOW" there/bin/
cp -r "$BF_BUILD/libexec/bettiflow" there/libexec/
cp -r "$BF_BUILD/lib/bettiflow/plugins" there/lib/bettiflow/
printf '%s\n' "m1 bettiflow=$PWD/there/bin/bettiflow" >hosts
doctor 0
state m1 ok
relu=there/lib/bettiflow/plugins/activation/relu.so
printf '\7\7' >>"$relu" # other bytes, the same build-id
doctor 0
if command -v objcopy >/dev/null; then
  objcopy -O binary --only-section=.note.gnu.build-id "$relu" id
  head -c 16 id >new-id
  head -c 20 /dev/zero | tr '\0' '\7' >>new-id
  objcopy --update-section .note.gnu.build-id=new-id "$relu" || fail objcopy
  doctor 1
  state m1 'other builds'
  says out "m1: activation.relu is another build (070707070707, here "
  says out "$PWD/there/lib/bettiflow/plugins/activation/relu.so"
fi
rm "$relu" there/lib/bettiflow/plugins/homology/*
doctor 1
state m1 'other builds'
says out "homology.betti is not there; "
says out " more; copy this machine's installation there"

printf '#!/bin/sh\n"%s" "$@" | sed "s/{.bettiflow.:.[0-9.]*/{\\"bettiflow\\":\\"0.0.1/"\n' "$BETTIFLOW" >odd/older
printf '#!/bin/sh\necho "bettiflow: no verb '"'probe'"'" >&2\nexit 2\n' >odd/oldest
printf '#!/bin/sh\necho "bettiflow: the cache is broken" >&2\nexit 1\n' >odd/broken
printf '#!/bin/sh\necho "bettiflow: error while loading shared libraries: libjansson.so.4: no such file" >&2\nexit 127\n' >odd/libraries
printf '#!/bin/sh\necho "{\\"bettiflow\\": nonsense"\n' >odd/nonsense
printf 'no program\n' >odd/data
chmod +x odd/older odd/oldest odd/broken odd/libraries odd/nonsense
for odd in older oldest broken libraries nonsense data none; do
  echo "m1 bettiflow=$PWD/odd/$odd" >hosts
  doctor 1
  case $odd in
    older) state m1 'other version'; says out "is bettiflow 0.0.1, here it is " ;;
    oldest) state m1 'other version'; says out "no verb 'probe'" ;;
    broken) state m1 'no program'; says out "ended with 1: bettiflow: the cache is broken" ;;
    libraries) state m1 'no program'; says out "libjansson.so.4: no such file; install the run-time packages" ;;
    nonsense) state m1 'other version'; says out "gave no answer that is understood here" ;;
    *) state m1 'no program'; says out "there is no $PWD/odd/$odd; install the same build there, or say where it is: bettiflow=PATH in hosts:1" ;;
  esac
done

# Without a bettiflow= the same absolute path is tried first, then PATH.
self=$(readlink -f "$BETTIFLOW")
machine_lacks m3 "$(dirname "$self")"
echo m3 >hosts
doctor 1
state m3 'no program'
says out "m3: there is no $self and no bettiflow in its PATH"
echo 'PATH=$HOME/bin:$PATH' >"$machines_folder/m3/home/.bashrc"
mkdir "$machines_folder/m3/home/bin"
ln -s "$PWD/odd/broken" "$machines_folder/m3/home/bin/bettiflow"
doctor 1
says out "m3: \`bettiflow probe\` ended with 1: bettiflow: the cache is broken"
machine_does m3 umount "$(dirname "$self")"
doctor 0
rm "$machines_folder/m3/home/.bashrc"

# A store whose path is dear to shells.
odd="it's a \$(touch pwned) \"copy\""
run 0 run p.yaml --store "$odd" -q
echo m1 >hosts
run 0 doctor --hosts hosts --store "$odd"
says out "shared"
says out "$odd"

# ---- nobody there, nobody let in ----
# trouble TEXT SSH…: with this ssh command doctor ends with 1 and says TEXT.
trouble() {
  text=$1
  shift
  BETTIFLOW_SSH="$*" "$BETTIFLOW" doctor --hosts hosts --store s >out 2>err
  got=$?
  [ $got = 1 ] || fail "BETTIFLOW_SSH=$*: exit code $got, not 1"
  says out "$text"
}
printf '%s\n' m1 m2 m3 nowhere.invalid >hosts
machine_kill m2
machine_cut m3
trouble "m2: connect to host 10.44.0.2 port 22: Connection refused; start it and its sshd, or take hosts:2 out" $SSH -o ConnectTimeout=4
says out "m3: connect to host 10.44.0.3 port 22: Connection timed out; "
says out "nowhere.invalid: Could not resolve hostname nowhere.invalid"
state m1 ok
for host in m2 m3 nowhere.invalid; do state $host unreachable; done
"$BETTIFLOW" doctor --hosts hosts --store s >out 2>err &
doctor=$!
while [ -z "$(ls s/tmp)" ]; do sleep 0.02; done
kill -TERM $doctor
wait $doctor
got=$?
[ $got = 130 ] || fail "SIGTERM: exit code $got, not 130"
[ -z "$(ls s/tmp)" ] || fail "left behind in tmp: $(ls s/tmp)"

echo m1 >hosts
known="-o UserKnownHostsFile=$machines_folder/known_hosts"
trouble "logging in must work without a password: ssh-copy-id m1" ssh -F /dev/null -o HostName=10.44.0.1 -o User=root -o IdentityAgent=none $known
trouble "log in once by hand, \`ssh m1\`" $SSH -o UserKnownHostsFile=/dev/null
trouble "no-ssh can't be started: No such file or directory" "$PWD/no-ssh"

# ---- broken hosts files: nothing is run ----
printf '%s\n' m1 '-oProxyCommand=touch${IFS}pwned' >hosts
doctor 6
says err "hosts:2: '-oProxyCommand=touch\${IFS}pwned' can't be a host's name here"
printf '%s\n' 'm1;touch pwned' >hosts
doctor 6
says err "hosts:1: 'm1;touch' can't be a host's name here"
printf '%s\n' '# nobody' >hosts
doctor 6
says err "hosts: no machine in it"
rm hosts
doctor 6
says err "hosts: No such file"
[ -z "$(find "$(dirname "$PWD")" -name 'pwned')" ] || fail "text of ours was run by a shell"
run 2 doctor --json
"$BETTIFLOW" --help | grep -q probe && fail "probe is listed"
finish

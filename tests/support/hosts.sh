# Machines for tests: each has its own network, mounts, processes, host name, home and sshd, and all go away with the test, however it dies.
# Source it first (the test starts again, inside namespaces of its own); then:
#   machines N              starts m1 … mN at 10.44.0.1 … N (and fd44::1 … N); `$SSH m1 command` gets there, and BETTIFLOW_SSH is $SSH
#   machine_lacks m2 DIR    an empty folder lies over DIR there (no shared folder)
#   machine_does m2 CMD…    runs a command there without ssh
#   machine_kill m2         its processes die, its connections are closed, new ones refused
#   machine_cut m2          its cable is pulled: packets vanish, its processes go on
#   machine_plug m2         the cable is back
#   machine_off m2          power cut: packets vanish and processes die
#   machine_start m2        starts it (again); $machine_setup (shell text) is done in it first, $machine_sshd is added to its sshd_config
# The test itself is on the same network as 10.44.0.254.
# shellcheck shell=sh

machines_skip() {
  echo "skipped: $*"
  exit 77
}

if [ -z "${BF_MACHINES:-}" ]; then
  [ "$(id -u)" = 0 ] || machines_skip "machines as network namespaces need root"
  PATH=$PATH:/usr/sbin:/sbin
  for machines_tool in ip unshare nsenter setpriv sshd ssh ssh-keygen rsync parallel; do
    command -v $machines_tool >/dev/null || machines_skip "$machines_tool is missing; tools/setup check installs it"
  done
  unshare --net --mount --pid --fork --mount-proc --kill-child sh -c 'ip link set lo up && ip link add name hub type bridge && ip link add name m1 type veth peer name eth0 &&
    mount -t tmpfs none /mnt' >/dev/null 2>&1 || machines_skip "network namespaces, bridges or mounts are not permitted here"
  export BF_MACHINES=$$ PATH
  exec setpriv --pdeathsig KILL unshare --net --mount --pid --fork --mount-proc --kill-child --propagation private sh "$0" "$@"
fi
trap 'exit 130' INT TERM HUP

machines_folder=$(dirname "$PWD")/machines
SSH="ssh -F $machines_folder/ssh_config"
export BETTIFLOW_SSH="$SSH"
machine_setup=
machine_sshd=

machines_keys() {
  mkdir -p -m 700 "$machines_folder"
  ssh-keygen -q -t ed25519 -N '' -C test -f "$machines_folder/host_key"
  ssh-keygen -q -t ed25519 -N '' -C test -f "$machines_folder/client_key"
  cp "$machines_folder/client_key.pub" "$machines_folder/authorized_keys"
  sed "s/^/* /" "$machines_folder/host_key.pub" >"$machines_folder/known_hosts"
  cat >"$machines_folder/ssh_config" <<EOF
Host *
  User root
  IdentityFile $machines_folder/client_key
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile $machines_folder/known_hosts
  GlobalKnownHostsFile /dev/null
  LogLevel ERROR
EOF
  ip link set lo up
  ip link add name hub type bridge
  ip link set hub up
  ip addr add 10.44.0.254/24 dev hub
  ip addr add fd44::254/64 dev hub nodad 2>/dev/null || :
}

# A machine's sshd needs accounts that it can read: root with a home of its own and a password that is not locked.
machine_files() {
  mkdir -p "$machines_folder/$1/home"
  awk -F: -v OFS=: -v home="$machines_folder/$1/home" '$1 == "root" { $6 = home; $7 = "/bin/bash" } 1' /etc/passwd >"$machines_folder/$1/passwd"
  grep -q ^sshd: /etc/passwd || echo "sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin" >>"$machines_folder/$1/passwd"
  printf 'root:*:19000::::::\nsshd:!:19000::::::\n' >"$machines_folder/$1/shadow"
  cat >"$machines_folder/$1/sshd_config" <<EOF
HostKey $machines_folder/host_key
AuthorizedKeysFile $machines_folder/authorized_keys
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
PrintMotd no
Subsystem sftp internal-sftp
$machine_sshd
EOF
}

machine_start() {
  machine_files "$1"
  if ! [ -d "/proc/$(cat "$machines_folder/$1/wire" 2>/dev/null || echo none)" ]; then # the wire outlives the machine
    unshare --net sleep infinity &
    echo $! >"$machines_folder/$1/wire"
    until [ "$(readlink /proc/$!/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
    ip link add name "$1" type veth peer name eth0 netns $!
    ip link set "$1" master hub up
    nsenter -t $! -n sh -c "ip link set lo up; ip link set eth0 up; ip addr add 10.44.0.${1#m}/24 dev eth0; ip addr add fd44::${1#m}/64 dev eth0 nodad 2>/dev/null"
  fi
  ip link set "$1" up
  rm -f "$machines_folder/$1/pid"
  # The pid is read from the outer /proc before the machine gets its own.
  nsenter -t "$(cat "$machines_folder/$1/wire")" -n unshare --mount --uts --pid --fork --kill-child --propagation private sh -c '
    read -r pid rest </proc/self/stat
    mount -t proc proc /proc
    mount -t tmpfs tmpfs /run
    mkdir -m 755 /run/sshd
    mount --bind "$1/passwd" /etc/passwd
    mount --bind "$1/shadow" /etc/shadow
    echo "$2" >/proc/sys/kernel/hostname
    eval "$3"
    echo "$pid" >"$1/pid.new" && mv "$1/pid.new" "$1/pid"
    exec env -i PATH="$PATH" /usr/sbin/sshd -D -e -f "$1/sshd_config"' sh "$machines_folder/$1" "$1" "$machine_setup" </dev/null 2>>"$machines_folder/$1/log" >&2 &
  for _ in $(seq 200); do
    $SSH -o ConnectTimeout=2 "$1" true 2>/dev/null </dev/null && return
    sleep 0.05
  done
  echo "machine $1 did not start:" >&2
  cat "$machines_folder/$1/log" >&2
  exit 1
}

machines() {
  machines_keys
  for machines_i in $(seq "$1"); do
    sed -i "1i Host m$machines_i\n  HostName 10.44.0.$machines_i" "$machines_folder/ssh_config"
    machine_start "m$machines_i"
  done
}

machine_does() {
  machines_name=$1
  shift
  nsenter -t "$(cat "$machines_folder/$machines_name/pid")" -n -m -u -p env HOME="$machines_folder/$machines_name/home" "$@"
}

machine_lacks() { machine_does "$1" sh -c 'mkdir -p "$1" && mount -t tmpfs tmpfs "$1"' sh "$2"; }

machine_kill() { # its first process takes the rest along
  machines_pid=$(cat "$machines_folder/$1/pid")
  kill -KILL "$machines_pid"
  while [ -d "/proc/$machines_pid" ] && ! grep -q '^State:.Z' "/proc/$machines_pid/status" 2>/dev/null; do sleep 0.01; done
}

machine_cut() { ip link set "$1" down; }
machine_plug() { ip link set "$1" up; }
machine_off() {
  machine_cut "$1"
  machine_kill "$1"
}

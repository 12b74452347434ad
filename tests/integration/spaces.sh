#!/bin/bash
# What a child sees, from the inside: namespaces of its own, its processes, a /tmp of its own, what is read only,
# and another root. As root; an ordinary user is refused by name.
set -eu
. "$top_srcdir/tests/integration/lib.sh"

driver=$top_builddir/tests/helpers/launch_driver
launch=$REEVE_HELPER_DIR/reeve-launch

# start [key=value...] -- ARGV...: what came of it is in $out, in the driver's words; that it was executed comes
# at any time among what it says, and is left out.
start() {
	out=$(timeout 60 "$driver" "$launch" env=PATH=/usr/local/bin:/usr/bin:/bin:/sbin "$@" 2>&1) || fail "driver: $out"
	out=$(grep -vx executed <<< "$out")
}
ends_with() { equal "$1" "${out##*$'\n'}" "$2"; }

settings="private_mounts private_network private_ipc private_pids private_tmp"
if [ "$(id -u)" != 0 ]; then
	note "an ordinary user is refused by name, before anything is done"
	for setting in $settings; do
		start "$setting=1" -- true
		contains "$setting" "$out" "problem host namespaces-forbidden $setting: Operation not permitted"
		contains "$setting" "$out" "refused preflight"
	done
	start read_only=/ check_only=1 -- true
	contains read_only "$out" "problem host namespaces-forbidden read_only"
	start chroot=/ -- true
	contains chroot "$out" "problem host chroot-forbidden /: Operation not permitted"
	start -- sh -c 'echo plain'
	contains plain "$out" plain
	exit 0
fi
unshare -mnip --fork true 2>/dev/null || skip "no namespaces here"

# links TYPE...: the numbers of our namespaces of these types.
links() { local type; for type in "$@"; do readlink "/proc/self/ns/$type"; done; }
inside='for type in mnt net ipc pid; do readlink /proc/self/ns/$type; done'

note "each namespace is the child's own, and only those that were asked for"
start -- sh -c "$inside"
equal none "$(grep : <<< "$out")" "$(links mnt net ipc pid)"
# own SETTING TYPE...: with that setting, these namespaces are new and the others are ours.
own() {
	local setting=$1 type; shift
	start "$setting" -- sh -c "$inside"
	for type in mnt net ipc pid; do
		case " $* " in
		*" $type "*) case $out in *"$(links "$type")"*) fail "$setting: $type is the host's: $out" ;; esac ;;
		*) contains "$setting $type" "$out" "$(links "$type")" ;;
		esac
	done
}
own private_mounts=1 mnt
own private_network=1 net
own private_ipc=1 ipc
own private_pids=1 mnt pid
own private_tmp=1 mnt
own read_only=/usr mnt
own writable=/usr

note "mounts: those of the host come in, none goes out"
start private_mounts=1 -- sh -c 'mount -t tmpfs none /mnt && : > /mnt/inside && ls /mnt'
contains mounted "$out" inside
[ ! -e /mnt/inside ] || fail "a mount went out"

note "network: the loopback, and up"
start private_network=1 -- sh -c 'awk -F: "NR > 2 { print \$1 }" /proc/net/dev; python3 -c "
import socket
server = socket.socket(); server.bind((\"127.0.0.1\", 0)); server.listen()
socket.create_connection(server.getsockname()); print(\"connected\")"'
equal interfaces "$(grep -v '^exit' <<< "$out" | tr -d ' ' | tr '\n' ' ')" "lo connected "

if command -v ipcmk >/dev/null; then
	note "IPC: shared memory of the host is not there"
	id=$(ipcmk -M 4096 | grep -o '[0-9]*$')
	start private_ipc=1 -- ipcs -m
	ipcrm -m "$id"
	case $out in *0x*) fail "ipc: $out" ;; esac
fi

note "processes: its own alone, an init that reaps, and it is no process 1"
start private_pids=1 -- sh -c 'echo self $$; ls /proc | grep -c "^[0-9]"; cat /proc/1/comm
	grep -E "^Sig(Blk|Ign)" /proc/self/status; ps -o pid=,pgid=,sid= -p $$'
contains number "$out" "self 3"
contains init "$out" reeve-init
equal masks "$(grep -c '0000000000000000$' <<< "$out")" 2
contains session "$out" "3       3       3"
start private_pids=1 -- sh -c 'sh -c "exit 0 & exec true" ; (sh -c "(true &) ; true" &) ; wait
	until [ -z "$(grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null)" ]; do :; done; echo no zombies'
contains orphans "$out" "no zombies"
start private_pids=1 user=nobody -- sh -c 'ls /proc/1/fd 2>&1; ls /proc/1/root 2>&1'
contains init "$out" "cannot"

note "its exit status passes through, and a signal as 128 and its number"
start private_pids=1 -- sh -c 'exit 7'
ends_with status "exit 7"
start private_pids=1 -- sh -c 'kill -SEGV $$'
ends_with signal "exit 139"
start private_pids=1 -- /no/such/program
contains missing "$out" "problem host command-missing"
cp "$(type -P true)" "$work/object"
printf '\001' | dd of="$work/object" bs=1 seek=16 conv=notrunc status=none # ET_REL: for linkers, not to run
start private_pids=1 -- "$work/object"
contains step "$out" "refused execute 8"
ends_with step "exit 127"

# play [key=value...] -- ARGV...: in the background, its output in $work/out; $pid is the process that reeve knows.
play() {
	: > "$work/out"
	"$driver" "$launch" env=PATH=/usr/bin:/bin say_pid=1 "$@" > "$work/out" 2>&1 & player=$!
	mine "$player"
	until_ok 40 grep -q '^executed' "$work/out"
	pid=$(awk '/^pid/ { print $2 }' "$work/out")
}
ended() { wait "$player" || fail "$(cat "$work/out")"; equal "$1" "$(tail -1 "$work/out")" "$2"; }

note "signals: TERM with the default disposition ends it, a handler hears it, and KILL takes everybody"
play private_pids=1 -- sleep 1000
kill -TERM -- "-$pid"
ended default "exit 143"
play private_pids=1 -- bash -c 'trap "echo heard; exit 3" TERM; echo set; while :; do read -rt 60 <> <(:); done'
until_ok 40 grep -q set "$work/out"
kill -TERM -- "-$pid"
ended handler "exit 3"
contains handler "$(cat "$work/out")" heard
n=$((1000000 + $$)) # seconds that nobody else sleeps
play private_pids=1 -- sh -c "setsid sleep ${n}1 & (setsid sh -c 'trap \"\" TERM; sleep ${n}2; sleep ${n}2' &); exec sleep ${n}3"
for i in 1 2 3; do until_ok 40 pgrep -f "^sleep $n$i"; done
kill -KILL -- "-$pid"
ended killed "signal KILL"
equal none "$(pgrep -cf "^sleep $n" || true)" 0
play private_pids=1 -- sh -c "setsid sleep ${n}4 & exit 0"
ended left "exit 0"
equal none "$(pgrep -cf "^sleep $n" || true)" 0

note "/tmp and /var/tmp: its own, for everybody in it, and empty at each start"
touch "$work/of-the-host"
for round in 1 2; do
	start private_tmp=1 user=nobody -- sh -c 'ls -A /tmp /var/tmp; stat -c %a /tmp /var/tmp; : > /tmp/left && : > /var/tmp/left && echo written'
	equal "round $round" "$(tr '\n' ' ' <<< "$out")" "/tmp:  /var/tmp: 1777 1777 written exit 0 "
done
[ ! -e /tmp/left ] || fail "it wrote into the host's /tmp"
cp "$(type -P true)" "$work/true"
start private_tmp=1 -- "$work/true"
contains program "$out" "problem config private-tmp-hides $work/true"
start private_tmp=1 "directory=$work" -- true
contains directory "$out" "problem config private-tmp-hides $work"

note "read only: what is named, everything beneath, and not what was excepted; for root as well"
mkdir -p "$work/ro/rw/ro" "$work/ro/mounted" "$work/state"
can='for f in "$@"; do if (: > "$f/x") 2>/dev/null; then echo "can $f"; else echo "not $f"; fi; done'
# may KEYS... -- FOLDERS...: of the folders beneath $work, those that the child can write to.
may() {
	local keys=()
	while [ "$1" != -- ]; do keys+=("$1"); shift; done
	shift
	start "${keys[@]}" -- sh -c "$can" - "${@/#/$work/}"
	equal "${keys[*]}" "$(sed -n "s,^can $work/,,p" <<< "$out" | tr '\n' ' ')" "$want"
}
want="" may "read_only=$work/ro" -- ro ro/rw
want="ro/rw " may "read_only=$work/ro" "writable=$work/ro/rw" -- ro ro/rw
want="ro/rw " may "read_only=$work/ro" "writable=$work/ro/rw" "read_only=$work/ro/rw/ro" -- ro ro/rw ro/rw/ro
want="state ro/rw " may read_only=/ "state_dir=$work/state" "writable=$work/ro/rw" -- ro state ro/rw
want="" may read_only=/ "state_dir=$work/state" "read_only=$work/state" -- state
want="ro ro/rw " may "read_only=-$work/none" "writable=-$work/none" -- ro ro/rw
start "read_only=$work/ro" -- sh -c ': > "$0/ro/x"' "$work"
contains words "$out" "Read-only file system"
start read_only=/ private_tmp=1 -- sh -c ': > /tmp/x && : > /var/tmp/x && echo tmp; : > /dev/null && echo null; : > /etc/x'
contains tmp "$out" $'tmp\nnull'
contains tmp "$out" "Read-only file system"
mount -t tmpfs none "$work/ro/mounted"
want="" may "read_only=$work/ro" -- ro/mounted
want="" may "read_only=$work" -- ro/mounted
mount -o remount,ro "$work/ro/mounted"
want="" may "read_only=$work" "writable=$work/ro/mounted" -- ro/mounted
umount "$work/ro/mounted"
: > "$work/ro/file"
start "read_only=$work/ro/file" -- sh -c ': > "$0/x" && echo folder; : > "$0/file"' "$work/ro"
contains file "$out" folder
contains file "$out" "Read-only file system"
start "read_only=$work/none" -- true
contains missing "$out" "problem host path-unusable $work/none: No such file"
ln -s ro "$work/link"
want="" may "read_only=$work/link" -- ro
chown -h nobody "$work/link"
start "read_only=/" "writable=$work/link" -- true
contains link "$out" "problem host path-unusable $work/link: Too many levels"

note "another root: what the checks look at is what runs"
root=$work/root
mkdir -p "$root/bin" "$root/proc" "$root/tmp" "$root/etc"
need busybox
# As people make one: a program, its libraries where they were, and no cache of these.
libraries=$(ldd "$(type -P busybox)" 2>/dev/null | grep -o '/[^ ]*' || true)
for file in $libraries; do
	mkdir -p "$root${file%/*}"
	cp -L "$file" "$root$file"
done
cp "$(type -P busybox)" "$root/bin/"
for name in sh ls pwd id echo cat; do ln -s busybox "$root/bin/$name"; done
start "chroot=$root" -- sh -c 'ls -A /etc /proc; echo /home/*; pwd; id -u'
equal inside "$(tr '\n' ' ' <<< "$out")" "/etc:  /proc: /home/* / 0 exit 0 "
start "chroot=$root" user=nobody directory=/etc -- /bin/pwd
contains directory "$out" /etc
start "chroot=$root" "env=PATH=/usr/bin:/bin" private_pids=1 private_tmp=1 read_only=/ -- \
	sh -c 'cat /proc/1/comm; echo x > /tmp/x && cat /tmp/x; echo x > /x; ls /proc/1/root'
contains all "$out" $'reeve-init\nx\n'
contains all "$out" "Read-only file system"
contains all "$out" $'bin\netc\n'

note "everything at once, and after it nobody has a privilege left"
echo A=from-file > "$work/file.env"
start "chroot=$root" private_pids=1 private_network=1 private_ipc=1 private_tmp=1 read_only=/ user=nobody no_new_privs=1 \
	drop=$((2 ** 41 - 1)) limit=nofile=32 "env_file=$work/file.env" nice=3 oom_score_adj=10 \
	"credential=x:$work/file.env" "credentials_dir=$root/run/credentials/a/b" -- \
	sh -c 'id -u; cat "$0/x"; echo "$A"; cat /proc/self/oom_score_adj; cat /proc/self/status; : > /x' "$root/run/credentials/a/b"
contains all "$out" "$(id -u nobody)"$'\nA=from-file\nfrom-file\n10\n'
equal capabilities "$(grep '^Cap' <<< "$out" | grep -vc '0000000000000000$' || true)" 0
contains all "$out" "Read-only file system"
[ ! -e "$root/x" ] && [ ! -e "$root/tmp/x" ] || fail "the root was written to"
start "chroot=$root" -- python3
contains path "$out" "problem host command-missing python3: not found in PATH"
start "chroot=$root" directory=/home -- sh
contains directory "$out" "problem host directory-unusable /home"
cp "$(type -P bash)" "$root/bin/"
start "chroot=$root" -- bash
contains loader "$out" "-missing /bin/bash" # its loader or a library, as busybox is
printf '#!/usr/bin/python3\n' > "$root/bin/script"; chmod 755 "$root/bin/script"
start "chroot=$root" -- script
contains interpreter "$out" "problem host interpreter-missing /bin/script"
start "chroot=$work/none" -- true
contains missing "$out" "problem host chroot-unusable $work/none"
rmdir "$root/proc"
start "chroot=$root" private_pids=1 -- sh
contains proc "$out" "problem host proc-missing /proc"
ln -s etc "$root/proc"; chown -h nobody "$root/proc"
start "chroot=$root" private_pids=1 -- sh
contains proc "$out" "problem host proc-missing /proc: Too many levels"

if command -v strace >/dev/null && strace -qq true 2>/dev/null; then
	note "a step that fails is named, and the child does not start"
	# fails CALL KEY=VALUE...: with that call failing, what came of it.
	fails() {
		local call=$1; shift
		out=$(ASAN_OPTIONS=detect_leaks=0 timeout 60 strace -f -qq -o /dev/null -e "trace=${call%%:*}" -e "inject=$call" \
			"$driver" "$launch" env=PATH=/usr/bin:/bin "$@" -- echo started 2>&1) || true
		case $out in *started*) fail "$*: it was started: $out" ;; esac
	}
	fails mount:error=EACCES:when=1 private_mounts=1
	contains namespaces "$out" "refused namespaces 13 mounts of the host: Permission denied"
	fails mount:error=EACCES:when=2 private_tmp=1
	contains tmp "$out" "refused private-tmp 13 /tmp: Permission denied"
	fails mount:error=EACCES:when=2 private_pids=1
	contains proc "$out" "refused proc 13 /proc: Permission denied"
	fails move_mount:error=EACCES "read_only=$work/ro"
	contains read-only "$out" "refused read-only 13 $work/ro: Permission denied"
	note "without mount_setattr, before Linux 5.12: mount by mount, and no weaker"
	mount -t tmpfs -o nosuid,nodev,noexec none "$work/ro/mounted"
	for keys in "read_only=$work/ro" read_only=/; do
		out=$(ASAN_OPTIONS=detect_leaks=0 timeout 60 strace -f -qq -o /dev/null -e trace=mount_setattr -e inject=mount_setattr:error=ENOSYS \
			"$driver" "$launch" env=PATH=/usr/bin:/bin "$keys" "writable=$work/ro/rw" "credentials_dir=$work/run/credentials/a/b" \
			"credential=x:/etc/hostname" -- sh -c "$can; grep ' $work/ro/mounted ' /proc/self/mountinfo
				chmod 600 $work/run/credentials/a/b/x" - "$work/ro" "$work/ro/mounted" "$work/ro/rw" 2>&1)
		equal "$keys" "$(grep -o '^\(can\|not\) .*' <<< "$out")" "not $work/ro"$'\n'"not $work/ro/mounted"$'\n'"can $work/ro/rw"
		contains "$keys" "$out" "ro,nosuid,nodev,noexec"
		contains "$keys" "$out" "Read-only file system"
	done
	umount "$work/ro/mounted"
	fails ioctl:error=EACCES private_network=1
	contains network "$out" "refused namespaces 13 the loopback: Permission denied"
	fails unshare:error=EACCES private_ipc=1
	contains forbidden "$out" "problem host namespaces-forbidden private_ipc: Permission denied"
fi

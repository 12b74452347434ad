#!/bin/bash
# Groups of system calls that a child is denied, as it meets them: to it and what it starts, and to nobody else.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/org.sh"

driver=$top_builddir/tests/helpers/launch_driver
calls=$top_builddir/tests/helpers/calls
launch=$REEVE_HELPER_DIR/reeve-launch
path=env=PATH=/usr/local/bin:/usr/bin:/bin
quiet=env=ASAN_OPTIONS=detect_leaks=0 # a leak checker wants what is denied

# start [key=value...] -- ARGV...: what came of it is in $out, in the driver's words.
start() { out=$(timeout 60 "$driver" "$launch" "$path" "$quiet" "$@" 2>&1) || fail "driver: $out"; out=$(grep -vx executed <<< "$out"); } # that comes at any time

# The order of wire/callgroup.h, which is a bit each.
groups=(@clock @debug @keyring @module @mount @obsolete @raw-io @reboot @swap)
denied() { grep '^@.*Operation not permitted$' <<< "$out" | awk '{ print $1 }' | tr '\n' ' '; }

start -- "$calls"
free=$(denied)
shown=$(grep -c '^@' <<< "$out")
[ "$shown" -ge 8 ] || fail "the program of calls said: $out"

note "each group by itself, and no other"
for i in "${!groups[@]}"; do
	grep -q "^${groups[i]} " <<< "$out" || continue
	start no_new_privs=1 deny=$((1 << i)) -- "$calls"
	for group in "${groups[@]}"; do
		case "$free${groups[i]} " in
		*"$group "*) case "$(denied)" in *"$group "*) ;; *) fail "$group went through: $out" ;; esac ;;
		*) case "$(denied)" in *"$group "*) fail "$group, with ${groups[i]} denied" ;; esac ;;
		esac
	done
done

note "all of them, for whatever it starts, and for good"
start no_new_privs=1 deny=511 -- sh -c "'$calls'; grep Seccomp: /proc/self/status"
equal all "$(denied | wc -w)" "$shown"
contains filter "$out" $'Seccomp:\t2'
start -- grep Seccomp: /proc/self/status
contains "without it nothing" "$out" "Seccomp:$(sed -n 's/^Seccomp://p' /proc/self/status)"

note "another ABI than the machine's own is killed: its numbers mean something else"
for abi in x86 x32; do
	[ "$(uname -m)" = x86_64 ] || continue
	start -- "$calls" $abi
	[ "${out##*$'\n'}" = "exit 0" ] || continue # a kernel that was built without it
	start no_new_privs=1 deny=16 -- "$calls" $abi
	contains "$abi" "$out" "signal SYS"
done

note "without no_new_privs only root may, and the others are refused by the step"
if [ "$(id -u)" = 0 ]; then
	start deny=16 user=nobody -- true
else
	start deny=16 -- true
fi
contains refused "$out" "refused seccomp 13 a filter of system calls: Permission denied"
equal "did not run" "${out##*$'\n'}" "exit 127"

note "by name in a file"
org_begin
cat >> "$work/reeve.ini" <<-INI
[service:x]
command = sh -c "$calls > $work/calls.tmp; mv $work/calls.tmp $work/calls; exec sleep 1000"
environment = ${quiet#env=}
seccomp_deny = @mount, @swap
INI
equal "needs more" "$(exit_of reeve --check-config -c "$work/reeve.ini")" 1
contains "needs more" "$(cat "$work/out")" "seccomp_deny holds only for who can gain nothing: add no_new_privs = yes"
echo "no_new_privs = yes" >> "$work/reeve.ini"
org_start
until_ok 10 test -e "$work/calls"
out=$(cat "$work/calls")
contains mount "$out" "@mount Operation not permitted"
contains swap "$out" "@swap Operation not permitted"
org_stop

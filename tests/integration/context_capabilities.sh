#!/bin/bash
# Capabilities of a child, as the kernel shows them from within: bounded, ambient, root or not, and what is refused.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/org.sh"
need setpriv

driver=$top_builddir/tests/helpers/launch_driver
launch=$REEVE_HELPER_DIR/reeve-launch
path=env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# start [WORD... --] [key=value...] -- ARGV...: what came of it is in $out, in the driver's words. $as runs the driver.
as=()
start() { out=$(cd / && "${as[@]}" timeout 60 "$driver" "$launch" "$path" "$@" 2>&1) || fail "driver: $out"; out=$(grep -vx executed <<< "$out"); } # that comes at any time
refused() { contains "$1" "$out" "$2"; equal "$1 did not run" "${out##*$'\n'}" "exit 127"; }
bit() { printf '%d' $((1 << $1)); }
chown=0 kill=5 setpcap=8 net_bind_service=10 sys_admin=21
# The sets as the child sees them: CapInh CapPrm CapEff CapBnd CapAmb, in one line.
show=(awk '/^Cap/ { printf "%s %s ", $1, $2 } END { print "" }' /proc/self/status)
set_of() { sed -nE "s/.*Cap$1: 0*([0-9a-f]+) .*/\1/p" <<< "$out"; }

if [ "$(id -u)" = 0 ]; then
	all=$(awk '/^CapBnd/ { print $2 }' /proc/self/status)
	has() { [ $((0x$all >> $1 & 1)) = 1 ]; }
	for cap in $chown $kill $setpcap $net_bind_service $sys_admin; do
		has "$cap" || skip "capability $cap is out of the bounding set here"
	done

	note "bounded: a list kept, a list dropped, nothing left"
	start drop=$(( ~(1 << chown | 1 << kill) & 0x7fffffffffffffff )) -- "${show[@]}"
	equal kept "$(set_of Bnd) $(set_of Prm) $(set_of Eff) $(set_of Inh)" "21 21 21 0"
	start drop="$(bit $sys_admin)" -- "${show[@]}"
	equal dropped "$(set_of Bnd)" "$(printf '%x' $((0x$all & ~(1 << sys_admin))))"
	equal root "$(set_of Eff)" "$(set_of Bnd)"
	start drop=18446744073709551615 -- "${show[@]}"
	equal nothing "$(set_of Bnd) $(set_of Prm) $(set_of Eff)" "0 0 0"

	note "what was inheritable does not come back by way of root"
	as=(setpriv "--inh-caps=+sys_admin,+kill")
	start drop="$(bit $sys_admin)" -- "${show[@]}"
	equal inheritable "$(set_of Inh)" 20
	equal effective $((0x$(set_of Eff) >> sys_admin & 1)) 0
	as=()

	note "a user with what it needs and no more"
	start user=nobody ambient="$(bit $net_bind_service)" -- "${show[@]}"
	equal ambient "$(set_of Amb) $(set_of Prm) $(set_of Eff) $(set_of Inh)" "400 400 400 400"
	start user=nobody ambient="$(bit $net_bind_service)" no_new_privs=1 drop="$(( ~(1 << net_bind_service) & 0x7fffffffffffffff ))" -- "${show[@]}"
	equal bounded "$(set_of Amb) $(set_of Eff) $(set_of Bnd)" "400 400 400"
	start user=nobody ambient=$((1 << chown | 1 << kill)) -- sh -c 'echo "$(id -un)"; exec "$@"' sh "${show[@]}"
	contains user "$out" nobody
	equal "across a shell" "$(set_of Eff)" 21
	start user=nobody -- "${show[@]}"
	equal "without" "$(set_of Prm) $(set_of Eff) $(set_of Amb)" "0 0 0"

	note "for root it changes nothing but the ambient set"
	start ambient="$(bit $kill)" -- "${show[@]}"
	equal root "$(set_of Eff) $(set_of Amb)" "$(printf '%x' $((0x$all))) 20"

	note "ambient of reeve's own is replaced, not added to"
	as=(setpriv --inh-caps=+chown --ambient-caps=+chown)
	start user=nobody ambient="$(bit $kill)" -- "${show[@]}"
	equal replaced "$(set_of Amb)" 20
	as=()

	note "what reeve has not, it cannot give: told before, named by the step"
	as=(setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin)
	start user=nobody ambient="$(bit $sys_admin)" -- true
	refused missing "problem host capability-missing cap_sys_admin: reeve does not have it. Start reeve with it"
	as=(setpriv --bounding-set=-setpcap --inh-caps=-setpcap)
	start drop="$(bit $kill)" -- true
	refused unbounded "problem host capability-unbounded cap_kill: reeve has no cap_setpcap"
	start drop="$(bit $setpcap)" -- "${show[@]}"
	equal "nothing to take" $((0x$(set_of Bnd) >> setpcap & 1)) 0
	as=()
	if command -v python3 >/dev/null; then
		# PR_SET_SECUREBITS, SECBIT_NO_CAP_AMBIENT_RAISE
		as=(python3 -c 'import ctypes, os, sys
assert ctypes.CDLL(None).prctl(28, 1 << 6, 0, 0, 0) == 0
os.execvp(sys.argv[1], sys.argv[1:])')
		start user=nobody ambient="$(bit $kill)" -- true
		refused raise "refused ambient-set 1 cap_kill: Operation not permitted"
		# SECBIT_KEEP_CAPS_LOCKED
		as[2]=${as[2]/1 << 6/1 << 5}
		start user=nobody ambient="$(bit $kill)" -- true
		refused keep "refused become-user 1 nobody: Operation not permitted"
		as=()
	fi

	as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	chmod 755 "$work"
fi

if [ ${#as[@]} = 0 ] || "${as[@]}" test -x "$driver" -a -x "$launch"; then
	note "an ordinary user can neither give nor take"
	start ambient="$(bit $kill)" -- true
	refused give "problem host capability-missing cap_kill"
	start drop="$(bit $chown)" -- true
	refused take "problem host capability-unbounded cap_chown"
	start -- "${show[@]}"
	equal ordinary "$(set_of Eff)" 0
fi
as=()

if unshare -Ur true 2>/dev/null; then
	note "root of a user namespace gives and takes what that root has"
	as=(unshare -Ur)
	start drop="$(bit $chown)" ambient="$(bit $kill)" -- "${show[@]}"
	equal namespace "$((0x$(set_of Bnd) >> chown & 1)) $((0x$(set_of Eff) >> chown & 1)) $(set_of Amb)" "0 0 20"
	as=()
fi

if [ "$(id -u)" = 0 ]; then
	note "by name in a file: a web server's port for a user, and the rest of root's power for nobody"
	org_begin
	cat >> "$work/reeve.ini" <<-INI
	[service:web]
	command = sh -c 'grep Cap /proc/self/status; id -un; exec sleep 1000'
	user = nobody
	ambient_capabilities = CAP_NET_BIND_SERVICE
	capability_bounding_set = net_bind_service, kill
	stdout_logfile = $work/web.log
	[service:none]
	command = sleep 1000
	ambient_capabilities = kill
	capability_bounding_set = ~kill
	INI
	equal "at odds" "$(exit_of reeve --check-config -c "$work/reeve.ini")" 1
	contains "at odds" "$(cat "$work/out")" "capability_bounding_set leaves out cap_kill: take it out of ambient_capabilities too"
	sed -i '/service:none/,$d' "$work/reeve.ini"
	org_start
	until_ok 10 grep -q nobody "$work/web.log"
	out=$(awk '/^Cap/ { printf "%s %s ", $1, $2 }' "$work/web.log")
	equal sets "$(set_of Eff) $(set_of Amb) $(set_of Bnd)" "400 400 420"
	org_stop
fi

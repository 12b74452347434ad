#!/bin/bash
# Supplementary groups: those that were asked for, exactly, or no start. Who may not choose them has to have them.
set -eu
. "$top_srcdir/tests/integration/lib.sh"

driver=$top_builddir/tests/helpers/launch_driver
launch=$REEVE_HELPER_DIR/reeve-launch
show=(sed -n 's/^Groups:[[:space:]]*//p' /proc/self/status)

# start WORD... -- [key=value...] -- ARGV...: by way of WORD...; what came of it is in $out, in the driver's words.
start() {
	local by=()
	while [ "$1" != -- ]; do by+=("$1"); shift; done
	shift
	out=$(cd / && timeout 60 "${by[@]}" "$driver" "$launch" env=PATH=/usr/local/bin:/usr/bin:/bin "$@" 2>&1) || fail "driver: $out"
	out=$(grep -vx executed <<< "$out")
}
has() { equal "$1" "${out/ $'\n'/$'\n'}" "$2"$'\n'"exit 0"; }

if [ "$(id -u)" = 0 ]; then
	note "root chooses them, for itself and for others; an empty list is none"
	need setpriv
	start setpriv --groups=7,8 -- group_of=9 -- "${show[@]}"
	has itself 9
	start -- user=nobody group_of=9 group_of=8 -- "${show[@]}"
	has other "8 9"
	start setpriv --groups=7,8 -- group_of= -- "${show[@]}"
	has none ""
	start -- user=nobody group_of= -- "${show[@]}"
	has "none of its own" ""

	as() { setpriv --reuid=nobody --regid=nogroup "$@"; }
	if as --clear-groups test -x "$driver" -a -x "$launch"; then
		note "an ordinary user keeps what it has when that is what was asked for, in any order, and is refused otherwise"
		ordinary() { start setpriv --reuid=nobody --regid=nogroup --groups="$1" -- "${@:2}"; }
		ordinary 7,8 -- "${show[@]}"
		has unset "7 8"
		ordinary 7,8 group_of=8 group_of=7 -- "${show[@]}"
		has same "7 8"
		ordinary 7,8 user=nobody -- "${show[@]}"
		has user "7 8"
		for keys in group_of=7 "group_of=7 group_of=8 group_of=9" group_of=; do
			# shellcheck disable=SC2086
			ordinary 7,8 $keys -- true
			contains "$keys" "$out" "problem config user-forbidden"
			contains "$keys" "$out" "refused preflight"
		done
	fi
fi

if [ "$(id -u)" = 0 ]; then
	note "root without the capability is told so by who only asks, too"
	for lost in setgid:groups setgid:become-group setuid:become-user; do
		start setpriv --bounding-set="-${lost%:*}" -- user=1234 group=4321 group_of=7 check_only=1 -- true
		contains "$lost" "$out" "problem host step-refused ${lost#*:}: "
		case $lost in setuid:*) equal once "$(grep -c step-refused <<< "$out")" 1 ;; esac
	done
	start -- user=1234 group=4321 group_of=7 check_only=1 -- true
	contains sound "$out" "checked 0 0"
fi

if unshare -Ur true 2>/dev/null; then
	note "in a user namespace that may not choose them the step refuses"
	start unshare -Ur -- group_of=7 -- true
	contains refused "$out" "refused groups 1 the supplementary ones: Operation not permitted"
	contains refused "$out" "exit 127"
	start unshare -Ur -- user=nobody check_only=1 -- true
	contains asked "$out" "problem host step-refused become-user: nobody: Invalid argument"
	start unshare -Ur -- user=root -- sh -c 'echo plain'
	contains unset "$out" plain
fi

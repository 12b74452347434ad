#!/bin/bash
# As process 1: what a child started is gone with its stop, by control groups or by a sweep; with neither, and
# without /proc, its group is, and everybody at the end.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

need unshare pgrep
as_init=(unshare --pid --fork --mount-proc --kill-child)
blind=(unshare --pid --fork --mount --kill-child sh -c 'mount -t tmpfs none /proc && exec "$@"' sh)
if [ "$(id -u)" -ne 0 ]; then
	as_init=("${as_init[0]}" --user --map-root-user "${as_init[@]:1}")
	blind=("${blind[0]}" --user --map-root-user "${blind[@]:1}")
fi
"${as_init[@]}" true 2>/dev/null || skip "PID namespaces are refused here"

knobs=$top_builddir/tests/helpers/knobs

# The numbers inside are others: each service is known by the file that it speaks to.
living() { pgrep -cf "$work/$1.events" || true; }
are_living() { [ "$(living "$1")" = "$2" ]; }
is_ready() { grep -qs ^ready "$work/$1.events"; }

begin() {
	rm -f "$work"/*.events
	org_begin
	cat >> "$work/reeve.ini" <<-INI
	cgroup = $1
	shutdown_timeout = 1s
	[service:wild]
	command = $knobs say=$work/wild.events ignore=TERM descendants=3 setsid twice
	stopwaitsecs = 300ms
	startsecs = 0
	stdout_logfile = none
	[service:group]
	command = $knobs say=$work/group.events ignore=TERM descendants=3
	stopwaitsecs = 300ms
	startsecs = 0
	stdout_logfile = none
	[service:other]
	command = $knobs say=$work/other.events ignore=TERM descendants=3 setsid twice
	stopwaitsecs = 300ms
	startsecs = 0
	stdout_logfile = none
	INI
	shift
	org_start "$@"
	for name in wild group other; do until_ok 10 is_ready $name; done
}

# Within stopwaitsecs and two seconds.
stop_quickly() {
	local before
	before=$(date +%s%N)
	equal "stop" "$(exit_of reevectl stop "default:$1")" 0
	[ $((($(date +%s%N) - before) / 1000000)) -lt 2300 ] || fail "the stop of $1 took too long"
}

# Within stopwaitsecs and two seconds, those too who left their group and whom nobody knows.
end_all() {
	local before
	before=$(date +%s%N)
	reevectl shutdown > "$work/out"
	until_ok 20 gone "$org_pid"
	[ $((($(date +%s%N) - before) / 1000000)) -lt 2300 ] || fail "the end took too long"
	wait "$org_pid" || fail "exit status $?"
	org_pid=
	for name in wild group other; do equal "living of $name" "$(living $name)" 0; done
}

for way in auto none; do
	begin $way "${as_init[@]}"
	note "process 1: $(sed -n 's/^.*stops-all //p' "$work/log")"
	stop_quickly wild
	equal "living" "$(living wild)" 0
	stop_quickly group
	equal "living" "$(living group)" 0
	equal "of another" "$(living other)" 4
	end_all
done

[ -z "${SANITIZE:-}" ] || exit 0 # a sanitizer wants /proc
note "process 1, without /proc and without a control group"
begin auto "${blind[@]}"
contains "it says so" "$(cat "$work/log")" "stops-all by=group"
stop_quickly group
equal "living" "$(living group)" 0
stop_quickly wild
equal "the program of wild is gone, who left its group is not" "$(living wild)" 3
end_all

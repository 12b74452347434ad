#!/bin/bash
# Limits of control groups through all of reeve: by name in a file, told by --check-startup and by status, never left out.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/org.sh"

org_begin
cat >> "$work/reeve.ini" <<-INI
[service:limited]
command = sleep 1000
memory_max = 64MB
backoff = 100ms
[service:free]
command = sleep 1000
INI

note "where there are no control groups, the child that asks for a limit is refused, and it alone"
sed -i "s,^\[reeve\],[reeve]\ncgroup = none," "$work/reeve.ini"
equal "check" "$(exit_of reeve --check-startup -c "$work/reeve.ini")" 1
contains "check" "$(cat "$work/out")" "default:limited: cgroup-none: memory.max: the child has no control group"
contains "check" "$(cat "$work/out")" "FAILED (1 of 2"
org_start
until_state default:free running
until_state default:limited dead
contains "why" "$(reevectl status default:limited)" "memory.max: the child has no control group"
org_stop

real=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
[ -n "$real" ] && mkdir "$real/reeve-test-$$" 2>/dev/null || exit 0
undo() {
	local got=$?
	( org_stop ) || true
	rmdir "$real/reeve-test-$$" || got=1
	( exit "$got" ) || org_tidy
	org_tidy
}
trap undo EXIT

if ! grep -qw memory "$real/reeve-test-$$/cgroup.controllers"; then
	note "where the controller is not let through, it is named"
	sed -i "s,^cgroup = none,cgroup = $real/reeve-test-$$," "$work/reeve.ini"
	equal "check" "$(exit_of reeve --check-startup -c "$work/reeve.ini")" 1
	contains "check" "$(cat "$work/out")" "/default:limited: the memory controller is not enabled for it. Delegate memory to reeve's cgroup"
	contains "check" "$(cat "$work/out")" "FAILED (1 of 2"
	equal "it made nothing" "$(find "$real/reeve-test-$$" -mindepth 1 -type d)" ""
	org_start
	until_state default:free running
	until_state default:limited dead
	contains "why" "$(reevectl status default:limited)" "the memory controller is not enabled for it"
	equal "asked again" "$(exit_of reevectl check default:limited)" 1
	contains "asked again" "$(cat "$work/out")" "the memory controller is not enabled for it"
	reevectl stop default:free > /dev/null
	equal "a child that is down, and asks for none, is fine" "$(exit_of reevectl check default:free)" 0
	org_stop
fi

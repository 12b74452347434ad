#!/bin/bash
# No descriptor to be had: reeve says so, answers all the same, and goes on when there are some again.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"
need prlimit pgrep

# begin CGROUP
begin() {
	org_begin
	cat >> "$work/reeve.ini" <<-INI
	cgroup = $1
	[service:web]
	command = sh -c "echo \$\$ starts; exec sleep 300"
	startsecs = 0
	autorestart = always
	backoff = 50ms
	backoff_max = 200ms
	stdout_logfile = $work/web.log
	[service:other]
	command = sleep 300
	startsecs = 0
	stdout_logfile = none
	INI
	org_start
	until_state default:web running
	until_state default:other running
}
end() {
	local got=0
	! grep -qi ' bug ' "$work/log" || fail "a bug was met"
	kill -TERM "$org_pid"
	until_ok 20 gone "$org_pid"
	wait "$org_pid" || got=$?
	org_pid=
	equal "exit status" "$got" 0
}
says() { reevectl status default:web | grep -q "$1"; }
is_new() { local pid; pid=$(pid_of default:web) && [ "${pid:-0}" -gt 0 ] && [ "$pid" != "$old" ]; }

# The lowest number that is free, once the last client's is closed.
lowest_free() { local n=0; while [ -e "/proc/$org_pid/fd/$n" ] || [ -L "/proc/$org_pid/fd/$n" ]; do n=$((n + 1)); done; echo "$n"; }
is_settled() { local now; now=$(lowest_free); [ "$now" = "$last" ] || { last=$now; return 1; }; }
not_started() { grep -q 'reeve-log not-started error="Too many open files"' "$work/log"; }
web_words() { grep -q "^$(pid_of default:web) starts" "$work/web.log"; }

for cgroup in auto none; do
	note "not one descriptor more, control groups: $cgroup"
	begin "$cgroup"
	old=$(pid_of default:web)
	last=0
	until_ok 5 is_settled
	soft=$(prlimit --pid "$org_pid" --nofile --noheadings --output SOFT | tr -d ' ')
	prlimit --pid "$org_pid" --nofile="$last:"
	equal "it answers" "$(exit_of reevectl version)" 0
	equal "and again" "$(exit_of reevectl status default:other)" 0
	kill -KILL "$old"
	until_ok 10 says 'Too many open files'
	equal "the others run on" "$(state_of default:other)" running
	log=$(pgrep -P "$org_pid" -x reeve-log)
	kill -KILL "$log"
	until_ok 10 not_started
	equal "it answers yet" "$(exit_of reevectl status default:other)" 0

	note "and some again"
	prlimit --pid "$org_pid" --nofile="$soft:"
	until_state default:web running 20
	until_ok 5 is_new
	until_ok 20 pgrep -P "$org_pid" -x reeve-log
	until_ok 20 web_words
	end
done

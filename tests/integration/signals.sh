#!/bin/bash
# What each signal asks of reeve.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"
need python3

begin() {
	org_begin
	cat >> "$work/reeve.ini" <<-INI
	shutdown_timeout = 60s
	[service:deaf]
	command = sh -c "trap '' TERM; touch $work/deaf; while :; do echo word; sleep 0.05; done"
	stopwaitsecs = 50s
	startsecs = 0
	stdout_logfile = $work/deaf.log
	INI
	rm -f "$work/deaf"
	org_start
	until_state default:deaf running
	until_ok 5 test -e "$work/deaf"
	child=$(pid_of default:deaf)
}
# ended WHAT: reeve is gone with status 0 well within the patience of the child, and so is the child
ended() {
	local got=0
	until_ok 20 gone "$org_pid"
	wait "$org_pid" || got=$?
	org_pid=
	equal "$1: exit status" "$got" 0
	gone "$child" || fail "$1: the child outlived reeve"
}

note "HUP: the configuration is read again"
begin
printf '[service:new]\ncommand = sleep 300\nstartsecs = 0\nstdout_logfile = none\n' >> "$work/reeve.ini"
kill -HUP "$org_pid"
until_state default:new running

note "USR1: the socket is made anew"
rm "$work/reeve.sock"
kill -USR1 "$org_pid"
until_ok 5 reevectl version

note "USR2: the log files are opened anew"
mv "$work/deaf.log" "$work/deaf.old"
kill -USR2 "$org_pid"
until_ok 5 test -e "$work/deaf.log"

note "TERM, and once more: now"
kill -TERM "$org_pid"
stopping() { grep -q 'deaf stopping' "$work/log"; }
until_ok 5 stopping
kill -TERM "$org_pid"
ended "TERM twice"

note "QUIT: now"
begin
kill -QUIT "$org_pid"
ended QUIT

note "INT is TERM"
begin
kill -INT "$org_pid"
until_ok 5 stopping
kill -INT "$org_pid"
ended "INT twice"

note "what was said before reeve listened is heard"
begin_early() { python3 -c '
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
os.kill(os.getpid(), signal.SIGTERM)
os.execvp(sys.argv[1], sys.argv[1:])' reeve -c "$work/reeve.ini"; }
org_begin
printf '[service:web]\ncommand = sleep 300\nstdout_logfile = none\n' >> "$work/reeve.ini"
equal "exit status" "$(exit_of begin_early)" 0
contains "it was heard" "$(cat "$work/out")" "signal name=SIGTERM"

note "and what is said while the front makes way for the supervisor"
mkdir "$work/way"
printf '#!/bin/sh\nexec sed -n "s/^SigBlk:.//p" /proc/self/status\n' > "$work/way/reeve-core"
chmod +x "$work/way/reeve-core"
blocked=$(REEVE_HELPER_DIR=$work/way reeve -c "$work/reeve.ini")
for signo in 1 2 3 10 12 15 17; do
	[ $((0x${blocked: -8} >> (signo - 1) & 1)) = 1 ] || fail "signal $signo is not kept: $blocked"
done

note "however many: who is in a hurry does not end reeve before it is done"
for _ in 1 2 3 4 5; do
	begin
	until gone "$org_pid"; do
		for _ in {1..200}; do kill -TERM "$org_pid" 2> /dev/null || break; done
	done
	ended "TERM all the time"
done

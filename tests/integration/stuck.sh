#!/bin/bash
# What not even SIGKILL ends: shown, waited for by nobody, and stopped when it is gone after all.
#
# A real one: process 1 of a PID namespace cannot end before everybody in there is waited for, and who is
# traced is waited for by his tracer, which here has no mind to (zap_pid_ns_processes() in
# kernel/pid_namespace.c).
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

[ "$(id -u)" = 0 ] || skip "needs root: a PID namespace and a tracer from outside of it"
need python3 unshare
unshare --pid --mount --fork true 2>/dev/null || skip "namespaces of processes and mounts are refused here"

knobs=$top_builddir/tests/helpers/knobs

# Attaches to a process and never waits for it.
cat > "$work/trace.py" <<-'PYTHON'
import ctypes, os, signal, sys
PTRACE_SEIZE = 0x4206
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(ctypes.c_long(PTRACE_SEIZE), int(sys.argv[1]), None, None) < 0:
    sys.exit("ptrace: " + os.strerror(ctypes.get_errno()))
print("traced", flush=True)
signal.pause()
PYTHON

org_begin
cat >> "$work/reeve.ini" <<-INI
shutdown_timeout = 2s
[service:held]
command = $knobs say=$work/held.events descendants=1
private_pids = yes
stopwaitsecs = 200ms
startsecs = 0
stdout_logfile = none
[service:other]
command = $knobs say=$work/other.events
startsecs = 0
stdout_logfile = none
INI
org_start
until_state default:held running
until_ok 10 grep -qs ^ready "$work/held.events"
held=$(pid_of default:held)
inner=$(awk '{ print $1 }' "/proc/$held/task/$held/children")

# hold: from now on it cannot end, until let_go.
hold() {
	rm -f "$work/tracer"
	python3 "$work/trace.py" "$1" > "$work/tracer" 2>&1 &
	tracer=$!
	mine $tracer
	until_ok 10 test -s "$work/tracer"
	[ "$(cat "$work/tracer")" = traced ] || skip "nobody may be traced here: $(cat "$work/tracer")"
}
hold "$inner"

note "a stop ends with stuck"
equal "stop" "$(exit_of reevectl stop default:held)" 1
equal "its state" "$(state_of default:held)" stuck
contains "its state, and where in the kernel it waits" "$(reevectl status default:held || true)" \
	"SIGKILL did not end it: pid $held, state S in "

note "others come and go meanwhile, and it does not start a second time"
equal "restart of another" "$(exit_of reevectl restart default:other)" 0
reevectl start default:held > "$work/out" 2>&1 || true
equal "one start of it" "$(grep -c ^ready "$work/held.events")" 1
equal "its state" "$(state_of default:held)" stuck

note "when it is gone after all, it starts as it was wanted to"
kill -KILL $tracer
until_state default:held running
until_ok 10 sh -c "[ \$(grep -c ^ready $work/held.events) = 2 ]"

note "the end of reeve waits for it no longer than for anybody"
held=$(pid_of default:held)
hold "$(awk '{ print $1 }' "/proc/$held/task/$held/children")"
before=$SECONDS
kill -TERM "$org_pid"
until_ok 30 gone "$org_pid"
wait "$org_pid" || fail "exit status $?"
org_pid=
[ $((SECONDS - before)) -le 12 ] || fail "it took $((SECONDS - before)) s"
contains "who stayed behind" "$(cat "$work/log")" "default:held left-behind"
kill -KILL $tracer

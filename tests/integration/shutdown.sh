#!/bin/bash
# Everything ends in order, within one deadline, and nobody is left behind.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

# A service that notes when it was told to stop and takes a moment over it.
noting() { # NAME PRIORITY
	cat <<-INI
	[service:$1]
	command = sh -c "trap 'echo $1 told >> $work/order; sleep 0.2; echo $1 gone >> $work/order; exit 0' TERM; touch $work/ready-$1; while :; do sleep 0.02; done"
	priority = $2
	startsecs = 0
	stopsignal = TERM
	stdout_logfile = none
	INI
}

note "falling priority; each is told when those above it are gone"
org_begin
{ noting front 300; noting middle 200; noting back 100; } >> "$work/reeve.ini"
org_start
for name in front middle back; do until_ok 10 test -e "$work/ready-$name"; done
reevectl shutdown > /dev/null
got=0; until_ok 20 gone "$org_pid"; wait "$org_pid" || got=$?
org_pid=
equal "exit status" "$got" 0
equal "the order" "$(tr '\n' ' ' < "$work/order")" "front told front gone middle told middle gone back told back gone "

note "one deadline for all together, whatever each one's patience is"
org_begin
cat >> "$work/reeve.ini" <<-INI
shutdown_timeout = 1s
INI
for i in 1 2 3; do
	cat >> "$work/reeve.ini" <<-INI
	[service:deaf$i]
	command = sh -c "trap '' TERM; echo \$\$ > $work/deaf$i; while :; do sleep 0.05; done"
	priority = $i
	stopwaitsecs = 60s
	startsecs = 0
	stdout_logfile = none
	INI
done
org_start
for i in 1 2 3; do until_ok 5 test -s "$work/deaf$i"; done
before=$SECONDS
kill -TERM "$org_pid"
until_ok 20 gone "$org_pid"
wait "$org_pid" || fail "exit status $?"
org_pid=
[ $((SECONDS - before)) -le 8 ] || fail "it took $((SECONDS - before)) s"
for i in 1 2 3; do gone "$(cat "$work/deaf$i")" || fail "deaf$i outlived reeve"; done

note "a critical child that is given up ends reeve with its status"
org_begin
cat >> "$work/reeve.ini" <<-INI
[service:main]
command = sh -c "exit 42"
critical = yes
startretries = 1
backoff = 10ms
stdout_logfile = none
[service:other]
command = sleep 300
stdout_logfile = none
INI
got=0; reeve -c "$work/reeve.ini" > "$work/log" 2>&1 || got=$?
equal "exit status of the critical child" "$got" 42

note "the last words reach their file"
org_begin
cat >> "$work/reeve.ini" <<-INI
[service:chatty]
command = sh -c "trap 'seq 1 20000; exit 0' TERM; touch $work/chatty; while :; do sleep 0.02; done"
startsecs = 0
stdout_logfile = $work/chatty.log
INI
org_start
until_ok 5 test -e "$work/chatty"
org_stop
equal "numbers" "$(grep -c '^[0-9]*$' "$work/chatty.log")" 20000 # and what the shell says of its sleep

#!/bin/bash
# Whoever loses its parent becomes reeve's, process 1 or not, and no zombie stays.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

org_begin
cat >> "$work/reeve.ini" <<-INI
[service:litter]
command = sh -c "i=0; while [ \$i -lt 200 ]; do (setsid true &); i=\$((i + 1)); done; touch $work/littered; exec sleep 300"
startsecs = 0
stdout_logfile = none
[service:daemon]
command = sh -c "(setsid sh -c 'echo \$\$ > $work/daemon; exec sleep 300' &); exec sleep 300"
startsecs = 0
stdout_logfile = none
INI
org_start
until_state default:litter running
until_ok 30 test -e "$work/littered"
until_ok 5 test -s "$work/daemon"

note "two hundred orphans, no zombie"
no_zombies() { ! ps -o stat= --ppid "$org_pid" | grep -q '^Z'; }
until_ok 10 no_zombies

note "who left its session is adopted, and lives"
orphan=$(cat "$work/daemon")
adopted() { [ "$(ps -o ppid= -p "$orphan" | tr -d ' ')" = "$org_pid" ]; }
until_ok 5 adopted
kill -KILL "$orphan"
until_ok 5 gone "$orphan"

note "the helpers are no different: killed, buried, started again"
for helper in reeve-launch reeve-log; do
	old=$(pgrep -P "$org_pid" -x "$helper")
	kill -KILL "$old"
	is_new() { local pid; pid=$(pgrep -P "$org_pid" -x "$helper") && [ "$pid" != "$old" ]; }
	until_ok 10 is_new
done
until_ok 5 no_zombies
equal "a restart with the new reeve-launch" "$(exit_of reevectl restart default:daemon)" 0

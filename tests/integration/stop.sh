#!/bin/bash
# A stop: its signal, its patience, its end; and nobody else is touched.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

org_begin
cat >> "$work/reeve.ini" <<-INI
[service:polite]
command = sh -c "trap 'echo bye > $work/polite; exit 0' USR1; touch $work/ready-polite; while :; do sleep 0.05; done"
stopsignal = USR1
startsecs = 0
stdout_logfile = none
[service:deaf]
command = sh -c "trap '' TERM; touch $work/ready-deaf; while :; do sleep 0.05; done"
stopwaitsecs = 300ms
startsecs = 0
stdout_logfile = none
[service:family]
command = sh -c "trap '' TERM; sleep 300 & echo \$! > $work/grandchild; wait; sleep 300"
stopwaitsecs = 300ms
startsecs = 0
stdout_logfile = none
[service:frozen]
command = sleep 300
startsecs = 0
stdout_logfile = none
[service:bystander]
command = sleep 300
startsecs = 0
stdout_logfile = none
INI
org_start
for name in polite deaf family frozen bystander; do until_state "default:$name" running; done
bystander=$(pid_of default:bystander)
until_ok 5 test -e "$work/ready-polite"
until_ok 5 test -e "$work/ready-deaf"
until_ok 5 test -s "$work/grandchild"

note "stopsignal reaches it, and it may end in its own way"
equal "stop polite" "$(exit_of reevectl stop default:polite)" 0
equal "its last word" "$(cat "$work/polite")" bye
equal "polite" "$(state_of default:polite)" stopped

note "who does not listen is killed after stopwaitsecs"
equal "stop deaf" "$(exit_of reevectl stop default:deaf)" 0
equal "deaf" "$(state_of default:deaf)" stopped
contains "how it ended" "$(reevectl --json status default:deaf)" '"exit": "signal KILL"'

note "its whole group goes with it"
equal "stop family" "$(exit_of reevectl stop default:family)" 0
until_ok 5 gone "$(cat "$work/grandchild")"

note "a frozen one is thawed so that it can end"
kill -STOP "$(pid_of default:frozen)"
equal "stop frozen" "$(exit_of reevectl stop default:frozen)" 0
contains "by SIGTERM, not by force" "$(reevectl --json status default:frozen)" '"exit": "signal TERM"'

note "nobody else was touched"
equal "bystander" "$(pid_of default:bystander)" "$bystander"
equal "bystander's state" "$(state_of default:bystander)" running

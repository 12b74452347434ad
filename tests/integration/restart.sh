#!/bin/bash
# What happens after an exit: autorestart, exitcodes, backoff, startretries, and a clean slate by hand.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

echo "date +%s%N >> $work/crashes; exit 9" > "$work/crash"
org_begin
cat >> "$work/reeve.ini" <<-INI
[service:crasher]
command = sh $work/crash
backoff = 200ms
backoff_max = 800ms
stdout_logfile = none
[service:always]
command = sh -c "echo x >> $work/always; exit 0"
autorestart = always
backoff = 50ms
stdout_logfile = none
[service:accepted]
command = sh -c "exit 7"
exitcodes = 0, 7
stdout_logfile = none
[service:never]
command = sh -c "exit 1"
autorestart = never
stdout_logfile = none
[service:limited]
command = sh -c "echo x >> $work/limited; exit 1"
startretries = 2
backoff = 20ms
stdout_logfile = none
[service:missing]
command = /no/such/program
stdout_logfile = none
[service:victim]
command = sleep 300
startsecs = 50ms
backoff = 50ms
stdout_logfile = none
INI
org_start

lines() { [ "$(wc -l < "$1")" -ge "$2" ]; }

note "an expected status is an end, an unexpected one is not"
until_state default:accepted exited
until_state default:never exited

note "what cannot start for good is dead at once, with the reason"
until_state default:missing dead
contains "the reason" "$(reevectl status default:missing)" /no/such/program

note "startretries: three tries in all, then dead"
until_state default:limited dead
equal "tries" "$(wc -l < "$work/limited")" 3

note "the pauses grow, up to their cap"
until_ok 15 lines "$work/crashes" 5
mapfile -t at < "$work/crashes"
pause() { echo $(( (at[$2] - at[$1]) / 1000000 )); }
[ "$(pause 0 1)" -ge 180 ] || fail "the first pause took $(pause 0 1) ms, not 200"
[ "$(pause 1 2)" -ge 360 ] || fail "the second pause took $(pause 1 2) ms, not 400"
[ "$(pause 2 3)" -ge 720 ] || fail "the third pause took $(pause 2 3) ms, not 800"
[ "$(pause 3 4)" -ge 720 ] || fail "the fourth pause took $(pause 3 4) ms, not 800"

note "autorestart = always takes a clean exit for a reason, too"
until_ok 10 lines "$work/always" 3

note "killed from outside: back with a new process"
until_state default:victim running
old=$(pid_of default:victim)
kill -KILL "$old"
is_new() { local pid; pid=$(pid_of default:victim); [ "$pid" != 0 ] && [ "$pid" != "$old" ] && is_state default:victim running; }
until_ok 10 is_new
contains "counted" "$(reevectl --json status default:victim)" '"restarts": 1'

note "a start by hand gives a dead one a clean slate"
equal "start limited" "$(exit_of reevectl start default:limited)" 1
until_state default:limited dead
equal "tries again" "$(wc -l < "$work/limited")" 6

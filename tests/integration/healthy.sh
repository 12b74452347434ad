#!/bin/bash
# reevectl healthy: what a probe asks every few seconds.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
need python3
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

note "no reeve: neither healthy nor unhealthy"
equal "nobody there" "$(exit_of reevectl healthy)" 4

org_begin
cat >> "$work/reeve.ini" <<-INI
[service:web]
command = sleep 300
startsecs = 0
stdout_logfile = none
[service:once]
command = true
autorestart = on-failure
stdout_logfile = none
[service:later]
command = sleep 300
autostart = no
startsecs = 0
stdout_logfile = none
INI
org_start
until_state default:web running
until_state default:once exited

note "everybody who should run does; who ended in order or was never wanted is no failure"
equal "healthy" "$(exit_of reevectl healthy)" 0
equal "nothing to say" "$(cat "$work/out")" ""
equal "one by name" "$(exit_of reevectl healthy default:web)" 0

note "who is named has to run"
equal "ended" "$(exit_of reevectl healthy default:once)" 1
equal "who and why" "$(cat "$work/out")" "default:once is exited: status 0"
equal "not wanted" "$(exit_of reevectl healthy default:web default:later)" 1
equal "who" "$(cat "$work/out")" "default:later is stopped"
equal "nobody's name" "$(exit_of reevectl healthy default:nobody)" 4

note "one that is down"
cat >> "$work/reeve.ini" <<-INI
[service:broken]
command = sh -c "exit 3"
autorestart = always
backoff = 30s
INI
reevectl reload > /dev/null
until_state default:broken backoff
equal "unhealthy" "$(exit_of reevectl healthy)" 1
contains "who and why" "$(cat "$work/out")" "default:broken is backoff: ended with status 3"
equal "the others by name" "$(exit_of reevectl healthy default:web)" 0
equal "for a program" "$(exit_of reevectl --json healthy)" 1
equal "as JSON" "$(python3 -c '
import json, sys
print(json.load(open(sys.argv[1]))["exit_code"])' "$work/out")" 1

note "a reeve that does not answer"
kill -STOP "$org_pid"
equal "stopped" "$(exit_of reevectl healthy)" 4
contains "why" "$(cat "$work/out")" "does not answer"
kill -CONT "$org_pid"
until_ok 5 reevectl healthy default:web

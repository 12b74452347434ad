#!/bin/bash
# Helpers are stopped and killed at random while children crash and restart: nothing waits for good, nobody is lost.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"
need pgrep pkill

helpers() { pgrep -P "$org_pid" -x "$1" || true; }
in_state() { [ "$(ps -o stat= -p "$1" | cut -c1)" = "$2" ]; }
not_in_state() { ! in_state "$@"; }
said() { [ "$(grep -c -- "$1" "$work/log")" -ge "$2" ]; }

note "one that was stopped is seen, said, and goes on"
org_begin
cat >> "$work/reeve.ini" <<-INI
[service:web]
command = sh -c "echo words; exec sleep 300"
startsecs = 0
stdout_logfile = $work/web.log
INI
org_start
until_state default:web running
for helper in reeve-launch reeve-log; do
	pid=$(helpers "$helper")
	kill -STOP "$pid"
	until_ok 5 said "$helper was-stopped" 1
	until_ok 5 not_in_state "$pid" T
	equal "$helper is the same" "$(helpers "$helper")" "$pid"
done
equal "a restart" "$(exit_of reevectl restart default:web)" 0

note "a program that was stopped is let alone: whoever did it has a reason"
web=$(pid_of default:web)
kill -STOP "$web"
until_ok 5 in_state "$web" T
until_ok 5 reevectl version
in_state "$web" T || fail "reeve let it go on"
equal "a restart of one that is stopped" "$(exit_of reevectl restart default:web)" 0

note "without reeve-launch a child that waits says why"
mkdir "$work/helpers"
cp -P "$REEVE_HELPER_DIR"/* "$work/helpers/"
org_stop
sed -i "s|^\[reeve\]|&\nhelper_dir = $work/helpers|" "$work/reeve.ini"
org_start
until_state default:web running
rm "$work/helpers/reeve-launch"
kill -KILL "$(helpers reeve-launch)"
reevectl restart default:web > "$work/restart" 2>&1 &
says_why() { reevectl status default:web | grep -q 'reeve-launch cannot be started: No such file'; }
until_ok 10 says_why
equal "it is not healthy, and says why" "$(exit_of reevectl healthy default:web)" 1
contains "why" "$(cat "$work/out")" "reeve-launch cannot be started"
cp -P "$REEVE_HELPER_DIR/reeve-launch" "$work/helpers/"
until_state default:web running 30
wait $!
org_stop

note "the storm"
org_begin
cat >> "$work/reeve.ini" <<-INI
restart_rate = 1000
[service:crash]
command = sh -c "echo \$\$ lives; sleep 0.\$((\$\$ %% 5 + 1)); exit 1"
numprocs = 20
startsecs = 0
backoff = 20ms
backoff_max = 200ms
stdout_logfile = $work/crash-%(process_num)02d.log
INI
org_start
# Everybody whose program is reeve's and is not reeve itself: helpers, and processes of orders on their way.
RANDOM=4711
for round in $(seq 60); do
	case $((RANDOM % 3)) in 0) who=reeve-launch ;; 1) who=reeve-log ;; *) who=reeve-store ;; esac
	case $((RANDOM % 5)) in 0) how=KILL ;; *) how=STOP ;; esac
	for pid in $(helpers "$who"); do kill "-$how" "$pid" 2>/dev/null || true; done
	if [ $((round % 10)) -eq 0 ]; then until_ok 30 reevectl reload; fi
	seen=$(grep -c ' starting ' "$work/log")
	until_ok 30 said ' starting ' $((seen + 1)) # the work goes on before the next blow
done

note "afterwards everything converges"
sed -i 's/^command = .*/command = sleep 300/' "$work/reeve.ini"
until_ok 30 reevectl reload
until_ok 60 reevectl healthy
equal "children" "$(reevectl status | grep -c ' running ')" 20
none_stopped() { ! ps -o stat= --ppid "$org_pid" | grep -q '^T'; }
until_ok 10 none_stopped
programs() { pgrep -P "$org_pid" -x sleep | wc -l; }
equal "one program each, and none left over" "$(programs)" 20
no_zombies() { ! ps -o stat= --ppid "$org_pid" | grep -q '^Z'; }
until_ok 10 no_zombies
! grep -qi ' bug ' "$work/log" || fail "a bug was met: $(grep -i ' bug ' "$work/log" | head -3)"
equal "bugs" "$(reevectl --json version | grep -c '"bugs": 0')" 1
kill -TERM "$org_pid"
got=0; wait "$org_pid" || got=$?; org_pid=
equal "the end" "$got" 0

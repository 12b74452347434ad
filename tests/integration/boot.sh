#!/bin/bash
# reeve as process 1 of a PID namespace: it boots, buries orphans, survives a bad configuration, ends when told.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

need unshare pgrep
as_init=(unshare --pid --fork --mount-proc --kill-child)
if [ "$(id -u)" -ne 0 ]; then as_init=(unshare --user --map-root-user --pid --fork --mount-proc --kill-child); fi
"${as_init[@]}" true 2>/dev/null || skip "PID namespaces are refused here"

# The number, as the world outside sees it, of the process 1 inside.
init_pid() { pgrep -P "$org_pid" -x reeve; }

org_begin
cat >> "$work/reeve.ini" <<-INI
[service:web]
command = sleep 300
startsecs = 0
stdout_logfile = none
[service:litter]
command = sh -c "for i in 1 2 3 4 5 6 7 8; do (setsid sh -c 'exit 3' &) ; done; touch $work/littered; exec sleep 300"
startsecs = 0
stdout_logfile = none
INI

note "boot: everybody runs, and whoever is left alone is buried"
org_start "${as_init[@]}"
until_state default:web running
until_ok 10 test -e "$work/littered"
init=$(init_pid)
no_zombies() { ! ps -o stat= --ppid "$init" | grep -q '^Z'; }
until_ok 10 no_zombies

note "signals without a meaning do nothing"
for signal in ALRM VTALRM PROF WINCH IO; do kill "-$signal" "$init"; done
equal "web after them" "$(state_of default:web)" running

note "a reload with a mistake changes nothing and ends nothing"
cp "$work/reeve.ini" "$work/good.ini"
echo 'nonsense = 1' >> "$work/reeve.ini"
equal "reload" "$(exit_of reevectl reload)" 1
equal "web after the bad reload" "$(state_of default:web)" running
cp "$work/good.ini" "$work/reeve.ini"

note "SIGTERM: an orderly end, exit status 0"
kill -TERM "$init"
got=0; wait "$org_pid" || got=$?
org_pid=
equal "exit status" "$got" 0

note "as process 1 it lives on without any configuration"
rm "$work/reeve.ini"
"${as_init[@]}" reeve -c "$work/reeve.ini" > "$work/log2" 2>&1 &
org_pid=$!
mine "$org_pid"
says_so() { grep -q config-error "$work/log2" && init_pid; }
until_ok 10 says_so
kill -TERM "$(init_pid)"
got=0; wait "$org_pid" || got=$?
org_pid=
equal "exit status without a configuration" "$got" 0

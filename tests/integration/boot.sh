#!/bin/bash
# reeve as process 1 of a PID namespace: it boots, buries orphans, ends as told and with the status that says why.
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

note "a configuration that is no use ends it: 70, and the mistakes on standard error"
cp "$work/reeve.ini" "$work/good.ini"
rm "$work/reeve.ini"
equal "no file" "$(exit_of "${as_init[@]}" reeve -c "$work/reeve.ini")" 70
contains "the mistake" "$(cat "$work/out")" config-error
printf '[service:x]\ncomand = true\n' > "$work/reeve.ini"
equal "nobody to run" "$(exit_of "${as_init[@]}" reeve -c "$work/reeve.ini")" 70
contains "the mistake" "$(cat "$work/out")" "did you mean command"
printf '[service:x]\ncommand = true\n' > "$work/reeve.ini"
equal "exit_code_from is somebody" \
	"$(exit_of "${as_init[@]}" sh -c "printf '[reeve]\nexit_code_from = default:y\n' >> $work/reeve.ini; exec reeve -c $work/reeve.ini")" 70

note "a critical child's end is that of the container"
cat > "$work/reeve.ini" <<-INI
[reeve]
socket = $work/reeve.sock
state_dir = $work/state
store = $work/store
[service:main]
command = sh -c "exit 12"
autorestart = never
critical = yes
[service:other]
command = sleep 300
INI
equal "its status" "$(exit_of "${as_init[@]}" reeve -c "$work/reeve.ini")" 12

deaf() {
	cat > "$work/reeve.ini" <<-INI
	[reeve]
	socket = $work/reeve.sock
	state_dir = $work/state
	store = $work/store
	[service:deaf]
	command = sh -c "trap '' TERM; touch $work/deaf; while :; do sleep 0.05; done"
	stopwaitsecs = 60s
	startsecs = 0
	INI
	rm -f "$work/deaf"
	org_start "${as_init[@]}"
	until_ok 10 test -e "$work/deaf"
}
ended() {
	local got=0
	until_ok 20 gone "$org_pid"
	wait "$org_pid" || got=$?
	org_pid=
	equal "$1: exit status" "$got" 0
}

note "SIGTERM twice: now"
deaf
before=$SECONDS
kill -TERM "$(init_pid)"
stopping() { grep -q 'deaf stopping' "$work/log"; }
until_ok 5 stopping
kill -TERM "$(init_pid)"
ended "TERM twice"
[ $((SECONDS - before)) -le 5 ] || fail "it took $((SECONDS - before)) s"

note "as process 1 it is through before the 10 s are over that a container is given"
deaf
before=$SECONDS
kill -TERM "$(init_pid)"
ended "TERM"
[ $((SECONDS - before)) -ge 7 ] || fail "the child had $((SECONDS - before)) s only"
[ $((SECONDS - before)) -le 9 ] || fail "it took $((SECONDS - before)) s"

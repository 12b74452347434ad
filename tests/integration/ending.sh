#!/bin/bash
# What ends reeve, and with which status: critical children, exit_code_from, a configuration that is no use.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

# config: its input behind [reeve], and a bystander who would stay for ever.
config() {
	org_begin
	cat >> "$work/reeve.ini"
	printf '[service:bystander]\ncommand = sleep 300\nstdout_logfile = none\n' >> "$work/reeve.ini"
}
main_service() { # COMMAND SETTING...
	printf '[service:main]\nbackoff = 10ms\nstdout_logfile = none\ncommand = %s\n' "$1"; shift
	[ $# -eq 0 ] || printf '%s\n' "$@"
}
# ends STATUS WHAT: reeve ends by itself with that.
ends() {
	local got=0
	timeout 30 reeve -c "$work/reeve.ini" > "$work/log" 2>&1 || got=$?
	[ "$got" = "$1" ] || cat "$work/log"
	equal "$2" "$got" "$1"
}

note "critical: its end is reeve's, however it came"
main_service 'sh -c "exit 7"' 'critical = yes' 'startretries = 2' 'startsecs = 1' | config
ends 7 "given up after retries"
main_service 'sh -c "exit 7"' 'critical = yes' 'autorestart = never' | config
ends 7 "never started again"
main_service 'sh -c "exit 0"' 'critical = yes' 'autorestart = on-failure' | config
ends 0 "done well"
main_service 'sh -c "exit 3"' 'critical = yes' 'autorestart = on-failure' 'exitcodes = 0, 3' | config
ends 3 "done well, and it says 3"
main_service "sh -c 'kill -SEGV \$\$'" 'critical = yes' 'autorestart = never' | config
ends 139 "ended by a signal"
main_service 'sh -c "exit 0"' 'critical = yes' 'autorestart = always' 'startretries = 1' 'startsecs = 5' | config
ends 71 "given up, though its own status was 0"
main_service '/no/such/program' 'critical = yes' | config
ends 71 "never came to run"
contains "who it was" "$(cat "$work/log")" "default:main ends-reeve exit_code=71"

note "critical: a bundle that cannot be trusted any more is 72"
mkdir -p "$work/tree/bin"
printf '#!/bin/sh\nexec sleep 300\n' > "$work/tree/bin/web"
chmod 755 "$work/tree/bin/web"
reeve-bundle keygen --public "$work/main.pub" --secret "$work/main.key" > /dev/null
reeve-bundle pack "$work/tree" --name acme/web --version 1 --seq 1 --platform any -o "$work/packed" > /dev/null
reeve-bundle publish "$work/packed" "$work/registry" --key "$work/main.key" > /dev/null
{
	printf '[registry:main]\nurl = file://%s\nkey = %s\n' "$work/registry" "$work/main.pub"
	printf '[bundle:acme/web]\nregistry = main\n'
	printf '[service:main]\nbundle = acme/web\ncommand = bin/web\nstartsecs = 0\ncritical = yes\nstdout_logfile = none\n'
} | config
org_start
until_state default:main running 20
org_stop
rm -r "$work/registry"
web=$(find "$work/store/trees" -path '*/bin/web')
chmod u+w "$web"
echo '# not what was signed' >> "$web"
ends 72 "damaged, and its registry is gone"

note "what a person did is no end"
main_service 'sleep 300' 'critical = yes' | config
org_start
until_state default:main running
reevectl restart default:main > /dev/null
reevectl stop default:main > /dev/null
until_ok 5 org_answers
sed -i '/service:main/,/command/d; /critical/d' "$work/reeve.ini"
reevectl reload > /dev/null
until_ok 5 org_answers
kill -TERM "$org_pid"
got=0; wait "$org_pid" || got=$?; org_pid=
equal "asked to stop" "$got" 0

note "exit_code_from: as with critical, and after a stop as well"
{ echo 'exit_code_from = default:main'; main_service 'sh -c "exit 9"' 'autorestart = never'; } | config
ends 9 "its end"
{ echo 'exit_code_from = default:main'; main_service "sh -c \"trap 'exit 5' TERM; touch $work/ready; while :; do sleep 0.05; done\""; } | config
org_start
until_ok 10 test -e "$work/ready"
kill -TERM "$org_pid"
got=0; wait "$org_pid" || got=$?; org_pid=
equal "its status after a stop" "$got" 5
{ echo 'exit_code_from = default:main'; main_service "sh -c \"touch $work/up; exec sleep 300\""
  printf '[service:other]\ncommand = sh -c "until test -e %s/up; do sleep 0.02; done; exit 6"\ncritical = yes\nautorestart = never\n' "$work"; } | config
ends 143 "a critical one ended the run, exit_code_from says the status"

note "a configuration that is no use: 70, with the mistakes"
echo 'exit_code_from = main' | config
ends 70 "exit_code_from names nobody"
contains "the mistake" "$(cat "$work/log")" "exit_code_from = main: there is no such child"
main_service 'sleep 300' | config
sed -i 's/^\[reeve\]/&\nexit_code_from = main/' "$work/reeve.ini"
equal "--check-config" "$(exit_of reeve -c "$work/reeve.ini" --check-config)" 1
contains "what was meant" "$(cat "$work/out")" "did you mean default:main"
main_service 'sleep 300' 'critical = yes' 'stopwaitsec = 5' | config
ends 70 "a critical one has a mistake, the bystander none"
contains "which" "$(cat "$work/log")" 'service:main critical-left-out'
main_service 'sleep 300' 'critical = yse' | config
ends 70 "whether it is critical has a mistake"
rm "$work/reeve.ini"
ends 70 "no file"
printf '[service:x]\ncomand = true\n' > "$work/reeve.ini"
ends 70 "nobody left to run"

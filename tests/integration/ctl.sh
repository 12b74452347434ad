#!/bin/bash
# reevectl against a real reeve: what one sees, what one gets told, what it exits with.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

note "without reeve: one line that says what, where and what to do"
equal "exit without reeve" "$(exit_of reevectl status)" 4
equal "one line" "$(wc -l < "$work/out")" 1
contains "what to do" "$(cat "$work/out")" "Start reeve, or name its socket with -s PATH"
equal "exit without reeve, JSON" "$(exit_of reevectl --json status)" 4
contains "the JSON says so, too" "$(cat "$work/out")" '"code": "not_running"'

org_begin
cat >> "$work/reeve.ini" <<-INI
[workspace:acme]
[workspace:globex]
[service:steady]
command = sleep 120
workspaces = acme, globex
startsecs = 50ms
[service:lazy]
command = sleep 120
workspaces = globex
autostart = no
startsecs = 50ms
[service:broken]
command = /there/is/no/such/program
workspaces = acme
[service:oneshot]
command = true
workspaces = acme
autostart = no
autorestart = never
startsecs = 0
[service:crasher]
command = false
workspaces = acme
autostart = no
startsecs = 5
[service:talker]
command = sh -c 'echo out of talker; echo err of talker >&2; exec sleep 120'
workspaces = acme
startsecs = 50ms
INI
org_start
until_state acme:steady running
until_state globex:steady running
until_state acme:broken dead

note "status: 0 all run, 3 some do not, 4 no such name"
equal "all of them run" "$(exit_of reevectl status acme:steady globex:steady)" 0
equal "some do not" "$(exit_of reevectl status)" 3
contains "a dead one says why" "$(cat "$work/out")" "/there/is/no/such/program: No such file or directory"
contains "and what to do" "$(cat "$work/out")" "to do: "
equal "no such name" "$(exit_of reevectl status acme:nosuch)" 4
equal "no such workspace" "$(exit_of reevectl status 'nosuch:*')" 4
equal "names and patterns" "$(reevectl status 'globex:*' | awk '{ print $1 }' | tr '\n' ' ')" "globex:lazy globex:steady "

contains "one that nobody started says so" "$(reevectl status globex:lazy)" "stopped   not started"

note "start, stop, restart answer when the child is there"
equal "start" "$(reevectl start globex:lazy)" "globex:lazy: started"
equal "it runs" "$(state_of globex:lazy)" running
equal "start again" "$(reevectl start globex:lazy)" "globex:lazy: already-running"
before=$(pid_of globex:lazy)
equal "restart" "$(reevectl restart globex:lazy)" "globex:lazy: restarted"
[ "$(pid_of globex:lazy)" != "$before" ] || fail "restart kept the process"
equal "stop" "$(reevectl stop globex:lazy)" "globex:lazy: stopped"
equal "it is down" "$(state_of globex:lazy)" stopped
equal "stop again" "$(reevectl stop globex:lazy)" "globex:lazy: already-stopped"
equal "restart starts what is stopped" "$(reevectl restart globex:lazy)" "globex:lazy: started"
equal "a oneshot runs to its end" "$(exit_of reevectl start acme:oneshot)" 0

note "what fails says so, and the others go on"
equal "partial" "$(exit_of reevectl start acme:crasher globex:lazy)" 1
contains "the one that runs" "$(cat "$work/out")" "globex:lazy: already-running"
contains "the one that fails" "$(cat "$work/out")" "acme:crasher: ERROR (backoff: "
equal "a stop ends its tries" "$(reevectl stop acme:crasher)" "acme:crasher: stopped"
equal "refused as a whole" "$(exit_of reevectl stop acme:steady acme:nosuch)" 4
equal "and nothing was touched" "$(state_of acme:steady)" running

note "signal"
equal "signal" "$(reevectl signal SIGCONT acme:steady)" "acme:steady: signalled"
equal "no process" "$(exit_of reevectl signal HUP acme:crasher)" 1
equal "no signal" "$(exit_of reevectl signal NOPE acme:steady)" 2

note "check starts nothing and exits with 1 when there is a problem"
equal "check of a sound one" "$(exit_of reevectl check acme:steady)" 0
equal "check" "$(exit_of reevectl check)" 1
contains "the problem" "$(cat "$work/out")" "acme:broken: "
equal "nothing was started" "$(state_of acme:oneshot)" exited

note "JSON: one document for every command, whatever became of it"
if command -v jq >/dev/null; then
	equal "states" "$(reevectl --json status | jq -r '.children[] | select(.name == "acme:broken").state')" dead
	equal "problems" "$(reevectl --json status acme:broken | jq -r '.problems[0].problem.class')" host
	equal "exit code" "$(reevectl --json status | jq .exit_code)" 3
	equal "outcome" "$(reevectl --json stop globex:lazy | jq -c '.outcomes[0] | [.name, .ok]')" '["globex:lazy",true]'
	equal "error" "$(reevectl --json status nosuch:x | jq -r .error.code)" no_such_child
	equal "version" "$(reevectl --json version | jq -r .reeve.pid)" "$org_pid"
fi

note "usage: 2, and the nearest command"
equal "unknown command" "$(exit_of reevectl statsu)" 2
contains "the nearest" "$(cat "$work/out")" "did you mean status?"
equal "missing words" "$(exit_of reevectl start)" 2
equal "an option of others" "$(exit_of reevectl status --full)" 2
for command in $(reevectl help | awk '/^  [a-z-]+ +/ && NF > 2 && $1 != "reevectl" { print $1 }'); do
	contains "help $command has examples" "$(reevectl help "$command")" "examples:"
	grep -qw -- "$command" "$top_srcdir/contrib/completion/reevectl.bash" || fail "bash does not complete $command"
	grep -q -- "'*\"*$command:" "$top_srcdir/contrib/completion/_reevectl" || fail "zsh does not complete $command"
	grep -q "^\.It Cm $command" "$top_srcdir/man/reevectl.1" || fail "reevectl(1) does not name $command"
done

note "events: every move of those asked for, numbered"
reevectl --json events acme:steady > "$work/events" &
events=$!
mine $events
equal "the first event waits for the follower" "$(reevectl signal CONT acme:steady)" "acme:steady: signalled"
moved() { reevectl restart acme:steady globex:steady && grep -q '"event":"running"' "$work/events"; }
until_ok 10 moved
if grep -q 'globex:steady' "$work/events"; then fail "events of another child"; fi
if grep -qE '"(event|subject|level)":""|\(null\)' "$work/events"; then fail "an empty word in an event"; fi
kill $events

note "tail and log: the child's own bytes"
equal "tail" "$(reevectl tail -n 1 acme:talker | wc -l)" 1
contains "log" "$(reevectl log acme:talker)" "out of talker"
contains "both streams, unless they are kept apart" "$(reevectl tail acme:talker)" "err of talker"
equal "of several, each line behind its name" "$(reevectl tail acme:talker acme:steady | grep -c '^acme:talker | ')" 2
equal "of nobody" "$(exit_of reevectl tail acme:nosuch)" 4
reevectl tail -f acme:talker > "$work/followed" &
follower=$!
mine $follower
until_ok 10 grep -q "out of talker" "$work/followed"
equal "restart" "$(reevectl restart acme:talker)" "acme:talker: restarted"
twice() { [ "$(grep -c "out of talker" "$work/followed")" = 2 ]; }
until_ok 10 twice
kill $follower

note "status of one that is down shows what it said last, and waits for nobody over it"
cat >> "$work/reeve.ini" <<-'INI'
[service:sorry]
command = sh -c 'seq 1 20; printf "cannot go on\tand \\033[31m \\377 stop\n" >&2; exit 3'
workspaces = acme
autorestart = never
startsecs = 0
autostart = no
INI
equal "reload" "$(exit_of reevectl reload)" 0
equal "it runs to its end" "$(exit_of reevectl start acme:sorry)" 0
until_state acme:sorry exited
shows_end() { reevectl status acme:sorry | grep -qF 'cannot go on'; }
until_ok 10 shows_end
equal "its last lines" "$(reevectl status acme:sorry | sed -n '2,$p')" '    | 17
    | 18
    | 19
    | 20
    | cannot go on    and \x1b[31m \xff stop'
equal "not in the list of all" "$(reevectl status | grep -c 'cannot go on' || true)" 0
if command -v jq >/dev/null; then
	equal "JSON" "$(reevectl --json status acme:sorry | jq -c '.children[0].last_lines[3:]')" \
		'["20","cannot go on\\x09and \\x1b[31m \\xff stop"]'
	equal "JSON of one that runs" "$(reevectl --json status acme:steady | jq '.children[0].last_lines')" null
fi
pkill -STOP -P "$org_pid" -f reeve-log
contains "reeve-log hangs, status does not" "$(reevectl status acme:sorry)" "acme:sorry   exited"
pkill -CONT -P "$org_pid" -f reeve-log

note "reload: what changed is told, the rest is untouched"
before=$(pid_of acme:steady)
sed -i 's/^command = true$/command = true again/' "$work/reeve.ini"
equal "reload" "$(exit_of reevectl reload)" 0
contains "the change" "$(cat "$work/out")" "acme:oneshot: changed"
equal "the others run on" "$(pid_of acme:steady)" "$before"
echo 'nonsense = yes' >> "$work/reeve.ini"
equal "a reload with an error" "$(exit_of reevectl reload)" 1
contains "says where" "$(cat "$work/out")" "reeve.ini:"
equal "changes nothing" "$(pid_of acme:steady)" "$before"

note "shutdown"
equal "shutdown" "$(exit_of reevectl shutdown)" 0
until_ok 20 gone "$org_pid"
[ ! -e "$work/reeve.sock" ] || fail "the socket is left over"

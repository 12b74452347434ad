#!/bin/bash
# No process to be had (fork(2), EAGAIN): whoever needs one waits for it and says why, everybody else goes on.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/org.sh"

# A folder where the pids controller is, of either version.
room=
while read -r folder; do
	mkdir "$folder/reeve-test-$$" 2>/dev/null || continue
	if [ -e "$folder/reeve-test-$$/pids.max" ]; then room=$folder/reeve-test-$$; break; fi
	rmdir "$folder/reeve-test-$$"
done < <(awk '$3 == "cgroup2" || ($3 == "cgroup" && $4 ~ /pids/) { print $2 }' /proc/mounts)
[ -n "$room" ] || skip "no pids controller that could be used here"
empty() { ! grep -q . "$room/cgroup.procs"; }
leave() {
	local got=$?
	( org_stop ) || true
	until_ok 10 empty
	rmdir "$room"
	( exit "$got" ) || org_tidy
	org_tidy
}
trap leave EXIT

org_begin
cat >> "$work/reeve.ini" <<-INI
[service:victim]
command = sleep 1000
startsecs = 0
backoff = 100ms
backoff_max = 200ms
[service:talker]
command = sh -c 'while read -r line; do echo "heard \$line"; done < $work/fifo'
stdout_logfile = $work/talker.log
[service:later]
command = sleep 1000
autostart = no
[service:stopper]
command = sleep 1000
INI
mkfifo "$work/fifo"
exec {talk}<> "$work/fifo"
org_start sh -c 'echo $$ > "$0/cgroup.procs"; exec "$@"' "$room"
for name in victim talker stopper; do until_state "default:$name" running; done

note "the room is full: a child that ends waits in backoff, with the reason"
echo 1 > "$room/pids.max"
before=$(pid_of default:victim)
talker=$(pid_of default:talker)
kill -KILL "$before"
until_state default:victim backoff
says() { reevectl status default:victim | grep -qi "fork.*Resource temporarily unavailable"; }
until_ok 10 says

note "who is asked to start meanwhile fails in the same way, and the request is answered"
timeout 20 reevectl start default:later > "$work/start" 2>&1 || true
until_state default:later backoff

note "everything else goes on: output, status, stop"
echo one >&"$talk"
until_ok 10 grep -q "heard one" "$work/talker.log"
timeout 20 reevectl stop default:stopper > "$work/stop" 2>&1
equal stopped "$(state_of default:stopper)" stopped
equal talker "$(pid_of default:talker)" "$talker"

note "a helper that dies now comes back when there is room"
for helper in reeve-log reeve-launch; do
	dies=$(pgrep -P "$org_pid" -x "$helper")
	kill -KILL "$dies"
	until_ok 10 gone "$dies"
done
timeout 20 reevectl version > /dev/null
echo two >&"$talk"

note "room again: everybody is there, nothing was lost"
echo max > "$room/pids.max"
until_state default:victim running
until_state default:later running
until_ok 20 grep -q "heard two" "$work/talker.log"
equal talker "$(pid_of default:talker)" "$talker"
[ "$(pid_of default:victim)" != "$before" ] || fail "the victim was not replaced"

if [ -z "${SANITIZE:-}" ]; then # a leak checker wants a process of its own, at the end
	note "full again, and reeve goes all the same"
	echo 1 > "$room/pids.max"
fi
org_stop

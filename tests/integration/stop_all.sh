#!/bin/bash
# A stop ends everything that a child started: by control groups, and without them by process groups and a
# sweep. As root or as whoever runs this.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

knobs=$top_builddir/tests/helpers/knobs
wild="ignore=TERM descendants=3 setsid twice"

# ready FILE N: so many starts of it have said that they are ready.
ready() { [ "$(grep -c ^ready "$1" 2>/dev/null)" -ge "$2" ]; }

# numbers FILE: of everybody who said something there.
numbers() { awk '/^(ready|descendant)/ { print $2 }' "$1"; }

# all_gone FILE: nobody of them lives; who is dead and not waited for is gone.
all_gone() {
	local pid
	for pid in $(numbers "$1"); do
		! grep -qs '^State:[[:space:]][^ZX]' "/proc/$pid/status" || return 1
	done
}

# alive FILE: how many of them live.
alive() {
	local pid n=0
	for pid in $(numbers "$1"); do
		! grep -qs '^State:[[:space:]][^ZX]' "/proc/$pid/status" || n=$((n + 1))
	done
	echo $n
}

folder_of_reeve() { sed -n 's/^.*folder=\([^ "]*\).*/\1/p' "$work/log" | tail -n 1; }

begin() {
	rm -f "$work"/*.events
	org_begin
	cat >> "$work/reeve.ini" <<-INI
	cgroup = $1
	shutdown_timeout = 1s
	[service:wild]
	command = $knobs say=$work/wild.events $wild
	stopwaitsecs = 300ms
	startsecs = 0
	stdout_logfile = none
	[service:crashes]
	command = $knobs say=$work/crashes.events $wild
	backoff = 100ms
	startsecs = 0
	stdout_logfile = none
	[service:daemon]
	command = $knobs say=$work/daemon.events ignore=TERM daemon descendants=2
	autorestart = never
	startsecs = 0
	stdout_logfile = none
	[service:polite]
	command = $knobs say=$work/polite.events trap=TERM descendants=2
	stopwaitsecs = 60s
	startsecs = 0
	stdout_logfile = none
	[service:orphan]
	command = $knobs say=$work/orphan.events trap=TERM descendants=2 setsid
	stopwaitsecs = $2
	startsecs = 0
	stdout_logfile = none
	[service:scrubbed]
	command = $knobs say=$work/scrubbed.events $wild scrub
	stopwaitsecs = 300ms
	startsecs = 0
	stdout_logfile = none
	[service:restless]
	command = $knobs say=$work/restless.events hold=$work/restless.lock ignore=TERM descendants=4 setsid restless
	autostart = no
	stopwaitsecs = 300ms
	startsecs = 0
	stdout_logfile = none
	[service:traced]
	command = $knobs say=$work/traced.events ignore=TERM descendants=1 setsid traced
	autostart = no
	stopwaitsecs = 300ms
	startsecs = 0
	stdout_logfile = none
	[service:bystander]
	command = $knobs say=$work/bystander.events $wild
	stopwaitsecs = 300ms
	startsecs = 0
	stdout_logfile = none
	INI
	org_start
	for name in wild crashes polite orphan scrubbed bystander; do until_ok 10 ready "$work/$name.events" 1; done
}

# stop_quickly NAME: within its stopwaitsecs of 300 ms and two seconds.
stop_quickly() {
	local before
	before=$(date +%s%N)
	equal "stop of $1" "$(exit_of reevectl stop "default:$1")" 0
	[ $((($(date +%s%N) - before) / 1000000)) -lt 2300 ] || fail "the stop of $1 took too long"
	all_gone "$work/$1.events" || fail "somebody of $1 survived"
}

stories() {
	note "$1: what forks twice, leads a session and ignores TERM is gone within stopwaitsecs and 2 s"
	stop_quickly wild
	equal "its state" "$(state_of default:wild)" stopped

	note "$1: what a crash left is gone before the next start"
	kill -KILL "$(pid_of default:crashes)"
	until_ok 10 ready "$work/crashes.events" 2
	equal "one start's processes live" "$(alive "$work/crashes.events")" 4

	note "$1: what a daemon left when it went is killed"
	until_state default:daemon exited
	all_gone "$work/daemon.events" || fail "the daemon lives on"

	note "$1: a group is asked, and may take its time"
	equal "stop" "$(exit_of reevectl stop default:polite)" 0
	equal "each was asked once" "$(grep -c '^signal TERM' "$work/polite.events")" 3

	note "$1: who was not in the group"
	equal "stop" "$(exit_of reevectl stop default:orphan)" 0
	all_gone "$work/orphan.events" || fail "an orphan survived"
	equal "asked" "$(grep -c '^signal TERM' "$work/orphan.events")" "$2"

	note "$1: who forks and goes, over and over, is gone as well"
	equal "start" "$(exit_of reevectl start default:restless)" 0
	until_ok 10 ready "$work/restless.events" 1
	stop_quickly restless
	flock -n "$work/restless.lock" true || fail "somebody of the restless lives on"

	note "$1: a program that its own descendant traces, who is in no hurry to see it dead"
	equal "start" "$(exit_of reevectl start default:traced)" 0
	until_ok 10 ready "$work/traced.events" 1
	grep -q ^tracer "$work/traced.events" || note "nobody may be traced here"
	stop_quickly traced

	note "$1: nobody else was touched"
	equal "its family" "$(alive "$work/bystander.events")" 4
}

ends_all() {
	note "$1: nobody outlives reeve"
	org_stop
	for name in crashes scrubbed bystander; do
		all_gone "$work/$name.events" || fail "somebody of $name outlives reeve"
	done
}

has_cgroups() { grep -q 'stops-all by=cgroup' "$work/log"; }

note "by process groups and sweeps"
begin none 500ms
contains "it says so" "$(cat "$work/log")" 'stops-all by=sweep'
contains "the mark" "$(tr '\0' '\n' < "/proc/$(pid_of default:bystander)/environ")" REEVE_MARK=
stories sweep 1 # the program alone: who left the group is only ever killed
equal "stop" "$(exit_of reevectl stop default:scrubbed)" 0
equal "without its environment nobody is known" "$(alive "$work/scrubbed.events")" 3
ends_all sweep

note "by control groups"
begin auto 60s
if ! has_cgroups; then
	note "there are none to be had here: $(grep stops-all "$work/log")"
	exit 0
fi
folder=$(folder_of_reeve)
[ -d "$folder/default:bystander" ] || fail "no folder for the child in '$folder'"
! tr '\0' '\n' < "/proc/$(pid_of default:bystander)/environ" | grep -q REEVE_MARK || fail "a mark that nobody needs"
stories cgroup 3
equal "stop" "$(exit_of reevectl stop default:scrubbed)" 0
all_gone "$work/scrubbed.events" || fail "somebody hid in an empty environment"
[ ! -e "$folder/default:scrubbed" ] || fail "an empty folder stays"

note "a folder that the child made goes, too"
mkdir "$folder/default:bystander/inner"
echo "$(numbers "$work/bystander.events" | head -n 1)" > "$folder/default:bystander/inner/cgroup.procs"
equal "stop" "$(exit_of reevectl stop default:bystander)" 0
all_gone "$work/bystander.events" || fail "somebody hid in a folder below"
[ ! -e "$folder/default:bystander" ] || fail "a folder below stays"
reevectl start default:bystander > "$work/out"
ends_all cgroup
[ ! -e "$folder" ] || fail "reeve's own folder stays"

note "what a former reeve left is gone before it is started again"
begin auto 60s
equal "the same folder" "$(folder_of_reeve)" "$folder"
kill -KILL "$org_pid"
until_ok 10 gone "$org_pid"
equal "they live on" "$(alive "$work/bystander.events")" 4
cp "$work/bystander.events" "$work/former"
org_start
until_ok 10 ready "$work/bystander.events" 2
all_gone "$work/former" || fail "the former one's live beside the new"

if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
	note "another reeve that gives its socket the same name has a folder of its own"
	mkdir "$work/second"
	cat > "$work/second/reeve.ini" <<-INI
	[reeve]
	socket = $work/reeve.sock
	state_dir = $work/state
	[service:idle]
	command = $knobs
	stdout_logfile = none
	INI
	unshare --mount sh -c "mount --bind $work/second $work && exec reeve -c $work/reeve.ini" > "$work/log.second" 2>&1 &
	mine $!
	until_ok 10 grep -q "folder=$folder-1 " "$work/log.second"
	kill -TERM $!
	until_ok 10 gone $!
	equal "the first one's children" "$(alive "$work/bystander.events")" 4
fi
ends_all cgroup

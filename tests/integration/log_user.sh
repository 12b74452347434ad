#!/bin/bash
# reeve-log gives up what root could do, and runs as log_user where that is asked for.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
[ "$(id -u)" = 0 ] || skip "only root has something to give up"
chmod 755 "$work"

# field NAME: of the reeve-log that belongs to this reeve (proc(5), status).
logger() { pgrep -P "$reeve" -x reeve-log; }
field() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$(logger)/status"; }

start() {
	mkdir -p "$work/$1"
	cat > "$work/$1/reeve.ini" <<-INI
	[reeve]
	socket = $work/$1/sock
	store = $work/$1/store
	state_dir = $work/$1/state
	$2
	[service:talk]
	command = /bin/sh -c 'echo hello; exec sleep 1000'
	stdout_logfile = $work/$1/log/talk.log
	INI
	[ -z "$2" ] || { mkdir "$work/$1/log"; chown nobody "$work/$1/log"; }
	reeve -c "$work/$1/reeve.ini" > "$work/$1/out" 2>&1 < /dev/null &
	reeve=$!
	mine "$reeve"
	until_ok 20 grep -qx hello "$work/$1/log/talk.log"
}

stop() {
	kill -TERM "$reeve"
	until_ok 20 gone "$reeve"
}

note "as itself, without a capability"
start plain ''
equal "uid" "$(field Uid)" 0
equal "capabilities" "$(field CapPrm) $(field CapEff) $(field CapBnd)" "0000000000000000 0000000000000000 0000000000000000"
equal "no new privileges" "$(field NoNewPrivs)" 1
stop

note "as log_user"
start other 'log_user = nobody'
equal "uid" "$(field Uid)" "$(id -u nobody)"
equal "capabilities" "$(field CapPrm) $(field CapEff)" "0000000000000000 0000000000000000"
equal "the file's owner" "$(stat -c %U "$work/other/log/talk.log")" nobody

note "another log_user after a reload: it is told from when on, and so it is"
sed -i 's/^log_user = nobody/log_user = daemon/' "$work/other/reeve.ini"
contains "reload" "$(reevectl -s "$work/other/sock" reload)" "log_user: takes effect when reeve-log is started anew"
before=$(logger)
equal "until then" "$(field Uid)" "$(id -u nobody)"
kill -KILL "$before"
is_other() { [ "$(logger)" != "$before" ] && [ "$(field Uid)" = "$(id -u daemon)" ]; }
until_ok 20 is_other
stop

note "as nobody that there is"
cat > "$work/reeve.ini" <<INI
[reeve]
socket = $work/sock
store = $work/store
state_dir = $work/state
log_user = not-there
[service:talk]
command = cat
INI
reeve -c "$work/reeve.ini" > "$work/out" 2>&1 < /dev/null &
reeve=$!
mine "$reeve"
until_ok 20 grep -q 'error="there is no such log_user" user=not-there' "$work/out"
told() { reevectl -s "$work/sock" status | grep -q 'its log is in trouble: reeve-log ended'; }
until_ok 20 told
stop

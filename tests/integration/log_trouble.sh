#!/bin/bash
# What status says about logs is so now: it goes with a reeve-log that is killed, with a place that is left by a reload, and
# is about reeve-log itself where that does not run.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
mkdir "$work/helpers"
helpers=$REEVE_HELPER_DIR
ln -s "$helpers"/reeve-* "$work/helpers"
export REEVE_HELPER_DIR=$work/helpers
. "$top_srcdir/tests/integration/org.sh"

# settings PLACE
settings() {
	org_begin
	cat >> "$work/reeve.ini" <<-INI
	[workspace:acme]
	[service:mail]
	command = sh -c 'exec cat <> $work/fifo'
	workspaces = acme
	startsecs = 0
	stdout_logfile = $1
	INI
}
mkfifo "$work/fifo"
says() { reevectl status acme:mail | grep -qF "its log is in trouble: $1"; }
is_quiet() { ! reevectl status acme:mail | grep -q "its log is in trouble"; }
has() { grep -qx -- "$2" "$1"; }
logger() { pgrep -P "$org_pid" -x reeve-log; }

settings "$work/place/mail.log"
touch "$work/place"
org_start
until_state acme:mail running
echo one > "$work/fifo"
until_ok 10 says "$work/place/mail.log: Not a directory"

note "the cause is gone, and so is the reeve-log that told it"
kill -KILL "$(logger)" # first, or it would find out by itself
rm "$work/place"
until_ok 10 has "$work/place/mail.log" one
until_ok 10 is_quiet

note "the place is left"
touch "$work/other"
settings "$work/other/mail.log"
reevectl reload > /dev/null
echo two > "$work/fifo"
until_ok 10 says "$work/other/mail.log: Not a directory"
settings "$work/place/mail.log"
reevectl reload > /dev/null
until_ok 10 has "$work/place/mail.log" two
until_ok 10 is_quiet

note "reeve-log cannot be started"
rm "$work/helpers/reeve-log"
kill -KILL "$(logger)"
until_ok 10 says "reeve-log cannot be started: No such file or directory"
contains "JSON says so" "$(reevectl --json status acme:mail)" '"log_error": "reeve-log cannot be started'
echo three > "$work/fifo"
ln -s "$helpers/reeve-log" "$work/helpers"
until_ok 30 has "$work/place/mail.log" three
until_ok 10 is_quiet

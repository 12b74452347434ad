#!/bin/bash
# A reload that changes where output goes neither ends a line that is under way nor throws away what waits for a place
# that is in trouble: the new places take it up where the old ones left it.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/org.sh"

# settings PLACE FORMAT
settings() {
	org_begin
	cat >> "$work/reeve.ini" <<-INI
	[workspace:acme]
	[service:mail]
	command = sh -c 'exec cat <> $work/fifo'
	workspaces = acme
	startsecs = 0
	stdout_logfile = $1
	logfile_format = $2
	INI
}
mkfifo "$work/fifo"
touch "$work/file"
has() { grep -qx -- "$2" "$1"; }
reload() { reevectl reload > "$work/told" || fail "reload: $(cat "$work/told")"; }

settings "$work/mail.log" prefix
org_start
until_state acme:mail running
exec {child}> "$work/fifo"

note "a line is under way"
for i in {1..30}; do
	printf 'begin ' >&$child
	settings "$work/mail.$((i % 2)).log, $work/mail.log" prefix
	reload
	echo "end $i" >&$child
	until_ok 10 has "$work/mail.log" "acme:mail | begin end $i"
done
equal "lines" "$(wc -l < "$work/mail.log")" 30

note "the place is in trouble"
in_trouble() { reevectl status acme:mail | grep -qF "its log is in trouble: $work/file/x"; }
for i in {1..10}; do
	settings "$work/file/x" raw
	reload
	echo "kept $i" >&$child
	until_ok 10 in_trouble
	settings "$work/kept.log" raw
	reload
	until_ok 10 has "$work/kept.log" "kept $i"
done
contains "nothing is lost" "$(reevectl --json status acme:mail)" '"log_lost": 0,'

#!/bin/bash
# A child that floods its pipe gets a second one, which outlives reeve-log as the first does; and none where that would
# leave few descriptors for what nobody can do without.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/org.sh"
need pgrep

seq -f 'line %06.0f of a lot that has to be there' 1 400000 > "$work/much"
mkfifo "$work/go"
pipes() { find "/proc/$org_pid/fd" -lname 'pipe:*' | wc -l; }
has_pipes() { [ "$(pipes)" = "$1" ]; }
ends_with() { [ "$(tail -n 1 "$work/flood.log" 2> /dev/null)" = "$1" ]; }
# flood N: the child writes, and says N at last.
flood() {
	echo "$1" > "$work/go"
	until_ok 30 ends_with "$1"
}

begin() {
	org_begin
	cat >> "$work/reeve.ini" <<-INI
	[service:flood]
	command = sh -c "while read -r n < $work/go; do cat $work/much; echo \$n; done"
	startsecs = 0
	stdout_logfile = $work/flood.log
	stdout_logfile_maxbytes = 0
	INI
	wipe "$work/flood.log"
}

note "a second pipe, once"
begin
org_start
until_state default:flood running
before=$(pipes)
flood 1
until_ok 10 has_pipes $((before + 2))
flood 2
equal "pipes" "$(pipes)" $((before + 2))

note "the next reeve-log goes on with it"
echo 3 > "$work/go"
kill -KILL "$(pgrep -P "$org_pid" -x reeve-log)"
until_ok 30 ends_with 3
flood 4
equal "pipes" "$(pipes)" $((before + 2))
for n in 1 2 3 4; do cat "$work/much"; echo $n; done | cmp - "$work/flood.log" || fail "not what was written"
org_stop

note "none where descriptors are few"
begin
org_start sh -c 'ulimit -n 80; exec "$@"' sh
until_state default:flood running
before=$(pipes)
flood 1
flood 2
equal "pipes" "$(pipes)" "$before"
org_stop
for n in 1 2; do cat "$work/much"; echo $n; done | cmp - "$work/flood.log" || fail "not what was written"

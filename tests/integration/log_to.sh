#!/bin/bash
# log_to: what one child writes is what another reads, in order and to the last byte, whoever is killed meanwhile.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"

# A logger that takes a signal between two lines: what it read it wrote.
cat > "$work/logger.sh" <<'SH'
stop=
trap 'stop=term' TERM
while [ -z "$stop" ] && IFS= read -r line; do printf '%s\n' "$line" >> "$1"; done
echo "${stop:-eof}" >> "$1.end"
SH
# Counts up to what its file says, on and on; it takes a signal between two numbers, and says so.
cat > "$work/writer.sh" <<'SH'
stop=
trap 'stop=yes' TERM
read -r n < "$2.at" || n=0
while [ -z "$stop" ]; do
	read -r last < "$2.last" || last=0
	if [ "$n" -lt "$last" ]; then n=$((n + 1)); echo "$1 $n"; echo $n > "$2.at"; else read -r _ <> "$2"; fi
done
echo "last words of $1"
SH
# upto WHO N: has it count up to N.
upto() { echo "$2" > "$work/$1.next"; mv "$work/$1.next" "$work/$1.last"; echo > "$work/$1"; }
org_begin
cat >> "$work/reeve.ini" <<-INI
[workspace:acme]
[service:alog]
command = sh $work/logger.sh $work/alog
workspaces = acme
startsecs = 0
stopwaitsecs = 4s
[service:mail]
command = sh $work/writer.sh mail $work/mail
workspaces = acme
startsecs = 0
log_to = alog
[service:page]
command = sh $work/writer.sh page $work/page
workspaces = acme
startsecs = 0
stdout_logfile = $work/page.log, stdout
log_to = alog
log_block = yes
INI
mkfifo "$work/mail" "$work/page"
# shellcheck disable=SC1083,SC2093 # bash has it: places of an array
exec {fifos[0]}<> "$work/mail" {fifos[1]}<> "$work/page"
for who in mail page; do echo 0 | tee "$work/$who.at" > "$work/$who.last"; done
org_start
until_state acme:mail running
until_state acme:page running
until_state acme:alog running
has() { grep -qxF -- "$2" "$1"; }

note "lines of both arrive, whole; the other places have them too"
upto mail 500
upto page 500
until_ok 20 has "$work/alog" "mail 500"
until_ok 20 has "$work/alog" "page 500"
until_ok 20 has "$work/page.log" "page 500"
equal "only whole lines" "$(grep -vcE '^(mail|page) [0-9]+$' "$work/alog" || true)" 0
contains "reeve's own output" "$(cat "$work/log")" "acme:page | page 500"
if grep -q "mail | mail" "$work/log"; then fail "without stdout it goes to the logger alone"; fi

# in_order WHO LAST: every number arrived, in order; after a kill of reeve-log one may come twice.
in_order() {
	sed -n "s/^$1 \([0-9]*\)$/\1/p" "$work/alog" | awk -v last="$2" '
		$1 == want + 1 { want++; next } $1 > want { print "missing: " want + 1; bad = 1; exit }
		END { if (bad || want != last) { print "up to " want; exit 1 } }' want=0 || fail "$1: not all in order"
}

note "the logger is stopped: what is written waits for its next start"
reevectl stop acme:alog > /dev/null
equal "it was told: others go on writing" "$(cat "$work/alog.end")" term
upto mail 700
upto page 700
until_ok 20 has "$work/page.log" "page 700"
reevectl start acme:alog > /dev/null
until_ok 20 has "$work/alog" "mail 700"
until_ok 20 has "$work/alog" "page 700"
in_order mail 700
in_order page 700

note "reeve-log, the one who writes and the logger are killed, again and again"
upto mail 5000
upto page 5000
for i in {1..12}; do
	last=$(tail -n 1 "$work/alog")
	moved() { [ "$(tail -n 1 "$work/alog")" != "$last" ]; }
	case $((i % 3)) in
	0) pkill -KILL -P "$org_pid" -f reeve-log ;;
	1) reevectl restart acme:alog > /dev/null ;;
	2) reevectl restart acme:mail > /dev/null ;;
	esac
	[ "$last" = "page 5000" ] || [ "$last" = "mail 5000" ] || until_ok 20 moved
done
until_ok 60 has "$work/alog" "page 5000"
until_ok 60 has "$work/alog" "mail 5000"
in_order mail 5000
in_order page 5000

note "a workspace is stopped: the logger gets the last words, sees the end and ends by itself"
rm -f "$work/alog.end"
equal "stop" "$(exit_of reevectl stop 'acme:*')" 0
contains "last words of one" "$(tail -n 2 "$work/alog")" "last words of mail"
contains "last words of the other" "$(tail -n 2 "$work/alog")" "last words of page"
equal "the end" "$(cat "$work/alog.end")" eof
reevectl start 'acme:*' > /dev/null
upto mail 5001
until_ok 20 has "$work/alog" "mail 5001"

note "who logged to it and has other settings by its next start holds up nobody"
rm -f "$work/alog.end"
reevectl stop acme:mail > /dev/null
cp "$work/reeve.ini" "$work/reeve.ini.before"
sed -i '/^\[service:mail\]/,/^log_to/s/^log_to.*/stdout_logfile = none/' "$work/reeve.ini"
contains "the reload" "$(reevectl reload)" acme:mail
equal "stop" "$(exit_of reevectl stop 'acme:*')" 0
equal "the end" "$(cat "$work/alog.end")" eof
mv "$work/reeve.ini.before" "$work/reeve.ini"
reevectl reload > /dev/null
reevectl start 'acme:*' > /dev/null
upto mail 5002
until_ok 20 has "$work/alog" "mail 5002"

note "at shutdown, too, and with a reeve-log that has to be started for it"
: > "$work/alog"
rm -f "$work/alog.end"
deaths() { grep -c "reeve-log died" "$work/log"; }
has_died() { [ "$(deaths)" -gt "$before" ]; }
before=$(deaths)
pkill -KILL -P "$org_pid" -f reeve-log
until_ok 10 has_died # what it was told and did not come to do is lost for a logger that ends with it
org_stop
equal "last words" "$(grep -c 'last words' "$work/alog")" 2
equal "the end" "$(cat "$work/alog.end")" eof
if grep -q "phase=killing" "$work/log"; then fail "somebody had to be killed"; fi

#!/bin/bash
# One stream, several places at once: files, reeve's own output, syslog; what a reload changes about it needs no restart.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/org.sh
. "$top_srcdir/tests/integration/org.sh"
need python3

# A syslog: a datagram a line into $work/syslog.
cat > "$work/syslog.py" <<'PYTHON'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
out = open(sys.argv[2], 'wb', buffering=0)
while True:
    out.write(s.recv(65536) + b'\n')
PYTHON
python3 "$work/syslog.py" "$work/dev-log" "$work/syslog" &
mine $!
until_ok 10 test -S "$work/dev-log"

# settings FORMAT PLACES
settings() {
	org_begin
	cat >> "$work/reeve.ini" <<-INI
	syslog = unix:$work/dev-log
	output_format = $1
	[workspace:acme]
	[service:mail]
	command = sh -c 'echo err >&2; exec cat <> $work/fifo'
	workspaces = acme
	startsecs = 0
	stdout_logfile = $2
	syslog_facility = local3
	redirect_stderr = no
	stderr_logfile = $work/mail.err
	logfile_format = raw
	INI
}
mkfifo "$work/fifo"
settings prefix "$work/mail.log, stdout, stderr syslog"
"${org_ctl[@]}" env -C / reeve -c "$work/reeve.ini" > "$work/said" 2> "$work/log" &
org_pid=$!
mine "$org_pid"
until_ok 10 org_answers
until_state acme:mail running
say() { printf '%s\n' "$@" > "$work/fifo"; }
has() { grep -qF -- "$2" "$1"; }

note "every place has every line, each in its form"
say one $'two \xff\e[31m' three
until_ok 10 has "$work/mail.log" three
until_ok 10 has "$work/said" "acme:mail | three"
until_ok 10 has "$work/log" "acme:mail | three"
until_ok 10 has "$work/syslog" three
equal "the file" "$(cat "$work/mail.log")" $'one\ntwo \xff\e[31m\nthree'
equal "standard output" "$(cat "$work/said")" $'acme:mail | one\nacme:mail | two \xff\e[31m\nacme:mail | three'
equal "standard error" "$(grep -c '^acme:mail | ' "$work/log")" 3
equal "syslog" "$(grep -c . "$work/syslog")" 3
contains "local3.info" "$(sed -n 1p "$work/syslog")" "<158>"
until_ok 10 has "$work/mail.err" err
equal "errors by themselves" "$(cat "$work/mail.err")" err

note "a reload changes places and forms under a process that runs"
before=$(pid_of acme:mail)
settings json "stdout, $work/other.log"
sed -i 's/^logfile_format = raw/logfile_format = timestamp/' "$work/reeve.ini"
equal "reload" "$(exit_of reevectl reload)" 0
equal "the process" "$(pid_of acme:mail)" "$before"
say four
until_ok 10 has "$work/other.log" four
until_ok 10 has "$work/said" '"line":"four"'
grep -qxE '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z acme:mail \| four' "$work/other.log" || fail "timestamp: $(cat "$work/other.log")"
contains "JSON" "$(tail -n 1 "$work/said")" '"child":"acme:mail","stream":"out","line":"four"}'
equal "the old file has no more" "$(tail -n 1 "$work/mail.log")" three
equal "syslog neither" "$(grep -c . "$work/syslog")" 3

note "log reads back what a file keeps, --since by its times"
equal "log" "$(reevectl log acme:mail | sed 's/^[^ ]* //')" "acme:mail | four"
equal "since" "$(reevectl log --since 1h acme:mail | wc -l)" 1

note "rotated by size, so many kept, compressed"
settings prefix "$work/small.log"
printf 'stdout_logfile_maxbytes = 200\nstdout_logfile_backups = 2\nlogfile_compress = zstd\n' >> "$work/reeve.ini"
equal "reload" "$(exit_of reevectl reload)" 0
# shellcheck disable=SC2046
say $(seq 1000 1200)
until_ok 10 has "$work/small.log" 1200
packed() { [ "$(find "$work" -name 'small.log.*.zst' | wc -l)" = 2 ]; }
until_ok 10 packed
[ "$(stat -c %s "$work/small.log")" -le 200 ] || fail "the file is not rotated"

note "none needs a new process, and then there is nothing to show"
settings prefix none
equal "reload" "$(exit_of reevectl reload)" 0
contains "told" "$(cat "$work/out")" "acme:mail: changed (restarting)"
until_state acme:mail running
equal "nothing" "$(exit_of reevectl log acme:mail)" 4

note "two that do not agree about a file are told, by --check-config and by a reload"
settings prefix "$work/shared.log"
cat >> "$work/reeve.ini" <<-INI
[service:page]
command = cat
stdout_logfile = $work/shared.log
stdout_logfile_backups = 3
INI
equal "reload" "$(exit_of reevectl reload)" 1
contains "says who" "$(cat "$work/out")" "is a file of [service:mail]"

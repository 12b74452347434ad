#!/bin/sh
# The guest of clock.sh: somebody sets the date while children run, crash, write and are stopped.
. /guest.sh

cat > /etc/reeve.ini <<-INI
	[reeve]
	socket = /run/reeve.sock
	[service:steady]
	command = sleep 100000
	startsecs = 0
	[service:crash]
	command = sh -c 'echo start; exit 1'
	autorestart = always
	startsecs = 0
	backoff = 200ms
	backoff_max = 400ms
	stdout_logfile = /tmp/crash.log
	logfile_maxage = 1h
	[service:deaf]
	command = sh -c 'trap "" TERM; echo deaf; while :; do sleep 1; done'
	stopwaitsecs = 1
	startsecs = 0
	stdout_logfile = /tmp/deaf.log
	[service:late]
	command = sleep 100000
	startsecs = 3
	autostart = no
	INI
reeve -c /etc/reeve.ini > /tmp/reeve.log 2>&1 &
reeve=$!
until_ok is steady running
starts() { grep -c start /tmp/crash.log; }
more_starts() { [ "$(starts)" -gt $((seen + 3)) ]; }
pid_of() { reevectl --json status "default:$1" | sed -n 's/^ *"pid": \([0-9]*\),$/\1/p'; }
up_s() { read -r up _ < /proc/uptime; echo "${up%.*}"; }
steady=$(pid_of steady)

for date in "2031-06-01 12:00:00" "1999-01-01 00:00:00" "2026-01-01 00:00:00"; do
	note "the date is $date: startsecs, backoff and stopwaitsecs are as long as ever"
	until_ok is deaf running
	seen=$(starts)
	reevectl start default:late > /tmp/late 2>&1 &
	late=$!
	before=$(up_s)
	date -s "$date" > /tmp/date || fail "the date cannot be set: $(cat /tmp/date)"
	until_ok more_starts
	[ "$(starts)" -lt $((seen + 500)) ] || fail "it restarts without a pause"
	wait $late || fail "start: $(cat /tmp/late)"
	is late running || fail "$(reevectl status default:late)"
	[ $(($(up_s) - before)) -ge 2 ] || fail "startsecs were over at once"
	equal "nobody else was touched" "$(pid_of steady)" "$steady"
	contains "a time that it runs" "$(reevectl status default:steady)" "up 0:0"
	before=$(up_s)
	reevectl restart default:deaf > /tmp/deaf 2>&1 || fail "restart: $(cat /tmp/deaf)"
	took=$(($(up_s) - before))
	[ $took -le 30 ] || fail "the stop of one that is deaf took $took s"
	contains "it was killed" "$(cat /tmp/reeve.log)" "default:deaf"
	equal "a file's age is not what the calendar says" "$(echo /tmp/crash.log*)" /tmp/crash.log
	reevectl stop default:late > /tmp/late || fail "stop: $(cat /tmp/late)"
done
reevectl log -n 2 default:crash > /tmp/lines || fail "log: $(cat /tmp/lines)"
contains "its last lines" "$(cat /tmp/lines)" start

kill -TERM $reeve
wait $reeve || fail "reeve ended with $?"
echo "the guest is done"
poweroff -f
sleep 100

#!/bin/bash
# Limits of setrlimit(2) by name, each as /proc shows it from within; and what is not allowed, by its step.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/org.sh"

driver=$top_builddir/tests/helpers/launch_driver
launch=$REEVE_HELPER_DIR/reeve-launch
path=env=PATH=/usr/local/bin:/usr/bin:/bin

# start [key=value...] -- ARGV...: what came of it is in $out, in the driver's words.
start() { out=$(timeout 60 "$driver" "$launch" "$path" "$@" 2>&1) || fail "driver: $out"; out=$(grep -vx executed <<< "$out"); } # that comes at any time

# Setting, the row of /proc/PID/limits, and what is asked for: below everything that systems come with,
# and above what a sanitizer maps.
rows='as|Max address space|100000GB:200000GB|107374182400000|214748364800000
core|Max core file size|0:4096|0|4096
cpu|Max cpu time|1000:2000|1000|2000
data|Max data size|100000GB:200000GB|107374182400000|214748364800000
fsize|Max file size|1MB:2MB|1048576|2097152
locks|Max file locks|10:20|10|20
memlock|Max locked memory|16KB:32KB|16384|32768
msgqueue|Max msgqueue size|1000:2000|1000|2000
nice|Max nice priority|0|0|0
nofile|Max open files|100:200|100|200
nproc|Max processes|500:501|500|501
rss|Max resident set|1MB:unlimited|1048576|unlimited
rtprio|Max realtime priority|0|0|0
rttime|Max realtime timeout|1000000:2000000|1000000|2000000
sigpending|Max pending signals|50:60|50|60
stack|Max stack size|1MB:8MB|1048576|8388608'

org_begin
{
	echo "[service:x]"
	echo "command = sh -c 'cat /proc/self/limits > $work/limits.tmp; mv $work/limits.tmp $work/limits; exec sleep 1000'"
	while IFS='|' read -r name _ value _; do echo "rlimit_$name = $value"; done <<< "$rows"
} >> "$work/reeve.ini"

note "every limit that the kernel shows has a setting, and every setting is a limit"
equal rows "$(wc -l <<< "$rows")" "$(($(wc -l < /proc/self/limits) - 1))"
org_start
until_ok 10 test -e "$work/limits"
while IFS='|' read -r name title _ soft hard; do
	got=$(awk -v title="$title" 'index($0, title) == 1 { print substr($0, length(title) + 1) }' "$work/limits")
	read -r got_soft got_hard _ <<< "$got"
	equal "$name" "$got_soft $got_hard" "$soft $hard"
done <<< "$rows"
org_stop

note "a raise that is not allowed, to root neither, is told before anything starts"
for keys in "" check_only=1; do
	start limit=nofile=2000000000 $keys -- true # more than fs.nr_open
	contains preflight "$out" "problem host limit-above nofile=2000000000: reeve may not raise the hard limit so far"
done
start limit=nofile=2000000000 -- true
equal "did not run" "${out##*$'\n'}" "exit 127"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	hard=$(ulimit -Hc)
	out=$(ulimit -c 0 && timeout 60 setpriv --bounding-set=-sys_resource "$driver" "$launch" "$path" limit=core=1 check_only=1 -- true 2>&1)
	contains "no capability" "$out" "problem host limit-above core=1"
	equal "ours" "$(ulimit -Hc)" "$hard"
fi
start limit=core=0:unlimited -- sh -c 'ulimit -c; ulimit -Hc' # raised and put back before it is set
case $(id -u) in 0) contains raised "$out" $'0\nunlimited' ;; esac

note "what is not set is inherited"
out=$(ulimit -n 321; timeout 60 "$driver" "$launch" "$path" limit=core=0 -- sh -c 'echo "$(ulimit -n) $(ulimit -c)"' 2>&1)
contains inherited "$out" "321 0"

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && setpriv --reuid=nobody --regid=nogroup --clear-groups test -x "$driver" -a -x "$launch"; then
	note "an ordinary user may lower, and is told of what it may not before anything starts"
	as() { out=$(cd / && setpriv --reuid=nobody --regid=nogroup --clear-groups timeout 60 "$driver" "$launch" "$path" "$@" 2>&1) || fail "driver: $out"; }
	as limit=nofile=50:60 -- sh -c 'echo "$(ulimit -Sn) $(ulimit -Hn)"'
	contains lowered "$out" "50 60"
	as limit=nofile=50:2000000000 -- true
	contains raised "$out" "problem host limit-above nofile=50:2000000000"
	as user=root -- true
	contains become "$out" "problem config user-forbidden root"
fi

#!/bin/bash
# What a child's process is: its place among the others, seen from within; and each refusal by its step.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
need chrt ionice taskset

driver=$top_builddir/tests/helpers/launch_driver
launch=$REEVE_HELPER_DIR/reeve-launch
path=env=PATH=/usr/local/bin:/usr/bin:/bin

# start [key=value...] -- ARGV...: what came of it is in $out, in the driver's words.
start() { out=$(timeout 60 "$driver" "$launch" "$path" "$@" 2>&1) || fail "driver: $out"; out=$(grep -vx executed <<< "$out"); } # that comes at any time
refused() { contains "$1" "$out" "$2"; equal "$1 did not run" "${out##*$'\n'}" "exit 127"; }

note "policies and io priorities that anybody may have"
start scheduler=batch ioprio=best-effort:6 -- sh -c 'chrt -p $$; ionice'
contains policy "$out" "scheduling policy: SCHED_BATCH"
contains io "$out" "best-effort: prio 6"
start scheduler=idle ioprio=idle nice=19 -- sh -c 'chrt -p $$; echo "$(ionice) $(nice)"'
contains policy "$out" "scheduling policy: SCHED_IDLE"
contains io "$out" "idle 19"

note "what is not set is inherited"
out=$(timeout 60 chrt --batch 0 ionice -c 2 -n 3 "$driver" "$launch" "$path" -- sh -c 'chrt -p $$; ionice' 2>&1)
contains policy "$out" "scheduling policy: SCHED_BATCH"
contains io "$out" "best-effort: prio 3"
out=$(timeout 60 chrt --batch 0 "$driver" "$launch" "$path" scheduler=other -- sh -c 'chrt -p $$' 2>&1)
contains other "$out" "scheduling policy: SCHED_OTHER"

note "0 is a wish like any other"
if [ "$(id -u)" = 0 ]; then
	start_lowered() { out=$(echo 500 > /proc/self/oom_score_adj && timeout 60 nice -n 5 "$driver" "$launch" "$path" "$@" 2>&1) || fail "driver: $out"; }
	start_lowered -- sh -c 'echo "has $(nice) $(cat /proc/self/oom_score_adj)"'
	contains inherited "$out" "has $(nice -n 5 nice) 500"
	start_lowered nice=0 oom_score_adj=0 -- sh -c 'echo "has $(nice) $(cat /proc/self/oom_score_adj)"'
	contains zero "$out" "has 0 0"
fi

note "processors: one of them, and one that is not there"
first=$(taskset -cp $$ | sed -E 's/.*: ([0-9]+).*/\1/')
start cpus="$first" -- sh -c 'grep Cpus_allowed_list /proc/self/status; taskset -cp $$'
contains allowed "$out" $'Cpus_allowed_list:\t'"$first"
start cpus=8191 -- true
refused alone "refused cpu-affinity 19 8191: No such device"
start cpus="$first,8191" -- true
refused beside "refused cpu-affinity 19 $first,8191: No such device"

if [ "$(id -u)" = 0 ]; then
	note "real time for root, and for a child that root makes somebody else"
	if chrt --fifo 1 true 2>/dev/null; then
		start scheduler=fifo:7 -- sh -c 'chrt -p $$'
		contains fifo "$out" SCHED_FIFO
		contains fifo "$out" "scheduling priority: 7"
		start scheduler=rr:3 nice=-4 user=nobody -- sh -c 'chrt -p $$; echo "$(nice) $(id -un)"'
		contains rr "$out" "scheduling priority: 3"
		contains rr "$out" "-4 nobody"
	fi
	start ioprio=realtime:2 user=nobody -- ionice
	contains realtime "$out" "realtime: prio 2"
	as_nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	chmod 755 "$work"
else
	as_nobody=()
fi

note "what an ordinary user may not have is refused by its step"
ordinary() { out=$(cd / && "${as_nobody[@]}" timeout 60 "$driver" "$launch" "$path" "$@" 2>&1) || fail "driver: $out"; }
if [ ${#as_nobody[@]} = 0 ] || { need setpriv; "${as_nobody[@]}" test -x "$driver" -a -x "$launch"; }; then
	ordinary scheduler=fifo:1 -- true
	refused fifo "refused scheduler 1 fifo:1: Operation not permitted"
	ordinary ioprio=realtime:0 -- true
	refused realtime "refused io-priority 1 realtime:0: Operation not permitted"
	ordinary nice=-5 -- true
	refused nice "refused nice 13 nice: Permission denied"
	ordinary oom_score_adj=-500 -- true
	refused oom "refused oom-score 13 oom_score_adj: Permission denied"
	ordinary check_only=1 scheduler=fifo:1 ioprio=realtime:0 nice=-5 oom_score_adj=-500 cpus=8191 -- true
	equal "asked before, each step" "$(awk '{ print $3, $4 }' <<< "$out" | tr '\n' ',')" \
		"step-refused oom-score:,step-refused nice:,step-refused scheduler:,step-refused io-priority:,step-refused cpu-affinity:,0 , ,"
	contains why "$out" "problem host step-refused scheduler: fifo:1: Operation not permitted. Give reeve what this needs"
	ordinary check_only=1 scheduler=batch ioprio=idle nice=19 -- true
	contains fine "$out" "checked 0 0"
	ordinary scheduler=batch ioprio=idle nice=19 -- sh -c 'echo "$(ionice) $(nice)"'
	contains allowed "$out" "idle 19"
fi

note "an order that says nothing that we know is refused, never guessed"
start scheduler=deadline -- true
refused unknown "refused scheduler 22 deadline: Invalid argument"
start ioprio=high -- true
refused unknown "refused io-priority 22 high: Invalid argument"
start cpus=some -- true
refused unknown "refused cpu-affinity 22 some: Invalid argument"

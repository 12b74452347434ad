#!/bin/sh
# The guest of cgroup.sh: it is PID 1 there, and says on the console what it saw.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t cgroup2 cgroup2 /sys/fs/cgroup
cd /
cg=/sys/fs/cgroup
path=env=PATH=/bin

fail() { echo "FAIL: $*"; poweroff -f; sleep 100; }
note() { echo "-- $*"; }
contains() { case $2 in *"$3"*) ;; *) fail "$1: no '$3' in: $2" ;; esac; }
equal() { [ "$2" = "$3" ] || fail "$1: got '$2', want '$3'"; }
# folder NAME: a fresh one for a child.
folder() { mkdir "$cg/$1" && child=$cg/$1; }
start() { out=$(launch_driver /usr/libexec/reeve/reeve-launch "$path" "cgroup=$child" "$@" 2>&1) || fail "driver: $out"; }
event() { awk -v name="$2" '$1 == name { print $2 }' "$child/$1"; }

note "a controller that nobody enabled is refused with the command that enables it; that command does"
folder first
start cgroup_limit=memory.max=67108864 -- true
contains refused "$out" "problem host cgroup-controller $child: the memory controller is not enabled for it. Run: echo +memory > $cg/cgroup.subtree_control"
echo +memory > $cg/cgroup.subtree_control || fail "+memory"
start cgroup_limit=memory.max=67108864 -- cat "$child/memory.max" /proc/self/cgroup
contains written "$out" "67108864
0::/first
exit 0"
echo "+cpu +io +pids +cpuset" > $cg/cgroup.subtree_control || fail "subtree_control: $(cat $cg/cgroup.controllers)"

note "memory_max bites: who takes more is killed, and only in that folder"
folder memory
# dd holds one block at a time in memory.
start cgroup_limit=memory.max=16777216 cgroup_limit=memory.oom.group=1 -- dd if=/dev/zero of=/dev/null bs=67108864 count=1
contains killed "$out" "signal KILL"
[ "$(event memory.events oom_kill)" -gt 0 ] || fail "memory.events: $(cat "$child/memory.events")"
start cgroup_limit=memory.max=134217728 -- dd if=/dev/zero of=/dev/null bs=67108864 count=1
contains "room enough" "$out" "exit 0"

note "memory_high slows and takes back, and kills nobody"
folder high
start cgroup_limit=memory.high=16777216 cgroup_limit=memory.max=max -- dd if=/dev/zero of=/tmp/file bs=1048576 count=24
contains lives "$out" "exit 0"
[ "$(event memory.events high)" -gt 0 ] || fail "memory.events: $(cat "$child/memory.events")"
equal kills "$(event memory.events oom_kill)" 0

note "pids_max bites: the fork after the last is refused"
folder pids
start cgroup_limit=pids.max=3 -- sh -c 'for i in 1 2 3; do sleep 100 > /dev/null 2>&1 & done'
contains fork "$out" "can't fork"
[ "$(event pids.events max)" -gt 0 ] || fail "pids.events: $(cat "$child/pids.events")"
echo 1 > "$child/cgroup.kill"

note "cpu_max bites: the same work waits for its turn"
folder cpu
start cgroup_limit="cpu.max=10000 100000" cgroup_limit=cpu.weight=50 -- sh -c 'i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); done'
contains lives "$out" "exit 0"
[ "$(event cpu.stat nr_throttled)" -gt 0 ] || fail "cpu.stat: $(cat "$child/cpu.stat")"
equal weight "$(cat "$child/cpu.weight")" 50

note "what the kernel does not take is refused by the step: no such disk, no such processor, no such file"
folder refused
start cgroup_limit="io.max=8:0 rbps=1048576" -- true
contains disk "$out" "refused cgroup-limits 19 io.max=8:0 rbps=1048576: No such device"
start cgroup_limit=pids.max=5000000 -- true
contains value "$out" "refused cgroup-limits 22 pids.max=5000000: Invalid argument"
start cgroup_limit=memory.nonsense=1 -- true
contains file "$out" "problem host cgroup-limit $child/memory.nonsense: this kernel has no such limit"
start cgroup_limit=cpuset.cpus=0 cpus=1 -- true
contains processor "$out" "refused cpu-affinity 19 1: No such device"

note "a folder below one that lets nothing through"
child=$cg/refused/below
mkdir "$child"
start cgroup_limit=pids.max=1 -- true
contains below "$out" "$child: the pids controller is not enabled for it. Run: echo +pids > $cg/refused/cgroup.subtree_control"

echo "the guest is done"
poweroff -f
sleep 100

#!/bin/sh
# The guest of cgroup.sh: it is PID 1 there, and says on the console what it saw.
. /guest.sh
cg=/sys/fs/cgroup
path=env=PATH=/bin

# folder NAME: a fresh one for a child.
folder() { mkdir "$cg/$1" && child=$cg/$1; }
start() { out=$(launch_driver /usr/libexec/reeve/reeve-launch "$path" "cgroup=$child" "$@" 2>&1) || fail "driver: $out"; }
event() { awk -v name="$2" '$1 == name { print $2 }' "$child/$1"; }

note "a controller that nobody enabled is refused with the command that enables it; that command does"
folder first
start cgroup_limit=memory.max=67108864 -- true
contains refused "$out" "problem host cgroup-controller $child: the memory controller is not enabled for it. Run: echo +memory > $cg/cgroup.subtree_control"
echo +memory > $cg/cgroup.subtree_control || fail "+memory"
start cgroup_limit=memory.max=67108864 -- sh -c "echo \$(cat $child/memory.max /proc/self/cgroup)"
contains written "$out" "67108864 0::/first"
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

note "all of reeve, in a group of its own as in a container: it moves out, enables, limits, cleans up"
cat > /etc/reeve.ini <<-INI
	[reeve]
	socket = /run/reeve.sock
	[service:modest]
	command = sleep 1000
	memory_max = 32MB
	memory_swap_max = 0
	cpu_max = 50%
	cpu_weight = 20
	pids_max = 10
	[service:greedy]
	command = dd if=/dev/zero of=/dev/null bs=67108864 count=1
	memory_max = 16MB
	memory_oom_group = yes
	autorestart = never
	[service:forker]
	command = sh -c 'for i in 1 2 3 4; do sleep 1000 & done; echo all four; exec sleep 1000'
	pids_max = 3
	autorestart = never
	stdout_logfile = /tmp/forker.log
	[service:lost]
	command = sleep 1000
	io_max = /dev/no-such-disk rbps=1MB
	autorestart = never
	INI
mkdir $cg/box
sh -c "echo 0 > $cg/box/cgroup.procs; exec reeve -c /etc/reeve.ini" > /tmp/reeve.log 2>&1 &
reeve=$!
until_ok is modest running
child=$(echo $cg/box/reeve-*/default:modest)
equal "limits by name" "$(cat "$child/memory.max" "$child/memory.swap.max" "$child/cpu.max" "$child/cpu.weight" "$child/pids.max")" \
	"33554432
0
50000 100000
20
10"
until_ok is greedy exited
contains greedy "$(reevectl status default:greedy)" KILL
until_ok is forker exited
contains forker "$(cat /tmp/forker.log)" "can't fork"
until_ok grep -q no-such-disk /tmp/reeve.log
contains lost "$(reevectl status default:lost)" "no-such-disk rbps=1048576: No such file or directory"
equal "the others do not mind" "$(grep populated "$child/cgroup.events")" "populated 1"

note "a limit that changes takes a new process and a fresh folder"
sed 's/^memory_max = 32MB/memory_max = 48MB/; /^cpu_max/d' /etc/reeve.ini > /etc/new.ini
cat /etc/new.ini > /etc/reeve.ini
reevectl reload > /tmp/reload || fail "reload: $(cat /tmp/reload)"
changed() { [ "$(cat "$child/memory.max")" = 50331648 ]; }
until_ok changed
until_ok is modest running
equal "what is not set any more is the kernel's own" "$(cat "$child/cpu.max")" "max 100000"

kill -TERM $reeve
wait $reeve
rmdir $cg/box/reeve-*.self || fail "somebody is left where reeve was"
rmdir $cg/box || fail "something is left: $(echo $cg/box/*)"

echo "the guest is done"
poweroff -f
sleep 100

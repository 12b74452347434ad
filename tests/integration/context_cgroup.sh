#!/bin/bash
# Limits of a child's control group: written where they can be had, told before anything starts where not.
set -eu
. "$top_srcdir/tests/integration/lib.sh"

driver=$top_builddir/tests/helpers/launch_driver
launch=$REEVE_HELPER_DIR/reeve-launch
path=env=PATH=/usr/local/bin:/usr/bin:/bin

# start [key=value...] -- ARGV...: what came of it is in $out, in the driver's words.
start() { out=$(timeout 60 "$driver" "$launch" "$path" "$@" 2>&1) || fail "driver: $out"; out=$(grep -vx executed <<< "$out"); } # that comes at any time
refused() { contains "$1" "$out" "$2"; equal "$1 did not run" "${out##*$'\n'}" "exit 127"; }

# A folder with the files that the kernel would have in it.
fake() {
	rm -rf "$work/cg"
	mkdir -p "$work/cg/child"
	echo "cpuset cpu io memory hugetlb pids" > "$work/cg/cgroup.controllers"
	echo "cpu io memory pids" > "$work/cg/cgroup.subtree_control"
	echo "cpu io memory pids" > "$work/cg/child/cgroup.controllers"
	for file in cgroup.procs memory.max memory.high memory.swap.max cpu.max cpu.weight io.max pids.max; do
		: > "$work/cg/child/$file"
	done
}

note "each limit is in its file before the child is in the folder"
fake
start cgroup="$work/cg/child" cgroup_limit=memory.max=536870912 cgroup_limit=cpu.max="50000 100000" \
	cgroup_limit=pids.max=max cgroup_limit=io.max="8:16 rbps=1048576" -- \
	sh -c "cd '$work/cg/child' && echo \"\$(cat memory.max cpu.max pids.max io.max cgroup.procs)\""
contains written "$out" "53687091250000 100000max8:16 rbps=10485760"

note "a controller that is not enabled, an unknown file, no folder: each told with what to do"
fake
start cgroup="$work/cg/child" check_only=1 cgroup_limit=cpuset.cpus=0 cgroup_limit=hugetlb.2MB.max=0 \
	cgroup_limit=memory.oom.group=1 cgroup_limit=misc.max=1 -- true
contains enable "$out" "problem host cgroup-controller $work/cg/child: the cpuset controller is not enabled for it. Run: echo +cpuset > $work/cg/cgroup.subtree_control"
contains enable "$out" "$work/cg/child: the hugetlb controller is not enabled for it."
contains file "$out" "problem host cgroup-limit $work/cg/child/memory.oom.group: this kernel has no such limit. Take memory_oom_group = out of [service:child]"
contains "from above" "$out" "the misc controller is not enabled for it. Delegate misc to reeve's cgroup, or take misc_max = out of [service:child]"
contains all "$out" "checked 4 0"
start cgroup_limit=memory.max=1 cgroup_limit=pids.max=1 -- true
refused none "problem host cgroup-none memory.max: the child has no control group. Give reeve a cgroup v2 folder that it can write, or take memory_max = out of [service:child]"
contains both "$out" "problem host cgroup-none pids.max"
contains step "$out" "refused preflight 0"
equal untouched "$(cat "$work/cg/child/memory.max" "$work/cg/child/cgroup.procs")" ""

note "a device that is not there, or is none, is told before anything starts"
fake
start cgroup="$work/cg/child" check_only=1 cgroup_limit=io.max="$work/none rbps=1" cgroup_limit=io.max="/dev/null wbps=1" -- true
contains missing "$out" "problem host cgroup-device $work/none rbps=1: No such file or directory (expected a block device). Correct io_max = in [service:child]"
contains none "$out" "problem host cgroup-device /dev/null wbps=1: Block device required"
contains all "$out" "checked 2 0"

note "a folder that is yet to be made is judged by the one above it"
fake
rm -r "$work/cg/child"
start cgroup="$work/cg/child" check_only=1 cgroup_limit=memory.max=1 cgroup_limit=cpuset.cpus=1 -- true
contains above "$out" "the cpuset controller is not enabled for it. Run: echo +cpuset > $work/cg/cgroup.subtree_control"
contains "nothing else" "$out" "checked 1 0"
start cgroup="$work/cg/child" cgroup_limit=memory.max=1 -- true
contains "not to be joined" "$out" "problem host cgroup-unusable $work/cg/child: No such file or directory"
start cgroup="$work/cg/reeve/child" check_only=1 cgroup_limit=cpuset.cpus=1 cgroup_limit=misc.max=1 -- true
contains "further up" "$out" "the misc controller is not enabled for it. Delegate misc"
contains "what is there may be enabled" "$out" "checked 1 0"
start cgroup=/no-such-mount/reeve/child check_only=1 cgroup_limit=pids.max=1 -- true
contains "nothing there" "$out" "the pids controller is not enabled for it."

note "a value that the kernel does not take, or a file that cannot be written, is refused by the step"
fake
rm "$work/cg/child/memory.max"
mkdir "$work/cg/child/memory.max"
start cgroup="$work/cg/child" cgroup_limit=memory.max=1 -- true
refused written "refused cgroup-limits 21 memory.max=1: Is a directory"
equal "not joined" "$(cat "$work/cg/child/cgroup.procs")" ""
for limit in memory memory.max max =5 .max=1 memory.max/../x=1 ../memory.max=1 ""; do
	start cgroup="$work/cg/child" cgroup_limit="$limit" -- true
	refused "'$limit'" "refused cgroup-limits 22 $limit: Invalid argument"
done

note "devices by path"
fake
start cgroup="$work/cg/child" cgroup_limit="io.max=/dev/null rbps=1" -- true
refused "no disk" "problem host cgroup-device /dev/null rbps=1: Block device required"
start cgroup="$work/cg/child" cgroup_limit="io.max=/dev/no-such-disk rbps=1" -- true
refused "not there" "problem host cgroup-device /dev/no-such-disk rbps=1: No such file or directory"
disk=$(find /dev -maxdepth 1 -type b 2>/dev/null | head -1)
if [ -n "$disk" ]; then
	start cgroup="$work/cg/child" cgroup_limit="io.max=$disk rbps=7" -- true
	equal disk "$(cat "$work/cg/child/io.max")" "$((0x$(stat -c %t "$disk"))):$((0x$(stat -c %T "$disk"))) rbps=7"
fi

real=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
if [ -n "$real" ] && mkdir "$real/reeve-test-$$" 2>/dev/null; then
	note "the kernel's own folder"
	undo() { rmdir "$real/reeve-test-$$"; tidy; }
	trap undo EXIT
	for controller in memory pids cpu io; do
		grep -qw "$controller" "$real/reeve-test-$$/cgroup.controllers" && continue
		start cgroup="$real/reeve-test-$$" cgroup_limit="$controller.max=max" -- true
		refused "$controller" "$real/reeve-test-$$: the $controller controller is not enabled for it."
	done
	start cgroup="$real/reeve-test-$$" cgroup_limit=cgroup.max.descendants=3 -- true
	refused "not a controller" "the cgroup controller is not enabled for it."
	start cgroup="$real/reeve-test-$$" -- cat /proc/self/cgroup
	contains joined "$out" "0::/reeve-test-$$"
fi

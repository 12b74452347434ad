# A kernel of their own. Not of `make check`: they want qemu and a kernel to boot.
VM          = %D%/cgroup.sh %D%/clock.sh
EXTRA_DIST += $(VM)
EXTRA_DIST += %D%/cgroup_guest.sh
EXTRA_DIST += %D%/clock_guest.sh
EXTRA_DIST += %D%/guest.sh
EXTRA_DIST += %D%/machine.sh

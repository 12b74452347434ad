# A kernel of their own. Not of `make check`: they want qemu and a kernel to boot.
VM          = %D%/cgroup.sh
EXTRA_DIST += $(VM)
EXTRA_DIST += %D%/cgroup_guest.sh

#include "launch/denial.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "launch/start.h"
#include "sys/filter.h"
#include "wire/callgroup.h"

/* Newer than the headers that this may be built with. Since Linux 5.1 a new call has one number everywhere. */
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif

/* What some architectures never had is left out there. */
static const struct {
	enum callgroup group;
	int            call;
} calls[] = {
	{ CALLGROUP_CLOCK,    SYS_adjtimex },
	{ CALLGROUP_CLOCK,    SYS_clock_adjtime },
	{ CALLGROUP_CLOCK,    SYS_clock_settime },
	{ CALLGROUP_CLOCK,    SYS_settimeofday },
	{ CALLGROUP_DEBUG,    SYS_perf_event_open },
	{ CALLGROUP_DEBUG,    SYS_pidfd_getfd },
	{ CALLGROUP_DEBUG,    SYS_process_vm_readv },
	{ CALLGROUP_DEBUG,    SYS_process_vm_writev },
	{ CALLGROUP_DEBUG,    SYS_ptrace },
	{ CALLGROUP_KEYRING,  SYS_add_key },
	{ CALLGROUP_KEYRING,  SYS_keyctl },
	{ CALLGROUP_KEYRING,  SYS_request_key },
	{ CALLGROUP_MODULE,   SYS_delete_module },
	{ CALLGROUP_MODULE,   SYS_finit_module },
	{ CALLGROUP_MODULE,   SYS_init_module },
	{ CALLGROUP_MOUNT,    SYS_chroot },
	{ CALLGROUP_MOUNT,    SYS_fsconfig },
	{ CALLGROUP_MOUNT,    SYS_fsmount },
	{ CALLGROUP_MOUNT,    SYS_fsopen },
	{ CALLGROUP_MOUNT,    SYS_fspick },
	{ CALLGROUP_MOUNT,    SYS_mount },
	{ CALLGROUP_MOUNT,    SYS_mount_setattr },
	{ CALLGROUP_MOUNT,    SYS_move_mount },
	{ CALLGROUP_MOUNT,    SYS_open_tree },
	{ CALLGROUP_MOUNT,    SYS_open_tree_attr },
	{ CALLGROUP_MOUNT,    SYS_pivot_root },
	{ CALLGROUP_MOUNT,    SYS_umount2 },
#ifdef SYS_uselib
	{ CALLGROUP_OBSOLETE, SYS__sysctl },
	{ CALLGROUP_OBSOLETE, SYS_create_module },
	{ CALLGROUP_OBSOLETE, SYS_sysfs },
	{ CALLGROUP_OBSOLETE, SYS_uselib },
	{ CALLGROUP_OBSOLETE, SYS_ustat },
	{ CALLGROUP_OBSOLETE, SYS_vserver },
#endif
	{ CALLGROUP_OBSOLETE, SYS_lookup_dcookie },
	{ CALLGROUP_OBSOLETE, SYS_nfsservctl },
#ifdef SYS_iopl
	{ CALLGROUP_RAW_IO,   SYS_ioperm },
	{ CALLGROUP_RAW_IO,   SYS_iopl },
#endif
	{ CALLGROUP_REBOOT,   SYS_kexec_file_load },
	{ CALLGROUP_REBOOT,   SYS_kexec_load },
	{ CALLGROUP_REBOOT,   SYS_reboot },
	{ CALLGROUP_SWAP,     SYS_swapoff },
	{ CALLGROUP_SWAP,     SYS_swapon },
};

_Static_assert(ARRAY_LEN(calls) <= FILTER_CALLS_MAX, "a filter holds all of them");

int denial_enter(struct start *s, const char **ret_what)
{
	uint64_t denied = s->order.context.denied_calls;
	struct filter f;
	int r;

	if (denied == 0)
		return 0;
	*ret_what = "a filter of system calls";
	r = filter_begin(&f);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(calls); i++)
		if (denied & 1ULL << calls[i].group)
			r = filter_add(&f, calls[i].call, SECCOMP_RET_ERRNO | EPERM);
	if (r < 0)
		return r;
	filter_end(&f, SECCOMP_RET_ALLOW);
	return filter_enter(&f);
}

#include "store/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "sys/filter.h"

static const int unpack_keeps[] = {
	SYS_read, SYS_write, SYS_close, SYS_fstat, SYS_newfstatat, SYS_lseek, SYS_pread64, SYS_openat2,
	SYS_openat, SYS_fcntl, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk, SYS_futex,
	SYS_sendto, SYS_clock_gettime, SYS_gettimeofday, SYS_getrandom, SYS_getpid, SYS_gettid, SYS_tgkill,
	SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_exit, SYS_exit_group,
	SYS_sched_yield, SYS_prlimit64, SYS_sysinfo,
};

static const int fetch_loses[] = {
	SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kill, SYS_tkill,
	SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_open_tree,
	SYS_move_mount, SYS_fsopen, SYS_fsmount, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd,
	SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_keyctl, SYS_add_key,
	SYS_request_key, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot,
	SYS_swapon, SYS_swapoff, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_open_by_handle_at,
	SYS_name_to_handle_at, SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_listen, SYS_accept4,
	SYS_accept, SYS_linkat, SYS_symlinkat, SYS_renameat2, SYS_unlinkat, SYS_mkdirat, SYS_mknodat,
	SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_truncate, SYS_setxattr, SYS_fsetxattr,
	SYS_setuid, SYS_setgid, SYS_setresuid, SYS_setresgid, SYS_setgroups, SYS_capset, SYS_personality,
};

static const struct {
	const int *calls;
	size_t     count;
	uint32_t   listed, other;
} policies[] = {
	[SANDBOX_UNPACK] = { unpack_keeps, ARRAY_LEN(unpack_keeps), SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM },
	[SANDBOX_FETCH]  = { fetch_loses, ARRAY_LEN(fetch_loses), SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ALLOW },
};

_Static_assert(ARRAY_LEN(fetch_loses) <= FILTER_CALLS_MAX && ARRAY_LEN(unpack_keeps) <= FILTER_CALLS_MAX,
               "a filter holds every list");

int seccomp_enter(enum sandbox which)
{
	struct filter f;
	int r = filter_begin(&f);

	for (size_t i = 0; r == 0 && i < policies[which].count; i++)
		r = filter_add(&f, policies[which].calls[i], policies[which].listed);
	if (r == 0) {
		filter_end(&f, policies[which].other);
		r = filter_enter(&f);
	}
	return r == -ENOTSUP || r == -EINVAL ? 0 : r; /* a machine, or a kernel, without it */
}

#include "store/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCH_HERE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH_HERE AUDIT_ARCH_AARCH64
#else
#define ARCH_HERE 0
#endif

enum { FILTER_MAX = 160, X32_BIT = 0x40000000 };

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

struct program {
	struct sock_filter code[FILTER_MAX];
	unsigned short     len;
};

static void add(struct program *p, struct sock_filter one)
{
	p->code[p->len++] = one; /* FILTER_MAX holds the longest list; see the assertion below */
}

/* If the value at hand is k (or, with JGE, at least k), return action. */
static void add_test(struct program *p, unsigned short jump, uint32_t k, uint32_t action)
{
	add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | jump | BPF_K, k, 0, 1));
	add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

_Static_assert(2 * ARRAY_LEN(fetch_loses) + 8 <= FILTER_MAX && 2 * ARRAY_LEN(unpack_keeps) + 8 <= FILTER_MAX,
               "the filter holds every list");

int seccomp_enter(enum sandbox which)
{
	struct program p = { .len = 0 };
	struct sock_fprog prog = { .filter = p.code };

	if (ARCH_HERE == 0)
		return 0;
	add(&p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
	add(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH_HERE, 1, 0));
	add(&p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	add(&p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
	if (ARCH_HERE == AUDIT_ARCH_X86_64)
		add_test(&p, BPF_JGE, X32_BIT, SECCOMP_RET_KILL_PROCESS);
	for (size_t i = 0; i < policies[which].count; i++)
		add_test(&p, BPF_JEQ, (uint32_t)policies[which].calls[i], policies[which].listed);
	add(&p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, policies[which].other));
	prog.len = p.len;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		return errno == EINVAL ? 0 : -errno; /* a kernel without it */
	return 0;
}

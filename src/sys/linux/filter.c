#include "sys/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#if defined(__x86_64__)
#define ARCH_HERE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH_HERE AUDIT_ARCH_AARCH64
#else
#define ARCH_HERE 0
#endif

enum { X32_BIT = 0x40000000, END_LEN = 1 };

static void add(struct filter *f, struct sock_filter one)
{
	f->code[f->len++] = one;
}

/* If the value at hand is k (or, with JGE, at least k), return action. */
static void add_test(struct filter *f, unsigned short jump, uint32_t k, uint32_t action)
{
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | jump | BPF_K, k, 0, 1));
	add(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

int filter_begin(struct filter *f)
{
	f->len = 0;
	if (ARCH_HERE == 0)
		return -ENOTSUP;
	add(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH_HERE, 1, 0));
	add(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	add(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
	if (ARCH_HERE == AUDIT_ARCH_X86_64)
		add_test(f, BPF_JGE, X32_BIT, SECCOMP_RET_KILL_PROCESS);
	return 0;
}

int filter_add(struct filter *f, int call, uint32_t action)
{
	if (f->len + 2 + END_LEN > (int)ARRAY_LEN(f->code))
		return -E2BIG;
	add_test(f, BPF_JEQ, (uint32_t)call, action);
	return 0;
}

void filter_end(struct filter *f, uint32_t action)
{
	add(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action)); /* filter_add() left room for it */
}

int filter_enter(struct filter *f)
{
	struct sock_fprog prog = { .len = f->len, .filter = f->code };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0 ? -errno : 0;
}

/*
 * refuse_calls ERRNO CALL... -- COMMAND [ARGUMENT...]: runs the command in a sandbox whose filter
 * answers these system calls with EPERM or ENOSYS, as the filters of containers do with what they do not
 * know (seccomp(2); numbers are those of the machine this was compiled for).
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"

enum { CALLS_MAX = 32 };

static const struct { const char *name; uint32_t number; } calls[] = {
	{ "clone3", SYS_clone3 }, { "pidfd_open", SYS_pidfd_open }, { "close_range", SYS_close_range },
	{ "openat2", SYS_openat2 }, { "pidfd_send_signal", SYS_pidfd_send_signal }, { "faccessat2", SYS_faccessat2 },
	{ "memfd_create", SYS_memfd_create }, { "tee", SYS_tee }, { "splice", SYS_splice },
	{ "signalfd4", SYS_signalfd4 },
};

static int find_call(const char *name, uint32_t *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (strcmp(calls[i].name, name) == 0) {
			*ret = calls[i].number;
			return 0;
		}
	fprintf(stderr, "refuse_calls: the table has no %s\n", name);
	return -EINVAL;
}

/* Loads the number; each call of the list jumps to the refusal, which is last. */
static int install(const uint32_t *numbers, size_t n, uint32_t error)
{
	struct sock_filter code[CALLS_MAX + 3];
	struct sock_fprog program = { .len = (unsigned short)(n + 3), .filter = code };

	code[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < n; i++)
		code[i + 1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, numbers[i], (uint8_t)(n - i), 0);
	code[n + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[n + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
		return -errno;
	return 0;
}

int main(int argc, char **argv)
{
	uint32_t numbers[CALLS_MAX];
	size_t n = 0;
	int at = 2, r;

	for (; at < argc && strcmp(argv[at], "--") != 0; at++)
		if (n == CALLS_MAX || find_call(argv[at], &numbers[n++]) < 0)
			return 2;
	if (at + 1 >= argc || n == 0) {
		fprintf(stderr, "usage: refuse_calls EPERM|ENOSYS CALL... -- COMMAND [ARGUMENT...]\n");
		return 2;
	}
	r = install(numbers, n, strcmp(argv[1], "EPERM") == 0 ? EPERM : ENOSYS);
	if (r < 0) {
		fprintf(stderr, "refuse_calls: %s\n", strerror(-r));
		return 77;
	}
	(void)execvp(argv[at + 1], argv + at + 1);
	fprintf(stderr, "refuse_calls: %s: %s\n", argv[at + 1], strerror(errno));
	return 127;
}

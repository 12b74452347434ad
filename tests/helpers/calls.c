/*
 * Makes one system call of each group of wire/callgroup.h, with arguments that nothing can come of, and says
 * what came back: "@mount Bad address". With an argument instead: "x86" makes one by the 32-bit gate, "x32" one
 * with the number of that ABI.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"

static const struct {
	const char *group;
	long        call;
	long        arguments[3];
} calls[] = {
	{ "@clock",    SYS_clock_settime, { -1, 0, 0 } },
	{ "@debug",    SYS_ptrace,        { -1, -1, 0 } },
	{ "@keyring",  SYS_keyctl,        { -1, 0, 0 } },
	{ "@module",   SYS_delete_module, { 0, 0, 0 } },
	{ "@mount",    SYS_umount2,       { 0, 0, 0 } },
#ifdef SYS_ustat
	{ "@obsolete", SYS_ustat,         { -1, 0, 0 } },
#else
	{ "@obsolete", SYS_nfsservctl,    { -1, 0, 0 } },
#endif
#ifdef SYS_ioperm
	{ "@raw-io",   SYS_ioperm,        { 70000, 1, 1 } },
#endif
	{ "@reboot",   SYS_reboot,        { 0, 0, 0 } },
	{ "@swap",     SYS_swapoff,       { 0, 0, 0 } },
};

static void show(const char *what, long result)
{
	printf("%s %s\n", what, result < 0 ? strerror(errno) : "done");
}

int main(int argc, char **argv)
{
	const char *abi = argc > 1 ? argv[1] : "";

	if (strcmp(abi, "x32") == 0) {
		show(abi, syscall(0x40000000L | SYS_getpid));
		return 0;
	}
#ifdef __x86_64__
	if (strcmp(abi, "x86") == 0) {
		long result = 20; /* getpid of the other table */

		__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
		show(abi, result);
		return 0;
	}
#endif
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		show(calls[i].group, syscall(calls[i].call, calls[i].arguments[0], calls[i].arguments[1], calls[i].arguments[2]));
	return 0;
}

/*
 * What the loader will look for, read out of an ELF file (elf(5), System V gABI) that may be anything:
 * every offset and count is bounded before it is used, nothing is mapped, and no byte is believed twice.
 * Only files of this machine's byte order are read.
 */
#ifndef LAUNCH_ELF_H
#define LAUNCH_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { ELF_NEEDED_MAX = 256, ELF_TEXTS_MAX = 32768 };

struct elf {
	unsigned bits;                    /* 32 or 64 */
	uint16_t machine;                 /* EM_* */
	bool     cut;                     /* it names more than fits here */
	uint16_t interpreter;             /* places in texts; 0 none */
	uint16_t rpath, runpath;
	uint16_t needed[ELF_NEEDED_MAX];
	size_t   needed_n;
	size_t   texts_len;
	char     texts[ELF_TEXTS_MAX];    /* texts[0] is NUL */
};

/* -ENOEXEC for a file that is not ELF at all, -EBADMSG for one that breaks the format's rules. */
int elf_read(int fd, struct elf *ret) MUST_CHECK;

/* Whether fd is an ELF file for the same machine and word size: the only kind ld.so takes. */
bool elf_is_like(int fd, const struct elf *other);

/* Whether this host's processor runs it. */
bool elf_is_native(const struct elf *e);

const char *elf_machine_name(uint16_t machine);

#endif

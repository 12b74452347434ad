/*
 * The smallest ELF file that names what a loader looks for: header, PT_LOAD over the whole, PT_INTERP,
 * PT_DYNAMIC, strings. For tests of those who read such files; nothing in it could run. A header
 * alone, so that a fuzz target needs nothing linked.
 */
#ifndef HELPERS_ELF_IMAGE_H
#define HELPERS_ELF_IMAGE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"

enum { ELF_IMAGE_MAX = 4096 };

struct elf_image {
	unsigned    bits;             /* 32 or 64 */
	uint16_t    machine;
	const char *interpreter;      /* NULL none; so are the others */
	const char *rpath, *runpath;
	const char *needed[4];
};

/* Where the parts of a 64-bit image are, for whoever wants to damage one. */
enum { ELF_IMAGE_SEGMENTS = 64, ELF_IMAGE_DYNAMIC = 512, ELF_IMAGE_STRINGS = 1024 };

struct elf_image_writer {
	uint8_t *buf;
	unsigned bits;
	size_t   dynamic_n, strings;   /* entries written, end of the strings */
};

static inline size_t elf_image_string(struct elf_image_writer *w, const char *s)
{
	size_t at = w->strings;

	memcpy(w->buf + at, s, strlen(s) + 1);
	w->strings += strlen(s) + 1;
	return at;
}

static inline void elf_image_add_dynamic(struct elf_image_writer *w, int64_t tag, uint64_t value)
{
	Elf64_Dyn wide = { .d_tag = tag, .d_un.d_val = value };
	Elf32_Dyn narrow = { .d_tag = (Elf32_Sword)tag, .d_un.d_val = (Elf32_Word)value };
	size_t size = w->bits == 64 ? sizeof wide : sizeof narrow;

	memcpy(w->buf + ELF_IMAGE_DYNAMIC + w->dynamic_n++ * size, w->bits == 64 ? (void *)&wide : (void *)&narrow, size);
}

static inline void elf_image_add_name(struct elf_image_writer *w, int64_t tag, const char *s)
{
	if (s != NULL)
		elf_image_add_dynamic(w, tag, elf_image_string(w, s) - ELF_IMAGE_STRINGS);
}

static inline void elf_image_add_segment(struct elf_image_writer *w, unsigned i, uint32_t type, size_t at, size_t size)
{
	Elf64_Phdr wide = { .p_type = type, .p_offset = at, .p_vaddr = 0x10000 + at, .p_filesz = size };
	Elf32_Phdr narrow = {
		.p_type = type, .p_offset = (Elf32_Off)at, .p_vaddr = (Elf32_Addr)(0x10000 + at),
		.p_filesz = (Elf32_Word)size,
	};

	if (w->bits == 64)
		memcpy(w->buf + ELF_IMAGE_SEGMENTS + i * sizeof wide, &wide, sizeof wide);
	else
		memcpy(w->buf + ELF_IMAGE_SEGMENTS + i * sizeof narrow, &narrow, sizeof narrow);
}

static inline void elf_image_write_header(struct elf_image_writer *w, uint16_t machine, uint16_t segments)
{
	Elf64_Ehdr wide = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_DYN, .e_machine = machine, .e_phoff = ELF_IMAGE_SEGMENTS,
		.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = segments,
	};
	Elf32_Ehdr narrow = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_DYN, .e_machine = machine, .e_phoff = ELF_IMAGE_SEGMENTS,
		.e_phentsize = sizeof(Elf32_Phdr), .e_phnum = segments,
	};

	if (w->bits == 64)
		memcpy(w->buf, &wide, sizeof wide);
	else
		memcpy(w->buf, &narrow, sizeof narrow);
}

/* Writes it to buf, ELF_IMAGE_MAX bytes; returns its length. The texts must leave it room. */
static inline size_t elf_image_write(const struct elf_image *image, uint8_t *buf)
{
	struct elf_image_writer w = { .buf = buf, .bits = image->bits, .strings = ELF_IMAGE_STRINGS };
	size_t interpreter;

	memset(buf, 0, ELF_IMAGE_MAX);
	(void)elf_image_string(&w, ""); /* the first string of a table is the empty one */
	elf_image_add_dynamic(&w, DT_STRTAB, 0x10000 + ELF_IMAGE_STRINGS);
	for (size_t i = 0; i < ARRAY_LEN(image->needed); i++)
		elf_image_add_name(&w, DT_NEEDED, image->needed[i]);
	elf_image_add_name(&w, DT_RPATH, image->rpath);
	elf_image_add_name(&w, DT_RUNPATH, image->runpath);
	elf_image_add_dynamic(&w, DT_NULL, 0);
	interpreter = image->interpreter != NULL ? elf_image_string(&w, image->interpreter) : 0;
	elf_image_write_header(&w, image->machine, interpreter > 0 ? 3 : 2);
	elf_image_add_segment(&w, 0, PT_LOAD, 0, w.strings);
	elf_image_add_segment(&w, 1, PT_DYNAMIC, ELF_IMAGE_DYNAMIC, w.dynamic_n * (w.bits == 64 ? 16 : 8));
	if (interpreter > 0)
		elf_image_add_segment(&w, 2, PT_INTERP, interpreter, w.strings - interpreter);
	return w.strings;
}

#endif

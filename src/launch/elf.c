#include "launch/elf.h"

#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { SEGMENTS_MAX = 128, DYNAMIC_MAX = 4096, WINDOW = 1024 };

/* One segment, whatever the word size. */
struct segment {
	uint32_t type;
	uint64_t offset, address, size;
};

struct reader {
	int            fd;
	uint64_t       window_at;          /* what of the file is in the window: headers come in rows */
	size_t         window_len;
	uint8_t        window[WINDOW];
	struct elf    *elf;
	struct segment segments[SEGMENTS_MAX];
	size_t         segments_n;
};

static ssize_t read_some(int fd, uint64_t offset, void *buf, size_t max)
{
	ssize_t n;

	if (offset > INT64_MAX - max)
		return -EBADMSG;
	do
		n = pread(fd, buf, max, (off_t)offset);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Exactly len bytes at offset, at most WINDOW; the end of the file before that is a broken file. */
static int read_at(struct reader *r, uint64_t offset, void *buf, size_t len)
{
	uint64_t skip = offset - r->window_at; /* huge when it is before the window */

	if (skip > r->window_len || r->window_len - skip < len) {
		ssize_t n = read_some(r->fd, offset, r->window, sizeof r->window);

		r->window_len = n < 0 ? 0 : (size_t)n;
		r->window_at = offset;
		skip = 0;
		if (n < 0)
			return (int)n;
		if ((size_t)n < len)
			return -EBADMSG;
	}
	memcpy(buf, r->window + skip, len);
	return 0;
}

/* Keeps the text at offset, of at most max bytes with its NUL; its place to *ret, 0 when room ran out. */
static int keep_text(struct reader *r, uint64_t offset, size_t max, uint16_t *ret)
{
	struct elf *e = r->elf;
	size_t room = sizeof e->texts - e->texts_len;
	ssize_t n;
	size_t len;

	if (max > room)
		max = room;
	n = read_some(r->fd, offset, e->texts + e->texts_len, max);
	if (n < 0)
		return (int)n;
	len = strnlen(e->texts + e->texts_len, (size_t)n);
	if (len == (size_t)n) { /* no NUL: the file ends, or the room does */
		e->cut = max == room && (size_t)n == max;
		return e->cut ? 0 : -EBADMSG;
	}
	*ret = (uint16_t)e->texts_len;
	e->texts_len += len + 1;
	return 0;
}

static int read_segment(struct reader *r, uint64_t offset, struct segment *ret)
{
	union { Elf32_Phdr p32; Elf64_Phdr p64; } h;
	bool wide = r->elf->bits == 64;
	int e = read_at(r, offset, &h, wide ? sizeof h.p64 : sizeof h.p32);

	if (e == 0 && wide)
		*ret = (struct segment){ h.p64.p_type, h.p64.p_offset, h.p64.p_vaddr, h.p64.p_filesz };
	else if (e == 0)
		*ret = (struct segment){ h.p32.p_type, h.p32.p_offset, h.p32.p_vaddr, h.p32.p_filesz };
	return e;
}

/* The file header and, from it, where the program headers are. */
static int read_header(struct reader *r, uint64_t *ret_at, size_t *ret_step)
{
	union { unsigned char ident[EI_NIDENT]; Elf32_Ehdr h32; Elf64_Ehdr h64; } h;
	unsigned char order = __BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
	struct elf *e = r->elf;
	ssize_t n = read_some(r->fd, 0, &h, sizeof h);

	if (n < 0)
		return (int)n;
	if (n < EI_NIDENT || memcmp(h.ident, ELFMAG, SELFMAG) != 0)
		return -ENOEXEC;
	if (h.ident[EI_DATA] != order || (h.ident[EI_CLASS] != ELFCLASS32 && h.ident[EI_CLASS] != ELFCLASS64))
		return -EBADMSG;
	e->bits = h.ident[EI_CLASS] == ELFCLASS64 ? 64 : 32;
	if ((size_t)n < (e->bits == 64 ? sizeof h.h64 : sizeof h.h32))
		return -EBADMSG;
	e->machine = e->bits == 64 ? h.h64.e_machine : h.h32.e_machine;
	*ret_at = e->bits == 64 ? h.h64.e_phoff : h.h32.e_phoff;
	*ret_step = e->bits == 64 ? h.h64.e_phentsize : h.h32.e_phentsize;
	r->segments_n = e->bits == 64 ? h.h64.e_phnum : h.h32.e_phnum;
	if (*ret_step < (e->bits == 64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)) ||
	    r->segments_n == 0 || r->segments_n > SEGMENTS_MAX)
		return -EBADMSG;
	return 0;
}

/* Where in the file the byte at this address is (only PT_LOAD puts bytes in memory). */
static int offset_of(const struct reader *r, uint64_t address, uint64_t *ret)
{
	for (size_t i = 0; i < r->segments_n; i++) {
		const struct segment *s = &r->segments[i];

		if (s->type != PT_LOAD || address < s->address || address - s->address >= s->size)
			continue;
		return __builtin_add_overflow(s->offset, address - s->address, ret) ? -EBADMSG : 0;
	}
	return -EBADMSG;
}

static int read_entry(struct reader *r, const struct segment *dynamic, size_t i, Elf64_Dyn *ret)
{
	Elf32_Dyn narrow;
	int e;

	if (r->elf->bits == 64)
		return read_at(r, dynamic->offset + i * sizeof *ret, ret, sizeof *ret);
	e = read_at(r, dynamic->offset + i * sizeof narrow, &narrow, sizeof narrow);
	if (e == 0)
		*ret = (Elf64_Dyn){ .d_tag = narrow.d_tag, .d_un.d_val = narrow.d_un.d_val };
	return e;
}

/* Calls fn with every entry of the dynamic section up to its end. */
static int each_entry(struct reader *r, const struct segment *dynamic,
                      int (*fn)(struct reader *, const Elf64_Dyn *, uint64_t *), uint64_t *strings)
{
	size_t size = r->elf->bits == 64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
	size_t count = dynamic->size / size < DYNAMIC_MAX ? (size_t)(dynamic->size / size) : DYNAMIC_MAX;

	for (size_t i = 0; i < count; i++) {
		Elf64_Dyn entry;
		int e = read_entry(r, dynamic, i, &entry);

		if (e == 0 && entry.d_tag == DT_NULL)
			return 0;
		if (e == 0)
			e = fn(r, &entry, strings);
		if (e < 0)
			return e;
	}
	return 0;
}

static int find_strings(struct reader *r, const Elf64_Dyn *entry, uint64_t *strings)
{
	return entry->d_tag == DT_STRTAB ? offset_of(r, entry->d_un.d_ptr, strings) : 0;
}

static int keep_entry(struct reader *r, const Elf64_Dyn *entry, uint64_t *strings)
{
	struct elf *e = r->elf;
	bool is_text = entry->d_tag == DT_RPATH || entry->d_tag == DT_RUNPATH || entry->d_tag == DT_NEEDED;
	uint64_t at;

	if (!is_text)
		return 0;
	if (__builtin_add_overflow(*strings, entry->d_un.d_val, &at))
		return -EBADMSG;
	if (entry->d_tag == DT_RPATH)
		return keep_text(r, at, 8192, &e->rpath);
	if (entry->d_tag == DT_RUNPATH)
		return keep_text(r, at, 8192, &e->runpath);
	if (e->needed_n == ELF_NEEDED_MAX) {
		e->cut = true;
		return 0;
	}

	int k = keep_text(r, at, 1024, &e->needed[e->needed_n]);

	if (k == 0 && e->needed[e->needed_n] != 0)
		e->needed_n++;
	return k;
}

static int read_dynamic(struct reader *r, const struct segment *dynamic)
{
	uint64_t strings = 0;
	int e = each_entry(r, dynamic, find_strings, &strings);

	if (e < 0 || strings == 0) /* no string table: it can name nothing */
		return e;
	return each_entry(r, dynamic, keep_entry, &strings);
}

int elf_read(int fd, struct elf *ret)
{
	struct reader r = { .fd = fd, .elf = ret };
	uint64_t at = 0;
	size_t step = 0;
	int e;

	memset(ret, 0, offsetof(struct elf, texts));
	ret->texts[0] = '\0';
	ret->texts_len = 1;
	e = read_header(&r, &at, &step);
	for (size_t i = 0; i < r.segments_n && e == 0; i++)
		e = read_segment(&r, at + i * step, &r.segments[i]);
	for (size_t i = 0; i < r.segments_n && e == 0; i++) {
		if (r.segments[i].type == PT_INTERP)
			e = keep_text(&r, r.segments[i].offset, 4096, &ret->interpreter);
		else if (r.segments[i].type == PT_DYNAMIC)
			e = read_dynamic(&r, &r.segments[i]);
	}
	return e;
}

bool elf_is_like(int fd, const struct elf *other)
{
	union { unsigned char ident[EI_NIDENT]; Elf32_Ehdr h; } head;

	/* e_machine stands at the same place in both word sizes. */
	return read_some(fd, 0, &head, sizeof head) == (ssize_t)sizeof head && memcmp(head.ident, ELFMAG, SELFMAG) == 0 &&
	       head.ident[EI_CLASS] == (other->bits == 64 ? ELFCLASS64 : ELFCLASS32) &&
	       head.h.e_machine == other->machine;
}

static const struct { uint16_t machine, guest; const char *name; } machines[] = {
	{ EM_X86_64,  EM_386,  "x86-64" },   /* guest: the 32-bit machine that its kernels run, too */
	{ EM_386,     EM_386,  "i386" },
	{ EM_AARCH64, EM_ARM,  "aarch64" },
	{ EM_ARM,     EM_ARM,  "arm" },
	{ EM_RISCV,   EM_RISCV, "riscv" },
	{ EM_PPC64,   EM_PPC64, "ppc64" },
	{ EM_S390,    EM_S390, "s390" },
	{ EM_MIPS,    EM_MIPS, "mips" },
};

/* What this program was compiled for; EM_NONE where the table has no word for it. */
static uint16_t own_machine(void)
{
#if defined __x86_64__
	return EM_X86_64;
#elif defined __i386__
	return EM_386;
#elif defined __aarch64__
	return EM_AARCH64;
#elif defined __arm__
	return EM_ARM;
#elif defined __riscv
	return EM_RISCV;
#elif defined __powerpc64__
	return EM_PPC64;
#elif defined __s390__
	return EM_S390;
#elif defined __mips__
	return EM_MIPS;
#else
	return EM_NONE;
#endif
}

bool elf_is_native(const struct elf *e)
{
	uint16_t own = own_machine();

	for (size_t i = 0; i < ARRAY_LEN(machines); i++)
		if (machines[i].machine == own)
			return e->machine == own || e->machine == machines[i].guest;
	return true; /* not known: the kernel will say */
}

const char *elf_machine_name(uint16_t machine)
{
	for (size_t i = 0; i < ARRAY_LEN(machines); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return "another machine";
}

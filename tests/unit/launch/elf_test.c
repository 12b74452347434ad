#include "launch/elf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/own.h"
#include "../../helpers/elf_image.h"

static const struct elf_image usual = {
	.bits = 64, .machine = EM_X86_64, .interpreter = "/lib64/ld-linux-x86-64.so.2",
	.runpath = "$ORIGIN/../lib", .needed = { "libone.so.1", "libtwo.so.2" },
};

/* Reads len bytes as a file. */
static int read_bytes(const uint8_t *bytes, size_t len, struct elf *ret)
{
	OWN(fd) int fd = memfd_create("elf", MFD_CLOEXEC);

	assert_true(fd >= 0 && pwrite(fd, bytes, len, 0) == (ssize_t)len);
	return elf_read(fd, ret);
}

static void names_of_both_word_sizes_are_read(void **state)
{
	static const unsigned bits[] = { 64, 32 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
		struct elf_image image = usual;
		uint8_t buf[ELF_IMAGE_MAX];
		struct elf e;

		image.bits = bits[i];
		image.rpath = "/opt/lib";
		assert_int_equal(read_bytes(buf, elf_image_write(&image, buf), &e), 0);
		assert_int_equal(e.bits, bits[i]);
		assert_int_equal(e.machine, EM_X86_64);
		assert_string_equal(e.texts + e.interpreter, usual.interpreter);
		assert_string_equal(e.texts + e.runpath, usual.runpath);
		assert_string_equal(e.texts + e.rpath, "/opt/lib");
		assert_int_equal(e.needed_n, 2);
		assert_string_equal(e.texts + e.needed[0], "libone.so.1");
		assert_string_equal(e.texts + e.needed[1], "libtwo.so.2");
	}
}

static void a_static_program_names_nothing(void **state)
{
	struct elf_image image = { .bits = 64, .machine = EM_X86_64 };
	uint8_t buf[ELF_IMAGE_MAX];
	struct elf e;

	(void)state;
	assert_int_equal(read_bytes(buf, elf_image_write(&image, buf), &e), 0);
	assert_int_equal(e.interpreter, 0);
	assert_int_equal(e.needed_n, 0);
	assert_int_equal(e.runpath, 0);
}

static void this_very_program_is_native_and_needs_libc(void **state)
{
	OWN(fd) int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	bool libc = false;
	struct elf e;

	(void)state;
	assert_int_equal(elf_read(fd, &e), 0);
	assert_true(elf_is_native(&e));
	assert_true(elf_is_like(fd, &e));
	assert_int_not_equal(e.interpreter, 0);
	for (size_t i = 0; i < e.needed_n; i++)
		libc = libc || strcmp(e.texts + e.needed[i], "libc.so.6") == 0;
	assert_true(libc || strstr(e.texts + e.interpreter, "musl") != NULL);
}

static void what_is_no_elf_is_told_apart_from_a_broken_one(void **state)
{
	uint8_t buf[ELF_IMAGE_MAX];
	struct elf e;

	(void)state;
	assert_int_equal(read_bytes((const uint8_t *)"", 0, &e), -ENOEXEC);
	assert_int_equal(read_bytes((const uint8_t *)"#!/bin/sh\n", 10, &e), -ENOEXEC);
	assert_int_equal(read_bytes((const uint8_t *)"\177ELF", 4, &e), -ENOEXEC);
	(void)elf_image_write(&usual, buf);
	buf[EI_CLASS] = 7;
	assert_int_equal(read_bytes(buf, sizeof buf, &e), -EBADMSG);
	(void)elf_image_write(&usual, buf);
	buf[EI_DATA] = ELFDATA2MSB;
	assert_int_equal(read_bytes(buf, sizeof buf, &e), -EBADMSG);
}

/* Writes value of size bytes at a place of the usual image, and reads that. */
static int read_damaged(size_t at, uint64_t value, size_t size, struct elf *ret)
{
	uint8_t buf[ELF_IMAGE_MAX];
	size_t len = elf_image_write(&usual, buf);

	memcpy(buf + at, &value, size); /* little-endian, like the image */
	return read_bytes(buf, len, ret);
}

static void hostile_numbers_are_refused(void **state)
{
	enum { SEGMENT = sizeof(Elf64_Phdr), AT_OFFSET = 8, AT_ADDRESS = 16 };
	static const struct { size_t at; uint64_t value; size_t size; } cases[] = {
		{ offsetof(Elf64_Ehdr, e_phoff), UINT64_MAX, 8 },
		{ offsetof(Elf64_Ehdr, e_phoff), 1 << 20, 8 },
		{ offsetof(Elf64_Ehdr, e_phentsize), 1, 2 },
		{ offsetof(Elf64_Ehdr, e_phentsize), 0, 2 },
		{ offsetof(Elf64_Ehdr, e_phentsize), 0xffff, 2 },
		{ offsetof(Elf64_Ehdr, e_phnum), 0, 2 },
		{ offsetof(Elf64_Ehdr, e_phnum), 0xffff, 2 },
		{ ELF_IMAGE_SEGMENTS + SEGMENT + AT_OFFSET, UINT64_MAX - 4, 8 },       /* the dynamic section */
		{ ELF_IMAGE_SEGMENTS + SEGMENT + AT_OFFSET, 1 << 30, 8 },
		{ ELF_IMAGE_SEGMENTS + 2 * SEGMENT + AT_OFFSET, UINT64_MAX, 8 },       /* the interpreter */
		{ ELF_IMAGE_SEGMENTS + AT_ADDRESS, 0xffffffffffff0000, 8 },            /* strings in no segment */
		{ ELF_IMAGE_DYNAMIC + 8, UINT64_MAX, 8 },                              /* DT_STRTAB */
		{ ELF_IMAGE_DYNAMIC + 16 + 8, UINT64_MAX, 8 },                         /* the first DT_NEEDED */
		{ ELF_IMAGE_DYNAMIC + 16 + 8, 1 << 20, 8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct elf e;

		if (read_damaged(cases[i].at, cases[i].value, cases[i].size, &e) != -EBADMSG)
			fail_msg("case %zu was taken", i);
	}
}

static void every_truncation_is_refused_or_harmless(void **state)
{
	uint8_t buf[ELF_IMAGE_MAX];
	size_t len = elf_image_write(&usual, buf);

	(void)state;
	for (size_t n = 0; n < len; n++) {
		struct elf e;

		assert_int_not_equal(read_bytes(buf, n, &e), 0);
	}
}

static void more_names_than_fit_are_cut_and_said_so(void **state)
{
	static uint8_t buf[65536];
	Elf64_Dyn entry = { .d_tag = DT_NEEDED, .d_un.d_val = 1 };
	Elf64_Phdr dynamic = { .p_type = PT_DYNAMIC, .p_offset = 8192, .p_vaddr = 0x12000, .p_filesz = 16 * 1000 };
	Elf64_Dyn strings = { .d_tag = DT_STRTAB, .d_un.d_ptr = 0x10000 + ELF_IMAGE_STRINGS };
	struct elf e;

	(void)state;
	(void)elf_image_write(&usual, buf);
	memcpy(buf + ELF_IMAGE_SEGMENTS + sizeof dynamic, &dynamic, sizeof dynamic);
	for (size_t i = 0; i < 1000; i++)
		memcpy(buf + 8192 + i * sizeof entry, i == 500 ? &strings : &entry, sizeof entry);
	assert_int_equal(read_bytes(buf, sizeof buf, &e), 0);
	assert_true(e.cut);
	assert_int_equal(e.needed_n, ELF_NEEDED_MAX);
}

static void only_the_same_kind_of_library_is_alike(void **state)
{
	struct elf_image other = usual;
	uint8_t buf[ELF_IMAGE_MAX];
	struct elf e;
	OWN(fd) int fd = memfd_create("elf", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(read_bytes(buf, elf_image_write(&usual, buf), &e), 0);
	other.machine = EM_AARCH64;
	(void)!pwrite(fd, buf, elf_image_write(&other, buf), 0); /* elf_is_like() would tell */
	assert_false(elf_is_like(fd, &e));
	other = usual;
	other.bits = 32;
	(void)!pwrite(fd, buf, elf_image_write(&other, buf), 0); /* elf_is_like() would tell */
	assert_false(elf_is_like(fd, &e));
	(void)!pwrite(fd, buf, elf_image_write(&usual, buf), 0);
	assert_true(elf_is_like(fd, &e));
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_both_word_sizes_are_read),
		cmocka_unit_test(a_static_program_names_nothing),
		cmocka_unit_test(this_very_program_is_native_and_needs_libc),
		cmocka_unit_test(what_is_no_elf_is_told_apart_from_a_broken_one),
		cmocka_unit_test(hostile_numbers_are_refused),
		cmocka_unit_test(every_truncation_is_refused_or_harmless),
		cmocka_unit_test(more_names_than_fit_are_cut_and_said_so),
		cmocka_unit_test(only_the_same_kind_of_library_is_alike),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

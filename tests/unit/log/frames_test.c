#include "log/frames.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/own.h"

/* A file in memory with so many bytes of a pattern that compresses, but not to nothing. */
static int make_plain(size_t len)
{
	OWN(mem) unsigned char *bytes = malloc(len + 1);
	int fd = memfd_create("plain", MFD_CLOEXEC);

	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)((i * 2654435761U >> 13) % 61 + (i % 97 == 0 ? '\n' : ' '));
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static int compressed(int plain)
{
	int fd = memfd_create("compressed", MFD_CLOEXEC);

	assert_int_equal(frames_compress(plain, fd), 0);
	return fd;
}

/* Holds what is read from there against the plain file. */
static void same_at(struct frames *f, int plain, uint64_t pos, size_t max)
{
	static char got[3 * FRAME_BYTES], want[3 * FRAME_BYTES];
	ssize_t n = frames_read(f, got, max, pos);
	ssize_t all = pread(plain, want, max, (off_t)pos);

	assert_true(n >= 0 && n <= all);
	assert_int_equal(n > 0, all > 0 && max > 0);
	assert_memory_equal(got, want, (size_t)n);
}

static void what_went_in_comes_out_from_anywhere(void **state)
{
	static const size_t sizes[] = { 0, 1, 1000, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES + 77 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		OWN(fd) int plain = make_plain(sizes[i]);
		OWN(fd) int fd = compressed(plain);
		struct frames *f = NULL;

		assert_int_equal(frames_open(fd, &f), 0);
		assert_int_equal(frames_size(f), sizes[i]);
		for (uint64_t pos = 0; pos < sizes[i] + 2; pos += sizes[i] / 7 + 1)
			same_at(f, plain, pos, 5000);
		for (uint64_t pos = sizes[i] + 1; pos-- > 0; pos -= pos < sizes[i] / 5 ? pos : sizes[i] / 5)
			same_at(f, plain, pos, FRAME_BYTES);
		same_at(f, plain, UINT64_MAX / 4, 1);
		frames_free(f);
	}
}

/* Reads all of it, in whatever state it is; -EBADMSG or the bytes. */
static ssize_t read_all(int fd)
{
	static char buf[64 * 1024];
	struct frames *f = NULL;
	ssize_t n = frames_open(fd, &f), sum = 0;

	if (n < 0)
		return n;
	while ((n = frames_read(f, buf, sizeof buf, (uint64_t)sum)) > 0)
		sum += n;
	frames_free(f);
	return n < 0 ? n : sum;
}

static void what_is_cut_short_is_refused(void **state)
{
	OWN(fd) int plain = make_plain(5000);
	OWN(fd) int fd = compressed(plain);
	off_t len = lseek(fd, 0, SEEK_END);

	(void)state;
	assert_int_equal(read_all(fd), 5000);
	for (off_t cut = len - 1; cut >= 0; cut -= cut > len - 40 ? 1 : len / 50 + 1) {
		assert_int_equal(ftruncate(fd, cut), 0);
		assert_int_equal(read_all(fd), -EBADMSG);
	}
}

static void a_flipped_bit_never_gives_other_bytes(void **state)
{
	OWN(fd) int plain = make_plain(3000);
	OWN(fd) int fd = compressed(plain);
	off_t len = lseek(fd, 0, SEEK_END);

	(void)state;
	for (off_t at = 0; at < len; at++) {
		unsigned char byte, other;
		ssize_t n;

		assert_int_equal(pread(fd, &byte, 1, at), 1);
		other = byte ^ (unsigned char)(1U << at % 8);
		assert_int_equal(pwrite(fd, &other, 1, at), 1);
		n = read_all(fd);
		assert_true(n == -EBADMSG || n == 3000); /* the head of the table is for zstd alone */
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
}

static void what_is_none_of_ours_is_refused(void **state)
{
	static const unsigned char many[] = { 0xff, 0xff, 0xff, 0xff, 0, 0xb1, 0xea, 0x92, 0x8f };
	OWN(fd) int fd = memfd_create("foreign", MFD_CLOEXEC);
	int ends[2];
	struct frames *f = NULL;

	(void)state;
	assert_int_equal(write(fd, "just some text that is long enough", 34), 34);
	assert_int_equal(frames_open(fd, &f), -EBADMSG);
	assert_int_equal(write(fd, many, sizeof many), (ssize_t)sizeof many); /* a table larger than any file */
	assert_int_equal(frames_open(fd, &f), -EBADMSG);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(frames_open(ends[0], &f), -EBADMSG);
	close(ends[0]);
	close(ends[1]);
}

static void a_disk_that_is_full_is_told(void **state)
{
	OWN(fd) int plain = make_plain(5000);
	OWN(fd) int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(frames_compress(plain, full), -ENOSPC);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_went_in_comes_out_from_anywhere),
		cmocka_unit_test(what_is_cut_short_is_refused),
		cmocka_unit_test(a_flipped_bit_never_gives_other_bytes),
		cmocka_unit_test(what_is_none_of_ours_is_refused),
		cmocka_unit_test(a_disk_that_is_full_is_told),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "publish/payload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/own.h"

/* A manifest of a folder, a file of three bytes in it, and a link to that. */
static struct index_entry listed[] = {
	{ .path = "bin", .type = ENTRY_FOLDER },
	{ .path = "bin/web", .type = ENTRY_EXECUTABLE, .size = 3 },
	{ .path = "web", .type = ENTRY_LINK, .target = "bin/web" },
};

static const struct manifest *manifest(void)
{
	static struct manifest m = { .files = listed, .files_n = ARRAY_LEN(listed), .files_bytes = 3 };

	hash_bytes("abc", 3, &listed[1].digest);
	return &m;
}

/* One entry of a hostile archive. */
struct item {
	const char *path, *bytes, *symlink, *hardlink;
	unsigned    type;
};

static const struct item folder = { .path = "bin", .type = AE_IFDIR };
static const struct item file = { .path = "bin/web", .bytes = "abc", .type = AE_IFREG };
static const struct item link_to = { .path = "web", .symlink = "bin/web", .type = AE_IFLNK };

static void put(struct archive *a, const struct item *i)
{
	struct archive_entry *e = archive_entry_new();
	size_t len = i->bytes != NULL ? strlen(i->bytes) : 0;

	archive_entry_set_pathname(e, i->path);
	archive_entry_set_filetype(e, i->type);
	archive_entry_set_perm(e, 06777);
	archive_entry_set_size(e, (la_int64_t)len);
	if (i->symlink != NULL)
		archive_entry_set_symlink(e, i->symlink);
	if (i->hardlink != NULL)
		archive_entry_set_hardlink(e, i->hardlink);
	assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
	if (len > 0)
		assert_int_equal(archive_write_data(a, i->bytes, len), len);
	archive_entry_free(e);
}

/* Reads an archive of these items; the code of the refusal, or "" when it is taken. */
static const char *read_items(const struct item *items, size_t n)
{
	static struct problem p;
	OWN(fd) int fd = memfd_create("archive", MFD_CLOEXEC);
	struct archive *a = archive_write_new();

	assert_true(fd >= 0 && a != NULL);
	assert_int_equal(archive_write_set_format_pax_restricted(a), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter_gzip(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_fd(a, fd), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++)
		put(a, &items[i]);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	(void)archive_write_free(a); /* closed */
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	p = (struct problem){ .code = "" };

	int r = payload_read(fd, "payload.any.tar.gz", manifest(), NULL, &p);

	assert_int_equal(r, p.code[0] != '\0' ? -ECANCELED : 0);
	return p.code[0] != '\0' ? p.got : "";
}

#define READ(...) read_items((const struct item[]){ __VA_ARGS__ }, \
	sizeof((const struct item[]){ __VA_ARGS__ }) / sizeof(struct item))

static void what_is_listed_is_taken_in_any_order(void **state)
{
	(void)state;
	assert_string_equal(READ(folder, file, link_to), "");
	assert_string_equal(READ(link_to, file, folder), "");
}

static void every_other_archive_is_refused_and_says_why(void **state)
{
	static const struct item escaping = { .path = "../bin", .type = AE_IFDIR };
	static const struct item absolute = { .path = "/bin/web", .bytes = "abc", .type = AE_IFREG };
	static const struct item extra = { .path = "bin/extra", .bytes = "abc", .type = AE_IFREG };
	static const struct item dot = { .path = ".", .type = AE_IFDIR };
	static const struct item longer = { .path = "bin/web", .bytes = "abcd", .type = AE_IFREG };
	static const struct item shorter = { .path = "bin/web", .bytes = "ab", .type = AE_IFREG };
	static const struct item other = { .path = "bin/web", .bytes = "abd", .type = AE_IFREG };
	static const struct item device = { .path = "bin/web", .type = AE_IFCHR };
	static const struct item fifo = { .path = "bin/web", .type = AE_IFIFO };
	static const struct item as_link = { .path = "bin/web", .symlink = "/etc/passwd", .type = AE_IFLNK };
	static const struct item as_hardlink = { .path = "bin/web", .hardlink = "/etc/passwd", .type = AE_IFREG };
	static const struct item elsewhere = { .path = "web", .symlink = "/etc/passwd", .type = AE_IFLNK };
	static const struct { const char *why; struct item items[4]; size_t n; } cases[] = {
		{ "not in the manifest", { escaping }, 1 }, { "not in the manifest", { absolute }, 1 },
		{ "not in the manifest", { folder, extra }, 2 }, { "not in the manifest", { dot }, 1 },
		{ "more bytes", { folder, longer }, 2 }, { "other bytes", { folder, shorter }, 2 },
		{ "other bytes", { folder, other }, 2 }, { "another type", { folder, device }, 2 },
		{ "another type", { folder, fifo }, 2 }, { "another type", { folder, as_link }, 2 },
		{ "another type", { folder, as_hardlink }, 2 }, { "leads elsewhere", { elsewhere }, 1 },
		{ "twice", { folder, file, file }, 3 }, { "not in the archive", { folder, file }, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *got = read_items(cases[i].items, cases[i].n);

		if (strstr(got, cases[i].why) == NULL)
			fail_msg("case %zu: '%s' instead of '%s'", i, got, cases[i].why);
	}
}

static void what_is_no_archive_is_refused(void **state)
{
	static const char *const bytes[] = { "<html>200 OK</html>", "\x1f\x8b\x08", "PK\x03\x04", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bytes); i++) {
		OWN(fd) int fd = memfd_create("archive", MFD_CLOEXEC);
		struct problem p = { .code = "" };

		assert_int_equal(pwrite(fd, bytes[i], strlen(bytes[i]), 0), strlen(bytes[i]));
		assert_int_equal(payload_read(fd, "x", manifest(), NULL, &p), -ECANCELED);
		assert_string_equal(p.code, "payload");
	}
}

static void what_is_scanned_is_written_and_reads_back(void **state)
{
	char path[] = "/tmp/payload_test.XXXXXX", name[128];
	struct manifest m = { .files = NULL };
	struct problem p = { .code = "" };
	struct newfile f;
	struct scan s;

	(void)state;
	assert_non_null(mkdtemp(path));

	OWN(fd) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(mkdirat(dir, "in", 0755), 0);
	assert_int_equal(symlinkat("file", dir, "in/link"), 0);

	OWN(fd) int fd = openat(dir, "in/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);

	assert_int_equal(write(fd, "\177ELF", 4), 4);
	(void)snprintf(name, sizeof name, "%s/in", path);
	assert_int_equal(scan_folder(name, &s, &p), 0);
	assert_int_equal(s.n, 2);
	assert_true(s.has_elf);
	assert_int_equal(s.entries[0].type, ENTRY_EXECUTABLE);
	assert_string_equal(s.entries[1].target, "file");
	assert_int_equal(newfile_init(&f, dir, "out"), 0);
	assert_int_equal(payload_write(&s, PAYLOAD_TAR_GZIP, &f, &p), 0);
	assert_int_equal(newfile_commit(&f, 0644), 0);
	newfile_done(&f);
	m.files = s.entries;
	m.files_n = s.n;

	OWN(fd) int back = openat(dir, "out", O_RDONLY | O_CLOEXEC);

	assert_int_equal(payload_read(back, "out", &m, NULL, &p), 0);
	assert_int_equal(write(fd, "changed", 7), 7);
	assert_int_equal(newfile_init(&f, dir, "out"), 0);
	assert_int_equal(payload_write(&s, PAYLOAD_TAR_GZIP, &f, &p), -ECANCELED);
	newfile_done(&f);
	scan_done(&s);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(unlinkat(dir, ((const char *const[]){ "in/link", "in/file", "in", "out" })[i],
		                          i == 2 ? AT_REMOVEDIR : 0), 0);
	assert_int_equal(rmdir(path), 0); /* so nothing half-written stayed */
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_listed_is_taken_in_any_order),
		cmocka_unit_test(every_other_archive_is_refused_and_says_why),
		cmocka_unit_test(what_is_no_archive_is_refused),
		cmocka_unit_test(what_is_scanned_is_written_and_reads_back),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

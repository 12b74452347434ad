#include "store/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "store/fault.h"
#include "store/role.h"
#include "store/sandbox.h"
#include "sys/clock.h"

enum {
	FD_PAYLOAD = ROLE_FIRST_FD, FD_STAGE = UNPACK_STAGE, FD_INDEX, FD_WANTED,
	READ_BLOCK = 64 * 1024, TELL_EVERY_MS = 100,
	SEEN = 0x80     /* beside the wish, in wanted[] */
};

struct unpacker {
	struct archive *archive;
	struct index   *index;
	uint8_t        *wanted;
	uint32_t        count;
	uint64_t        amount, total;  /* bytes of files */
	uint64_t        told_ms;
};

/* The last word: what is wrong with which entry. */
static int refuse(enum fault what, int error, const char *where, const char *got)
{
	role_tell(&(struct role_note){
		.done = true, .fault = what, .error = error, .where = where, .got = got });
	return -ECANCELED;
}

static int refuse_archive(struct unpacker *u, const char *where)
{
	int error = archive_errno(u->archive);

	return refuse(error == ENOMEM ? FAULT_UNPACK_LIMIT : FAULT_UNPACK_FORMAT, 0, where,
	              archive_error_string(u->archive));
}

static int open_archive(struct unpacker *u)
{
	u->archive = archive_read_new();
	if (u->archive == NULL)
		return refuse(FAULT_NO_MEMORY, ENOMEM, "archive", "");
	/* These and no others: each reader is a way in (libarchive's tar reader includes pax and GNU). */
	if (archive_read_support_filter_gzip(u->archive) != ARCHIVE_OK ||
	    archive_read_support_filter_zstd(u->archive) != ARCHIVE_OK ||
	    archive_read_support_filter_xz(u->archive) != ARCHIVE_OK ||
	    archive_read_support_format_tar(u->archive) != ARCHIVE_OK ||
	    archive_read_open_fd(u->archive, FD_PAYLOAD, READ_BLOCK) != ARCHIVE_OK)
		return refuse_archive(u, "archive");
	return 0;
}

/* A name as it stands in the manifest: without a leading "./" and a folder's trailing "/". */
static bool plain_name(const char *raw, char *buf, size_t max)
{
	size_t len;

	while (raw != NULL && strncmp(raw, "./", 2) == 0)
		raw += 2;
	len = raw != NULL ? strlen(raw) : 0;
	if (len > 0 && raw[len - 1] == '/')
		len--;
	if (len == 0 || len >= max)
		return false;
	memcpy(buf, raw, len);
	buf[len] = '\0';
	return path_is_plain(buf);
}

static bool type_matches(struct archive_entry *ae, const struct index_entry *e)
{
	static const mode_t types[] = {
		[ENTRY_FILE] = AE_IFREG, [ENTRY_EXECUTABLE] = AE_IFREG, [ENTRY_FOLDER] = AE_IFDIR,
		[ENTRY_LINK] = AE_IFLNK,
	};

	return archive_entry_hardlink(ae) == NULL && archive_entry_filetype(ae) == types[e->type];
}

static void tell_progress(struct unpacker *u)
{
	uint64_t now = sys_now_ms();

	if (now - u->told_ms < TELL_EVERY_MS)
		return;
	u->told_ms = now;
	role_tell(&(struct role_note){ .fault = FAULT_COUNT, .amount = u->amount, .total = u->total });
}

/* The data of the entry at hand into fd (-1: only counted), never more than it is listed with. */
static int take_data(struct unpacker *u, const struct index_entry *e, int fd)
{
	uint64_t size = 0;

	for (;;) {
		const void *data;
		size_t len;
		la_int64_t at;
		int r = archive_read_data_block(u->archive, &data, &len, &at);

		if (r == ARCHIVE_EOF)
			break;
		if (r != ARCHIVE_OK)
			return refuse_archive(u, e->path);
		if (at < 0 || (uint64_t)at != size) /* sparse archives make holes; we do not */
			return refuse(FAULT_UNPACK_TYPE, 0, e->path, "a sparse file");
		if (len > e->size - size)
			return refuse(FAULT_UNPACK_SIZE, 0, e->path, "more bytes than listed");
		size += len;
		u->amount += len;
		r = fd < 0 ? 0 : io_write_all(fd, data, len);
		if (r < 0)
			return refuse(FAULT_STORE_IO, -r, e->path, "cannot write");
		tell_progress(u);
	}
	return size == e->size ? 0 : refuse(FAULT_UNPACK_SIZE, 0, e->path, "fewer bytes than listed");
}

static int take_file(struct unpacker *u, uint32_t i, const struct index_entry *e)
{
	char name[16];

	if (!(u->wanted[i] & 1))
		return take_data(u, e, -1);
	(void)snprintf(name, sizeof name, "%u", i);

	OWN(fd) int fd = path_open_beneath(FD_STAGE, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd < 0)
		return refuse(FAULT_STORE_IO, -fd, e->path, "cannot make its file");
	return take_data(u, e, fd);
}

static int take_entry(struct unpacker *u, struct archive_entry *ae)
{
	const char *raw = archive_entry_pathname(ae);
	char name[4097];
	struct index_entry e;
	uint32_t i;

	if (raw != NULL && (strcmp(raw, ".") == 0 || strcmp(raw, "./") == 0) &&
	    archive_entry_filetype(ae) == AE_IFDIR)
		return 0; /* the top folder, which every tar of one has */
	if (!plain_name(raw, name, sizeof name) || !index_find(u->index, name, &i))
		return refuse(FAULT_UNPACK_UNLISTED, 0, raw != NULL ? raw : "?", "not in the manifest");
	index_entry(u->index, i, &e);
	if (u->wanted[i] & SEEN)
		return refuse(FAULT_UNPACK_TWICE, 0, e.path, "a second time");
	u->wanted[i] |= SEEN;
	if (!type_matches(ae, &e))
		return refuse(FAULT_UNPACK_TYPE, 0, e.path, "of another type than listed");
	if (e.type == ENTRY_FOLDER || e.type == ENTRY_LINK)
		return 0; /* made from the index, not from here */
	if (archive_entry_size_is_set(ae) && (uint64_t)archive_entry_size(ae) != e.size)
		return refuse(FAULT_UNPACK_SIZE, 0, e.path, "another size than listed");
	return take_file(u, i, &e);
}

static int take_all(struct unpacker *u)
{
	struct archive_entry *ae;
	struct index_entry e;
	int r;

	while ((r = archive_read_next_header(u->archive, &ae)) == ARCHIVE_OK) {
		r = take_entry(u, ae);
		if (r < 0)
			return r;
	}
	if (r != ARCHIVE_EOF)
		return refuse_archive(u, "archive");
	for (uint32_t i = 0; i < u->count; i++) {
		index_entry(u->index, i, &e);
		if ((u->wanted[i] & 1) && !(u->wanted[i] & SEEN))
			return refuse(FAULT_UNPACK_MISSING, 0, e.path, "not in the archive");
	}
	return 0;
}

static int prepare(struct unpacker *u, void **blob)
{
	OWN(mem) char *data = NULL, *wanted = NULL;
	size_t len, n;
	int r = io_read_all(FD_INDEX, INDEX_BYTES_MAX, &data, &len);

	if (r == 0)
		r = io_read_all(FD_WANTED, INDEX_ENTRIES_MAX, &wanted, &n);
	if (r == 0)
		r = index_from_memory(data, len, &u->index);
	if (r < 0)
		return refuse(FAULT_NO_ROLE, -r, "index", "cannot read the order");
	u->count = index_count(u->index);
	for (uint32_t i = 0; i < u->count; i++) {
		struct index_entry e;

		index_entry(u->index, i, &e);
		u->total += e.size;
	}
	*blob = take_ptr(data);
	u->wanted = (uint8_t *)take_ptr(wanted);
	return n == u->count ? 0 : refuse(FAULT_NO_ROLE, EINVAL, "wanted", "cannot read the order");
}

int unpack_role(void)
{
	struct unpacker u = { 0 };
	void *blob = NULL;
	int r;

	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* names are UTF-8 whatever the host speaks */
	r = prepare(&u, &blob);

	if (r == 0) {
		r = sandbox_enter(SANDBOX_UNPACK, u.total);
		if (r < 0)
			r = refuse(FAULT_NO_ROLE, -r, "sandbox", "cannot give up rights");
	}
	if (r == 0)
		r = open_archive(&u);
	if (r == 0)
		r = take_all(&u);
	if (r == 0)
		role_tell(&(struct role_note){ .done = true, .fault = FAULT_COUNT, .amount = u.amount });
	if (u.archive != NULL)
		(void)archive_read_free(u.archive); /* read only */
	index_free(u.index);
	free(u.wanted);
	free(blob);
	return r < 0;
}

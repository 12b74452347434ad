#include "publish/payload.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "publish/wrong.h"

enum { BLOCK = 64 * 1024 };

struct reader {
	struct archive        *archive;
	const char            *name;
	const struct manifest *manifest;
	struct payload_sink   *sink;
	bool                  *seen;    /* per entry of the manifest */
	struct problem        *problem;
};

static const char remedy[] = "Pack the bundle again";

static int refuse(struct reader *r, const char *path, const char *got)
{
	return wrong(r->problem, "payload", r->name, remedy, "%s: %s", path, got);
}

static int refuse_archive(struct reader *r)
{
	return refuse(r, "archive", archive_error_string(r->archive));
}

static int by_path(const void *key, const void *entry)
{
	return strcmp(key, ((const struct index_entry *)entry)->path);
}

/* The entry of the manifest under the archive's name for it: folders may end in "/". */
static const struct index_entry *find(const struct reader *r, const char *raw)
{
	OWN(mem) char *path = raw != NULL ? strdup(raw) : NULL;
	size_t len = path != NULL ? strlen(path) : 0;

	if (len == 0)
		return NULL;
	if (path[len - 1] == '/')
		path[len - 1] = '\0';
	return bsearch(path, r->manifest->files, r->manifest->files_n, sizeof(struct index_entry), by_path);
}

/* The bytes of the entry at hand, into fd unless it is -1. */
static int take_bytes(struct reader *r, const struct index_entry *e, int fd)
{
	struct digest digest;
	uint64_t size = 0;
	struct hash h;

	hash_begin(&h);
	for (;;) {
		char buf[BLOCK];
		la_ssize_t n = archive_read_data(r->archive, buf, sizeof buf);

		if (n < 0)
			return refuse_archive(r);
		if (n == 0)
			break;
		size += (uint64_t)n;
		if (size > e->size)
			return refuse(r, e->path, "more bytes than the manifest lists");
		hash_add(&h, buf, (size_t)n);
		int w = fd < 0 ? 0 : io_write_all(fd, buf, (size_t)n);
		if (w < 0)
			return wrong_errno(r->problem, w, e->path, "write");
	}
	hash_end(&h, &digest);
	if (size != e->size || !digest_is_equal(&digest, &e->digest))
		return refuse(r, e->path, "other bytes than the manifest lists");
	return 0;
}

static int take_file(struct reader *r, const struct index_entry *e)
{
	int fd = -1, result = 0;

	if (r->sink != NULL)
		result = r->sink->begin(r->sink, e, &fd, r->problem);
	if (result == 0)
		result = take_bytes(r, e, fd);
	if (result == 0 && r->sink != NULL)
		result = r->sink->end(r->sink, e, r->problem);
	return result;
}

static int take_entry(struct reader *r, struct archive_entry *ae)
{
	static const unsigned types[] = {
		[ENTRY_FILE] = AE_IFREG, [ENTRY_EXECUTABLE] = AE_IFREG, [ENTRY_FOLDER] = AE_IFDIR,
		[ENTRY_LINK] = AE_IFLNK,
	};
	const char *raw = archive_entry_pathname(ae);
	const struct index_entry *e = find(r, raw);

	if (e == NULL)
		return refuse(r, raw != NULL ? raw : "?", "not in the manifest");
	if (r->seen[e - r->manifest->files])
		return refuse(r, e->path, "twice in the archive");
	r->seen[e - r->manifest->files] = true;
	if (archive_entry_hardlink(ae) != NULL || archive_entry_filetype(ae) != types[e->type])
		return refuse(r, e->path, "of another type than the manifest lists");
	if (e->type == ENTRY_LINK &&
	    (archive_entry_symlink(ae) == NULL || strcmp(archive_entry_symlink(ae), e->target) != 0))
		return refuse(r, e->path, "leads elsewhere than the manifest lists");
	return e->type == ENTRY_FILE || e->type == ENTRY_EXECUTABLE ? take_file(r, e) : 0;
}

static int take_all(struct reader *r)
{
	struct archive_entry *ae;
	int result = 0, got;

	while (result == 0 && (got = archive_read_next_header(r->archive, &ae)) != ARCHIVE_EOF)
		result = got == ARCHIVE_OK ? take_entry(r, ae) : refuse_archive(r);
	for (uint32_t i = 0; i < r->manifest->files_n && result == 0; i++)
		if (!r->seen[i])
			result = refuse(r, r->manifest->files[i].path, "not in the archive");
	return result;
}

int payload_read(int fd, const char *name, const struct manifest *m, struct payload_sink *sink,
                 struct problem *p)
{
	OWN(mem) bool *seen = calloc(m->files_n, sizeof *seen);
	struct reader r = {
		.archive = archive_read_new(), .name = name, .manifest = m, .sink = sink, .seen = seen, .problem = p,
	};
	int result;

	if (seen == NULL || r.archive == NULL)
		result = wrong_errno(p, ENOMEM, name, "read");
	else if (archive_read_support_filter_gzip(r.archive) != ARCHIVE_OK ||
	         archive_read_support_filter_zstd(r.archive) != ARCHIVE_OK ||
	         archive_read_support_format_tar(r.archive) != ARCHIVE_OK ||
	         archive_read_open_fd(r.archive, fd, BLOCK) != ARCHIVE_OK)
		result = refuse_archive(&r);
	else
		result = take_all(&r);
	(void)archive_read_free(r.archive); /* only read */
	return result;
}

#include "publish/payload.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "publish/wrong.h"

enum { BUFFER = 64 * 1024 };

struct writer {
	struct archive *archive;
	struct problem *problem;
};

static int add_filter(struct archive *a, enum payload_media media)
{
	static int (*const filters[])(struct archive *) = {
		[PAYLOAD_TAR_GZIP] = archive_write_add_filter_gzip,
		[PAYLOAD_TAR_ZSTD] = archive_write_add_filter_zstd,
	};

	return filters[media](a); /* ARCHIVE_WARN: it would run a program */
}

bool payload_can_write(enum payload_media media)
{
	struct archive *a = archive_write_new();
	bool can = a != NULL && add_filter(a, media) == ARCHIVE_OK;

	(void)archive_write_free(a); /* nothing was written */
	return can;
}

static la_ssize_t write_block(struct archive *a, void *file, const void *data, size_t len)
{
	int r = newfile_add(file, data, len);

	if (r == 0)
		return (la_ssize_t)len;
	archive_set_error(a, -r, "%s", strerror(-r));
	return -1;
}

static int refuse(struct writer *w, const char *path)
{
	return wrong(w->problem, "archive", path, "See what libarchive says", "cannot archive: %s",
	             archive_error_string(w->archive));
}

static int write_data(struct writer *w, int dir, const struct index_entry *e)
{
	OWN(fd) int fd = path_open_beneath(dir, e->path, O_RDONLY | O_NONBLOCK, 0);
	char buf[BUFFER];
	struct digest digest;
	struct hash h;
	ssize_t n;

	if (fd < 0)
		return wrong_errno(w->problem, fd, e->path, "open");
	hash_begin(&h);
	while ((n = read(fd, buf, sizeof buf)) > 0) {
		hash_add(&h, buf, (size_t)n);
		if (archive_write_data(w->archive, buf, (size_t)n) < 0)
			return refuse(w, e->path);
	}
	if (n < 0)
		return wrong_errno(w->problem, errno, e->path, "read");
	hash_end(&h, &digest);
	if (!digest_is_equal(&digest, &e->digest))
		return wrong(w->problem, "file-altered", e->path, "Pack again when nobody changes the folder",
		             "it changed while it was packed");
	return 0;
}

static int write_entry(struct writer *w, int dir, const struct index_entry *e)
{
	static const struct { unsigned type, mode; } kinds[] = {
		[ENTRY_FILE] = { AE_IFREG, 0444 }, [ENTRY_EXECUTABLE] = { AE_IFREG, 0555 },
		[ENTRY_FOLDER] = { AE_IFDIR, 0755 }, [ENTRY_LINK] = { AE_IFLNK, 0777 },
	};
	struct archive_entry *ae = archive_entry_new();
	bool has_bytes = e->type == ENTRY_FILE || e->type == ENTRY_EXECUTABLE;
	int r;

	if (ae == NULL)
		return wrong_errno(w->problem, ENOMEM, e->path, "archive");
	archive_entry_set_pathname(ae, e->path);
	archive_entry_set_filetype(ae, kinds[e->type].type);
	archive_entry_set_perm(ae, kinds[e->type].mode);
	archive_entry_set_size(ae, has_bytes ? (la_int64_t)e->size : 0);
	archive_entry_set_mtime(ae, 0, 0);
	if (e->type == ENTRY_LINK)
		archive_entry_set_symlink(ae, e->target);
	r = archive_write_header(w->archive, ae) >= ARCHIVE_WARN ? 0 : refuse(w, e->path);
	archive_entry_free(ae);
	return r == 0 && has_bytes ? write_data(w, dir, e) : r;
}

static int open_archive(struct writer *w, enum payload_media media, struct newfile *f)
{
	struct archive *a = w->archive;

	/*
	 * No padding behind the last byte, which readers of zstd choke on; no time in gzip's head, which would
	 * make every archive another one. Names beyond ASCII go as bytes (pax, hdrcharset=BINARY), because
	 * this program runs in the C locale; libarchive warns of that.
	 */
	if (archive_write_set_format_pax_restricted(a) != ARCHIVE_OK || add_filter(a, media) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	    (media == PAYLOAD_TAR_GZIP &&
	     archive_write_set_filter_option(a, "gzip", "timestamp", NULL) != ARCHIVE_OK) ||
	    archive_write_open(a, f, NULL, write_block, NULL) != ARCHIVE_OK)
		return refuse(w, f->name);
	return 0;
}

int payload_write(const struct scan *s, enum payload_media media, struct newfile *f, struct problem *p)
{
	struct writer w = { .archive = archive_write_new(), .problem = p };
	int r;

	if (w.archive == NULL)
		return wrong_errno(p, ENOMEM, f->name, "archive");
	r = open_archive(&w, media, f);
	for (uint32_t i = 0; i < s->n && r == 0; i++)
		r = write_entry(&w, s->dir, &s->entries[i]);
	if (r == 0 && archive_write_close(w.archive) != ARCHIVE_OK)
		r = refuse(&w, f->name);
	(void)archive_write_free(w.archive); /* closed above, or given up */
	return r;
}

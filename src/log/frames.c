#include "log/frames.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zstd.h>

#include "base/own.h"
#include "sys/fd.h"

enum { LEVEL = 3 };

#define TABLE_MAGIC 0x184d2a5eU  /* a skippable frame (RFC 8878, 3.1.2) */
#define SEEK_MAGIC  0x8f92eab1U

/* As they stand at the end of the file, little-endian: head, entries, foot. */
struct table_head {
	uint32_t magic, size;           /* of what follows it */
} __attribute__((packed));

struct table_entry {
	uint32_t packed, plain;         /* bytes of one frame */
} __attribute__((packed));

struct table_foot {
	uint32_t frames;
	uint8_t  descriptor;            /* 0: no checksums in the table; each frame has its own */
	uint32_t magic;
} __attribute__((packed));

static int write_all(int fd, const void *data, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = sys_write(fd, (const char *)data + done, len - done);

		if (n < 0)
			return (int)n;
		done += (size_t)n;
	}
	return 0;
}

/* As much as there is, up to max. */
static ssize_t read_full(int fd, void *buf, size_t max)
{
	size_t got = 0;

	while (got < max) {
		ssize_t n = sys_read(fd, (char *)buf + got, max - got);

		if (n < 0)
			return n;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static int write_table(int fd, const struct table_entry *entries, uint32_t n)
{
	struct table_foot foot = { .frames = htole32(n), .magic = htole32(SEEK_MAGIC) };
	struct table_head head = {
		.magic = htole32(TABLE_MAGIC), .size = htole32((uint32_t)(n * sizeof *entries + sizeof foot)) };
	int r = write_all(fd, &head, sizeof head);

	if (r == 0)
		r = write_all(fd, entries, n * sizeof *entries);
	return r == 0 ? write_all(fd, &foot, sizeof foot) : r;
}

/* What compressing takes. */
struct press {
	ZSTD_CCtx          *zstd;
	char               *plain, *packed;
	struct table_entry *entries;
};

static void own_press(struct press *p)
{
	(void)ZSTD_freeCCtx(p->zstd); /* cannot fail */
	free(p->plain);
	free(p->packed);
	free(p->entries);
}

int frames_compress(int from, int to)
{
	const size_t bound = ZSTD_compressBound(FRAME_BYTES);
	OWN(press) struct press p = {
		.zstd = ZSTD_createCCtx(), .plain = malloc(FRAME_BYTES), .packed = malloc(bound),
		.entries = malloc(FRAMES_MAX * sizeof *p.entries) };
	uint32_t n = 0;

	if (p.zstd == NULL || p.plain == NULL || p.packed == NULL || p.entries == NULL)
		return -ENOMEM;
	(void)ZSTD_CCtx_setParameter(p.zstd, ZSTD_c_compressionLevel, LEVEL);  /* as it is in range */
	(void)ZSTD_CCtx_setParameter(p.zstd, ZSTD_c_checksumFlag, 1);
	for (;;) {
		ssize_t got = read_full(from, p.plain, FRAME_BYTES);
		size_t packed;
		int r;

		if (got <= 0)
			return got < 0 ? (int)got : write_table(to, p.entries, n);
		if (n == FRAMES_MAX)
			return -EFBIG;
		packed = ZSTD_compress2(p.zstd, p.packed, bound, p.plain, (size_t)got);
		if (ZSTD_isError(packed))
			return -EIO;
		r = write_all(to, p.packed, packed);
		if (r < 0)
			return r;
		p.entries[n++] = (struct table_entry){ htole32((uint32_t)packed), htole32((uint32_t)got) };
	}
}

struct frames {
	int                 fd;
	uint32_t            n;
	struct table_entry *entries;
	uint64_t            size;
	uint32_t            at;               /* the frame in plain; n: none */
	uint64_t            at_pos, at_offset; /* where it begins, before compression and after */
	char               *plain, *packed;
};

static int read_at(int fd, void *buf, size_t len, uint64_t pos)
{
	ssize_t n = pread(fd, buf, len, (off_t)pos);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EBADMSG;
}

/* Reads the table and holds it against the size of the file. */
static int read_table(struct frames *f)
{
	struct table_foot foot;
	struct stat st;
	uint64_t packed = 0, table;
	int r = fstat(f->fd, &st) < 0 ? -errno : 0;

	if (r == 0 && (!S_ISREG(st.st_mode) || st.st_size < (off_t)(sizeof foot + sizeof(struct table_head))))
		r = -EBADMSG;
	if (r == 0)
		r = read_at(f->fd, &foot, sizeof foot, (uint64_t)st.st_size - sizeof foot);
	if (r < 0)
		return r;
	f->n = le32toh(foot.frames);
	table = sizeof(struct table_head) + (uint64_t)f->n * sizeof *f->entries + sizeof foot;
	if (le32toh(foot.magic) != SEEK_MAGIC || foot.descriptor != 0 || f->n > FRAMES_MAX ||
	    table > (uint64_t)st.st_size)
		return -EBADMSG;
	f->entries = malloc(f->n * sizeof *f->entries + 1);
	if (f->entries == NULL)
		return -ENOMEM;
	r = read_at(f->fd, f->entries, f->n * sizeof *f->entries,
	            (uint64_t)st.st_size - sizeof foot - f->n * sizeof *f->entries);
	for (uint32_t i = 0; i < f->n && r == 0; i++) {
		f->entries[i].packed = le32toh(f->entries[i].packed);
		f->entries[i].plain = le32toh(f->entries[i].plain);
		packed += f->entries[i].packed;
		f->size += f->entries[i].plain;
		if (f->entries[i].plain > FRAME_BYTES || f->entries[i].packed > ZSTD_compressBound(FRAME_BYTES))
			r = -EBADMSG;
	}
	return r == 0 && packed + table != (uint64_t)st.st_size ? -EBADMSG : r;
}

int frames_open(int fd, struct frames **ret)
{
	struct frames *f = calloc(1, sizeof *f);
	int r;

	if (f == NULL)
		return -ENOMEM;
	f->fd = fd;
	r = read_table(f);
	f->at = f->n;
	if (r < 0)
		frames_free(f);
	else
		*ret = f;
	return r;
}

void frames_free(struct frames *f)
{
	if (f == NULL)
		return;
	free(f->entries);
	free(f->plain);
	free(f->packed);
	free(f);
}

uint64_t frames_size(const struct frames *f)
{
	return f->size;
}

/* Brings frame i, which begins there, into memory. */
static int load(struct frames *f, uint32_t i, uint64_t pos, uint64_t offset)
{
	const struct table_entry *e = &f->entries[i];
	size_t n;
	int r;

	if (f->plain == NULL)
		f->plain = malloc(FRAME_BYTES);
	if (f->packed == NULL)
		f->packed = malloc(ZSTD_compressBound(FRAME_BYTES));
	if (f->plain == NULL || f->packed == NULL)
		return -ENOMEM;
	f->at = f->n;
	r = read_at(f->fd, f->packed, e->packed, offset);
	if (r < 0)
		return r;
	n = ZSTD_decompress(f->plain, FRAME_BYTES, f->packed, e->packed);
	if (ZSTD_isError(n) || n != e->plain)
		return -EBADMSG;
	f->at = i;
	f->at_pos = pos;
	f->at_offset = offset;
	return 0;
}

ssize_t frames_read(struct frames *f, void *buf, size_t max, uint64_t pos)
{
	bool onward = f->at < f->n && pos >= f->at_pos;
	uint64_t begin = onward ? f->at_pos : 0, offset = onward ? f->at_offset : 0;
	uint32_t i = onward ? f->at : 0;

	while (i < f->n && pos - begin >= f->entries[i].plain) {
		begin += f->entries[i].plain;
		offset += f->entries[i++].packed;
	}
	if (i == f->n)
		return 0;
	if (i != f->at) {
		int r = load(f, i, begin, offset);

		if (r < 0)
			return r;
	}
	if (max > f->entries[i].plain - (pos - begin))
		max = f->entries[i].plain - (size_t)(pos - begin);
	memcpy(buf, f->plain + (pos - begin), max);
	return (ssize_t)max;
}

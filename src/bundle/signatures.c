#include "bundle/signatures.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"

#define SIGNATURES_MAGIC "reevest"   /* with its NUL: 8 bytes */

enum { SIGNATURES_FORMAT = 1, SIGNATURES_MARK = 0x01020304 };

static const int64_t second_ns = 1000000000;
static const int64_t fine_ns = 20000000, coarse_ns = 2000000000;

struct slot {
	struct stat_signature is;
	int64_t               read_ns;   /* when; 0: never */
};

/* The file: this head, then count + 1 slots. Native byte order, told by the mark: it is a host's own. */
struct signatures_head {
	char          magic[8];
	uint32_t      mark, format;
	struct digest tree;
	uint32_t      count, zero;
};

struct signatures {
	bool                   changed;
	int64_t                now_ns;
	size_t                 length;  /* of head and slots */
	struct signatures_head head;
	struct slot            slots[];
};

_Static_assert(sizeof(struct slot) == 64 && sizeof(struct signatures_head) == 56, "no holes");
_Static_assert(offsetof(struct signatures, slots) ==
               offsetof(struct signatures, head) + sizeof(struct signatures_head), "head, then slots");

int64_t signatures_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
	return now.tv_sec * second_ns + now.tv_nsec;
}

static int64_t stamp_ns(const struct timespec *t)
{
	return t->tv_sec * second_ns + t->tv_nsec;
}

static struct stat_signature signature_of(const struct stat *st)
{
	return (struct stat_signature){
		.dev = st->st_dev, .ino = st->st_ino, .size = (uint64_t)st->st_size,
		.mtime_ns = stamp_ns(&st->st_mtim), .ctime_ns = stamp_ns(&st->st_ctim),
		.mode = st->st_mode, .uid = st->st_uid, .gid = st->st_gid, .links = (uint32_t)st->st_nlink,
	};
}

static bool is_same(const struct stat_signature *a, const struct stat_signature *b)
{
	return memcmp(a, b, sizeof *a) == 0; /* no holes: asserted with the slot */
}

int signatures_new(const struct digest *tree, uint32_t count, struct signatures **ret)
{
	size_t length = sizeof(struct signatures_head) + ((size_t)count + 1) * sizeof(struct slot);
	struct signatures *s = calloc(1, offsetof(struct signatures, head) + length);

	if (s == NULL)
		return -ENOMEM;
	s->length = length;
	s->now_ns = signatures_now_ns();
	s->head = (struct signatures_head){
		.magic = SIGNATURES_MAGIC, .mark = SIGNATURES_MARK, .format = SIGNATURES_FORMAT,
		.tree = *tree, .count = count,
	};
	*ret = s;
	return 0;
}

static bool writer_is_trusted(int dir, const struct stat *st)
{
	struct stat folder;

	return fstat(dir, &folder) == 0 && S_ISREG(st->st_mode) && (st->st_mode & 022) == 0 &&
	       (st->st_uid == 0 || st->st_uid == folder.st_uid);
}

int signatures_load(int dir, const char *name, const struct digest *tree, uint32_t count,
                    struct signatures **ret)
{
	OWN(fd) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct signatures *s;
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	r = signatures_new(tree, count, &s);
	if (r < 0)
		return r;

	struct signatures_head want = s->head;

	if (!writer_is_trusted(dir, &st) || (uint64_t)st.st_size != s->length)
		r = -EBADMSG;
	else
		r = io_read_exactly(fd, &s->head, s->length);
	if (r == 0 && memcmp(&want, &s->head, sizeof want) != 0)
		r = -EBADMSG;
	if (r < 0) {
		signatures_free(s);
		return r == -ENODATA ? -EBADMSG : r;
	}
	*ret = s;
	return 0;
}

int signatures_save(const struct signatures *s, int dir, const char *name)
{
	char beside[NAME_MAX + 1];

	if (snprintf(beside, sizeof beside, ".%s.%jd", name, (intmax_t)getpid()) >= (int)sizeof beside)
		return -ENAMETOOLONG;

	OWN(fd) int fd = openat(dir, beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;

	int r = io_write_all(fd, &s->head, s->length);

	if (r == 0 && renameat(dir, beside, dir, name) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(dir, beside, 0); /* the error at hand is the one to tell */
	return r;
}

void signatures_free(struct signatures *s)
{
	free(s);
}

bool signatures_is_changed(const struct signatures *s)
{
	return s->changed;
}

/* Whether a change after the reading could have left the very same stamps. */
static bool is_racy(const struct stat_signature *is, int64_t read_ns)
{
	int64_t last = is->ctime_ns > is->mtime_ns ? is->ctime_ns : is->mtime_ns;
	int64_t grain = is->ctime_ns % second_ns != 0 ? fine_ns : coarse_ns;

	return last >= read_ns - grain;
}

bool signatures_is_clean(const struct signatures *s, uint32_t i, const struct stat *now)
{
	if (i > s->head.count)
		return false;

	const struct slot *slot = &s->slots[i];
	struct stat_signature is = signature_of(now);

	return slot->read_ns != 0 && slot->read_ns <= s->now_ns && is_same(&slot->is, &is) &&
	       !is_racy(&is, slot->read_ns);
}

void signatures_record(struct signatures *s, uint32_t i, const struct stat *st, int64_t wall_ns)
{
	if (i > s->head.count)
		return;
	s->slots[i] = (struct slot){ .is = signature_of(st), .read_ns = wall_ns };
	if (wall_ns > s->now_ns)
		s->now_ns = wall_ns; /* the caller looked at the clock later than we did */
	s->changed = true;
}

bool signatures_relinked(struct signatures *s, uint32_t i, const struct stat *before,
                         const struct stat *after, int64_t wall_ns)
{
	struct stat_signature old = signature_of(before), new = signature_of(after);

	if (!signatures_is_clean(s, i, before))
		return false;
	old.ctime_ns = new.ctime_ns;
	old.links = new.links;
	if (!is_same(&old, &new))
		return false;
	signatures_record(s, i, after, wall_ns);
	return true;
}

void signatures_forget(struct signatures *s, uint32_t i)
{
	if (i > s->head.count)
		return;
	s->slots[i] = (struct slot){ 0 };
	s->changed = true;
}

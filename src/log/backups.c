#include "log/backups.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* What is opened is read, and no link; O_NONBLOCK: what is no file at all must not hold us. */
#define READ_IT (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

enum {
	GAPS_MAX = 16,   /* numbers in a row that may be missing: an end half-way, a person */
	LEFT_MAX = 4096, /* that a smaller largest number leaves to remove at once */
};

/*
 * Longer than a name may be: the kernel refuses what is too long, and nothing is cut to another
 * name.
 */
struct name {
	char at[NAME_MAX + 32];
};

#define PLAIN      ""
#define COMPRESSED ".zst"

/* FILE.i, or FILE for 0. */
static const char *name_of(const struct backups *b, uint32_t i, const char *kind, struct name *n)
{
	if (i == 0)
		(void)snprintf(n->at, sizeof n->at, "%s", b->name);
	else
		(void)snprintf(n->at, sizeof n->at, "%s.%u%s", b->name, i, kind);
	return n->at;
}

static const char *temp_name(const struct backups *b, struct name *n)
{
	(void)snprintf(n->at, sizeof n->at, "%s.zst-tmp", b->name);
	return n->at;
}

/* What stands at a number; a file that is compressed already hides the plain one. */
struct slot {
	bool        taken;
	const char *kind;
	struct stat st;
};

static bool look_at(const struct backups *b, uint32_t i, struct slot *ret)
{
	struct name name;

	for (ret->kind = i > 0 ? COMPRESSED : PLAIN;; ret->kind = PLAIN) {
		ret->taken = fstatat(b->dir, name_of(b, i, ret->kind, &name), &ret->st, AT_SYMLINK_NOFOLLOW) == 0;
		if (ret->taken || *ret->kind == '\0')
			return ret->taken;
	}
}

/* The next number above i that is taken; 0: none. */
static uint32_t next_taken(const struct backups *b, uint32_t i, struct slot *ret)
{
	for (uint32_t gap = 0; gap <= GAPS_MAX && i < b->max; gap++)
		if (look_at(b, ++i, ret))
			return i;
	return 0;
}

static int drop(const struct backups *b, uint32_t i, const char *kind)
{
	struct name name;

	return unlinkat(b->dir, name_of(b, i, kind, &name), 0) < 0 && errno != ENOENT ? -errno : 0;
}

/* The compressed one first: alone, each is a backup. */
static int drop_both(const struct backups *b, uint32_t i)
{
	int r = drop(b, i, COMPRESSED);

	return r == 0 ? drop(b, i, PLAIN) : r;
}

/* Moves what stands at a number to the next, which is free; of both kinds the plain one goes. */
static int move_up(const struct backups *b, uint32_t i)
{
	struct name from, to;
	struct slot slot;
	int r = 0;

	if (!look_at(b, i, &slot))
		return 0;
	if (*slot.kind != '\0')
		r = drop(b, i, PLAIN);
	(void)name_of(b, i, slot.kind, &from);
	(void)name_of(b, i + 1, slot.kind, &to);
	return r == 0 && renameat(b->dir, from.at, b->dir, to.at) < 0 ? -errno : r;
}

/* The largest number was larger once. */
static void drop_above(const struct backups *b)
{
	struct backups all = { .dir = b->dir, .name = b->name, .max = UINT32_MAX };
	struct slot slot;
	uint32_t i = b->max;

	for (int n = 0; n < LEFT_MAX && (i = next_taken(&all, i, &slot)) != 0; n++)
		(void)drop_both(b, i); /* what cannot be removed stays; the next rotation comes by again */
}

int backups_push(const struct backups *b)
{
	struct slot slot;
	uint32_t free = 1;
	int r = 0;

	drop_above(b);
	if (b->max == 0)
		return drop(b, 0, PLAIN);
	while (free < b->max && look_at(b, free, &slot))
		free++;
	if (free == b->max)
		r = drop_both(b, free);
	for (uint32_t i = free; i > 0 && r == 0; i--)
		r = move_up(b, i - 1);
	return r;
}

void backups_tidy(const struct backups *b)
{
	struct slot slot;

	backups_drop_temp(b);
	for (uint32_t i = next_taken(b, 0, &slot); i != 0; i = next_taken(b, i, &slot))
		if (*slot.kind != '\0')
			(void)drop(b, i, PLAIN); /* the same bytes; tried again when it moves */
}

uint64_t backups_bytes(const struct backups *b)
{
	struct slot slot;
	uint64_t sum = 0;

	for (uint32_t i = next_taken(b, 0, &slot); i != 0; i = next_taken(b, i, &slot))
		sum += (uint64_t)slot.st.st_size;
	return sum;
}

int backups_drop_oldest(const struct backups *b)
{
	struct slot slot;
	uint32_t oldest = 0;

	for (uint32_t i = next_taken(b, 0, &slot); i != 0; i = next_taken(b, i, &slot))
		oldest = i;
	return oldest == 0 ? -ENOENT : drop_both(b, oldest);
}

static int open_kind(const struct backups *b, uint32_t i, const char *kind)
{
	struct name name;
	int fd = openat(b->dir, name_of(b, i, kind, &name), READ_IT);

	return fd < 0 ? -errno : fd;
}

int backups_open(const struct backups *b, uint32_t i, bool *ret_compressed)
{
	int fd = i > 0 ? open_kind(b, i, COMPRESSED) : -ENOENT;

	*ret_compressed = fd >= 0;
	return fd >= 0 ? fd : open_kind(b, i, PLAIN);
}

int backups_open_plain(const struct backups *b)
{
	struct slot slot;
	uint32_t oldest = 0;

	for (uint32_t i = next_taken(b, 0, &slot); i != 0; i = next_taken(b, i, &slot))
		if (*slot.kind == '\0' && S_ISREG(slot.st.st_mode))
			oldest = i;
	return oldest == 0 ? -ENOENT : open_kind(b, oldest, PLAIN);
}

int backups_make_temp(const struct backups *b)
{
	struct name name;
	int fd;

	backups_drop_temp(b);
	fd = openat(b->dir, temp_name(b, &name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

int backups_use_temp(const struct backups *b, const struct stat *plain)
{
	struct name from, to;
	struct slot slot;
	uint32_t i = next_taken(b, 0, &slot);

	while (i != 0 && (slot.st.st_ino != plain->st_ino || slot.st.st_dev != plain->st_dev))
		i = next_taken(b, i, &slot);
	if (i == 0)
		return -ENOENT;
	if (renameat(b->dir, temp_name(b, &from), b->dir, name_of(b, i, COMPRESSED, &to)) < 0)
		return -errno;
	return drop(b, i, PLAIN);
}

void backups_drop_temp(const struct backups *b)
{
	struct name name;

	(void)unlinkat(b->dir, temp_name(b, &name), 0); /* none there: as wanted */
}

/*
 * The older brothers of a log file: FILE.1, the youngest, to FILE.N, each as it was or compressed
 * (FILE.N.zst). This knows their names and nothing of their bytes.
 *
 * Everything is a rename or an unlink, one after the other in an order in which SIGKILL between any
 * two loses no file: numbers move up from the oldest on, into a number that is free. A compressed
 * file takes its name by a rename when it is whole and on the disk, and only then does the plain
 * one go; both side by side are one backup, and the next that looks removes the plain one. No link
 * is ever followed: rename(2) and unlink(2) do not, and what is opened is opened with O_NOFOLLOW.
 */
#ifndef LOG_BACKUPS_H
#define LOG_BACKUPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attr.h"

struct backups {
	int         dir;   /* the folder; borrowed */
	const char *name;  /* FILE's in it */
	uint32_t    max;   /* the largest number */
};

/*
 * FILE becomes FILE.1, FILE.1 becomes FILE.2, and so on; without a number that is free the oldest
 * goes, and whatever has a number above the largest.
 */
int backups_push(const struct backups *b) MUST_CHECK;

/* Removes what an end half-way left. */
void backups_tidy(const struct backups *b);

/* What they take together, without FILE. */
uint64_t backups_bytes(const struct backups *b);

/* -ENOENT: there is none. */
int backups_drop_oldest(const struct backups *b) MUST_CHECK;

/* Opens FILE.i for reading, FILE itself for 0; -ENOENT. */
int backups_open(const struct backups *b, uint32_t i, bool *ret_compressed) MUST_CHECK;

/* Opens the oldest that is not compressed yet; -ENOENT. */
int backups_open_plain(const struct backups *b) MUST_CHECK;

/*
 * Where the next compressed one is written, until it takes the place of the plain one that is known
 * by its inode, because its number may have moved on: -ENOENT when that is gone.
 */
int backups_make_temp(const struct backups *b) MUST_CHECK;
int backups_use_temp(const struct backups *b, const struct stat *plain) MUST_CHECK;
void backups_drop_temp(const struct backups *b);

#endif

/*
 * A log file, and when it becomes the youngest of its older brothers (backups.h). Bytes move from a
 * pipe into the file by splice(2), which takes from the pipe exactly what reached the file: SIGKILL
 * at any moment neither loses a byte nor writes one twice. The bytes are not looked at; only close
 * to the size limit the next ones are, so that a file ends with a line where the lines allow it.
 *
 * It is rotated when the next line would make it larger than maxbytes, or when its first byte is
 * older than maxage_ms; an empty file never is. The oldest brothers go for what comes until all fit
 * into the total; a file that is as large alone begins anew. A rotation that fails costs no byte:
 * the file grows on, and the next try is a while later.
 *
 * No component of the path may be a symbolic link: whoever owns a folder on the way could otherwise
 * have reeve-log, which may be root, write wherever the link leads. Streams with one path share one
 * logfile, because splice(2) needs its own file offset.
 */
#ifndef LOG_LOGFILE_H
#define LOG_LOGFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/list.h"
#include "log/backups.h"
#include "log/parcel.h"
#include "log/source.h"
#include "log/timeline.h"

/* The log files in use. */
struct logfiles {
	struct list list;
	bool        changed;        /* there may be something for a keeper to do */
};

struct logfile {
	struct list link;
	struct logfiles *all;
	unsigned    users;
	char       *path;
	const char *name;           /* the path's last part, in the folder dir */
	int         dir;            /* -1: to be opened */
	int         fd;             /* -1: to be opened */
	uint64_t    size;
	int64_t     born_ms;        /* when its first byte came, CLOCK_MONOTONIC; before the machine's start too */
	uint64_t    maxbytes;       /* 0: no limit; the same for the next two */
	uint64_t    maxage_ms;
	uint64_t    total;          /* of file and backups */
	uint32_t    backups;
	uint32_t    mode;
	uint64_t    kept;           /* what the backups take; counted where there is a total */
	bool        compress;
	bool        has_plain;      /* there may be a backup that is not compressed */
	uint64_t    press_after_ms; /* before that it is not tried again */
	uint64_t    rotate_after_ms; /* nor is a rotation */
	uint32_t    generation;     /* counts how often it was opened anew */
	uint32_t    rotations;      /* how often because it became FILE.1 */
	bool        is_regular;
	bool        is_old;         /* to be rotated when the line at its end is whole */
	bool        is_new;         /* nobody looked yet whether it is there already */
	struct parcel parcel;       /* the rest of lines that a full disk cut */
	uint64_t    found_ms;       /* when what was in it before us was last written */
	uint64_t    written;        /* bytes since the first was opened, over all rotations */
	struct timeline times;      /* of these */
};

struct logfile_settings {
	const char *path;
	uint64_t    maxbytes;
	uint64_t    maxage_ms;
	uint64_t    total;
	uint32_t    backups;
	uint32_t    mode;
	bool        compress;
};

void logfiles_init(struct logfiles *all);

/*
 * The logfile with that path out of all, made when there is none; the settings given last are in
 * force.
 */
int logfile_get(struct logfiles *all, const struct logfile_settings *want, struct logfile **ret) MUST_CHECK;
void logfile_put(struct logfile *f); /* NULL is fine */

/*
 * Moves up to max bytes from the stream's head into the file, opening and rotating it as needed. Returns
 * how many; 0: the end, -EAGAIN: nothing is there, else what is wrong with the file.
 */
ssize_t logfile_move(struct logfile *f, struct source *src, struct intake *in, size_t max) MUST_CHECK;

/*
 * The same from memory, where lines are to stay whole as well: how many of the len bytes are
 * written, at least one, or what is wrong with the file.
 */
ssize_t logfile_write(struct logfile *f, const char *data, size_t len) MUST_CHECK;

/*
 * Whether what is written last is the beginning of a line, so that a line of ours needs a newline
 * first.
 */
bool logfile_is_within_line(struct logfile *f);

/* The next move opens the file anew, by its path: somebody else rotated it. */
void logfile_reopen(struct logfile *f);

/*
 * How many of the newest bytes came at since_ms or later; UINT64_MAX: more than we wrote ourselves.
 */
uint64_t logfile_since(const struct logfile *f, uint64_t since_ms);

/* Its brothers, and what else is to be said of them; its folder was open once (dir). */
struct backups logfile_backups(const struct logfile *f);

/* ---- for its keeper ---- */

/* Opens it, if it is there and nobody has yet. */
void logfile_find(struct logfile *f);

/* When it is too old, sys_now_ms(); UINT64_MAX: not before something happens to it. */
uint64_t logfile_due_ms(const struct logfile *f);
void logfile_rotate_old(struct logfile *f);

/* Its backups changed: counts them anew. */
void logfile_count_backups(struct logfile *f);

#endif

/*
 * A log file and its older brothers: FILE, FILE.1 (the youngest) to FILE.N. Bytes move from a pipe into
 * the file by splice(2), which takes from the pipe exactly what reached the file: SIGKILL at any moment
 * neither loses a byte nor writes one twice. The bytes are not looked at; only close to the size limit
 * the next ones are, so that a file ends with a line where the lines allow it.
 *
 * No component of the path may be a symbolic link: whoever owns a folder on the way could otherwise have
 * reeve-log, which may be root, write wherever the link leads. Streams with one path share one logfile,
 * because splice(2) needs its own file offset.
 */
#ifndef LOG_LOGFILE_H
#define LOG_LOGFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/list.h"
#include "log/parcel.h"
#include "log/source.h"
#include "log/timeline.h"

struct logfile {
	struct list link;
	unsigned    users;
	char       *path;
	const char *name;           /* the path's last part, in the folder dir */
	int         dir;            /* -1: to be opened */
	int         fd;             /* -1: to be opened */
	uint64_t    size;
	uint64_t    maxbytes;       /* 0: never rotate */
	uint32_t    backups;
	uint32_t    mode;
	uint32_t    generation;     /* counts rotations */
	bool        is_regular;
	struct parcel parcel;       /* the rest of lines that a full disk cut */
	uint64_t    found_ms;       /* when what was in it before us was last written */
	uint64_t    written;        /* bytes since the first was opened, over all rotations */
	struct timeline times;      /* of these */
};

struct logfile_settings {
	const char *path;
	uint64_t    maxbytes;
	uint32_t    backups;
	uint32_t    mode;
};

/* The logfile with that path out of files, made when there is none; the settings given last are in force. */
int logfile_get(struct list *files, const struct logfile_settings *want, struct logfile **ret) MUST_CHECK;
void logfile_put(struct logfile *f); /* NULL is fine */

/*
 * Moves up to max bytes from the pipe into the file, opening and rotating it as needed. Returns how many;
 * 0: the pipe's end, -EAGAIN: the pipe is empty, else what is wrong with the file.
 */
ssize_t logfile_move(struct logfile *f, struct source *src, int pipe, size_t max) MUST_CHECK;

/*
 * The same from memory, where lines are to stay whole as well: how many of the len bytes are written, at least
 * one, or what is wrong with the file.
 */
ssize_t logfile_write(struct logfile *f, const char *data, size_t len) MUST_CHECK;

/* Writes a line of ours between the bytes; what cannot be written is let go. */
void logfile_mark(struct logfile *f, const char *line);

/* The next move opens the file anew, by its path: somebody else rotated it. */
void logfile_reopen(struct logfile *f);

/* How many of the newest bytes came at since_ms or later; UINT64_MAX: more than we wrote ourselves. */
uint64_t logfile_since(const struct logfile *f, uint64_t since_ms);

/* Opens FILE.i for reading, FILE itself for 0; -ENOENT. */
int logfile_open_part(const struct logfile *f, uint32_t i) MUST_CHECK;

#endif

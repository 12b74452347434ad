/*
 * One output stream of one child: its pipe, where its bytes go (a logfile, or reeve-log's standard
 * output with a prefix), and who follows it.
 */
#ifndef LOG_STREAM_H
#define LOG_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/list.h"
#include "log/logfile.h"
#include "log/ring.h"

struct stream {
	struct list     link;
	struct list     queue;       /* waits for its turn, at its sink */
	struct list     followers;
	uint32_t        number;      /* reeve's name for it */
	int             fd;          /* the pipe's reading end */
	char           *name;        /* "acme:mail" */
	struct logfile *file;        /* NULL: standard output */
	struct ring     ring;        /* what standard output had last; files are read back instead */
	bool            is_held;     /* its pipe holds the beginning of a line, and the queue is output's held */
	bool            is_ending;   /* nothing more comes: what is in the pipe is all */
	uint64_t        left;        /* of an ending stream: bytes still to be moved */
	int             error;       /* what is wrong with its sink; 0: nothing */
	uint64_t        lost;        /* bytes thrown away meanwhile */
};

/* Takes fd; file is NULL or one use of a logfile, which it takes too. -ENOMEM, and nothing was taken. */
int stream_new(uint32_t number, const char *name, int fd, struct logfile *file, struct stream **ret) MUST_CHECK;

/* Its followers are gone already. */
void stream_free(struct stream *s);

/* Nothing more is to come: what is in the pipe now is the rest. */
void stream_end(struct stream *s);

#endif

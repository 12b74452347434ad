/*
 * The children's output. reeve makes each stream's pipe once and keeps both its ends for as long as the
 * child is configured; reeve-log is told to read them, and told again when it was started anew. Its
 * death loses nothing: what was written waits in the pipe. No byte of output passes through reeve.
 */
#ifndef CORE_LOGGER_H
#define CORE_LOGGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/list.h"
#include "core/helper.h"

struct core;
struct service;
struct ask_tail;

/* One output stream of a child. */
struct stream {
	uint32_t    number;      /* reeve-log's name for it, for good */
	int         read_fd;     /* -1: thrown away */
	int         write_fd;    /* becomes 1 or 2 of the child; the null device when thrown away */
	bool        is_attached; /* reeve-log was told */
	struct list link;        /* waits to be told */
};

struct logger {
	struct core  *core;
	struct helper helper;
	struct list   untold;    /* streams to attach as soon as there is room */
};

int logger_init(struct logger *l, struct core *core) MUST_CHECK;
void logger_done(struct logger *l);

/* Makes the pipes that s's settings ask for. stderr is stdout when it is redirected. */
int logger_open(struct logger *l, struct service *s) MUST_CHECK;
void logger_close(struct logger *l, struct service *s);

/* Tells reeve-log the new settings of s's streams; -EMFILE and the like when pipes cannot be made. */
int logger_reopen(struct logger *l, struct service *s) MUST_CHECK;

/* Every log file anew, after rotation by somebody else. */
void logger_reopen_files(struct logger *l);

/*
 * Sends what is kept of a stream into fd, and more as it comes when follow is set; fd stays the
 * caller's. -ENOENT: the child throws this stream away; -ENOTCONN: reeve-log is down.
 */
int logger_tail(struct logger *l, const struct service *s, const struct ask_tail *ask, int fd) MUST_CHECK;

/* Lets reeve-log empty every pipe and end; its down is seen by helper_is_up(). */
void logger_finish(struct logger *l, uint64_t grace_ms);

#endif

/*
 * One output stream of a child as reeve has it: the pipe, of which reeve keeps both ends for as long as the child
 * is configured, and what reeve-log was told and has told of it. Who reads it, and when, is core/logger.
 */
#ifndef CORE_STREAM_H
#define CORE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/list.h"

struct service;

enum { STREAM_TROUBLE_MAX = 128 };

struct stream {
	struct service *service;
	uint32_t        number;      /* reeve-log's name for it, for good */
	int             read_fd;     /* -1: thrown away */
	int             pipe_fd;     /* its other end; -1 */
	int             write_fd;    /* becomes 1 or 2 of the child; see logger_refit() */
	int             relay[2];    /* a second pipe, for one that fills its own (log/source.h); -1: none */
	bool            is_attached; /* reeve-log has it, as it was told last */
	uint32_t        told;        /* so many messages of that are on their way */
	uint32_t        feeds;       /* the number of the logger whose pipe reeve-log has for it; 0: none */
	struct list     link;        /* waits to be told */
	uint64_t        lost;        /* bytes that a sink could not take, over all sinks; for as long as the child is configured */
	char            trouble[STREAM_TROUBLE_MAX]; /* what is wrong with a sink now; "" nothing */
};

/* Without a pipe; write_fd is what the child is given instead of one. */
void stream_init(struct stream *st, struct service *service, uint32_t number, int write_fd);

/* A pipe for it: reeve-log reads it without waiting, the child waits when it is full. -EMFILE. */
int stream_open(struct stream *st) MUST_CHECK;

/* A relay for it. -EMFILE: also where it would leave few descriptors for what nobody can do without. */
int stream_open_relay(struct stream *st) MUST_CHECK;

/* Closes what is open, and is as stream_init() left it. */
void stream_close(struct stream *st, int write_fd);

bool stream_has_relay(const struct stream *st);

#endif

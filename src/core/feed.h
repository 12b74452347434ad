/*
 * The standard input of a logger: a pipe that those who log to it fill, by way of reeve-log. reeve keeps both
 * its ends for as long as the child is configured as a logger, so whoever ends and starts again, the one who
 * writes, the logger or reeve-log, loses nothing and mixes up nothing.
 *
 * A logger stops in steps, because what is under way to it is to be had: it waits until those who write to it and
 * are on their way down are gone and reeve-log is there, for stopwaitsecs at most; then their streams are drained and the pipe's writing end is closed, so that
 * it sees the end of its input and has half of its stopwaitsecs to end by itself; then it is told to, as
 * everybody else. Whoever goes on writing to it makes that needless: the pipe keeps what comes until its next start.
 */
#ifndef CORE_FEED_H
#define CORE_FEED_H

#include <stdbool.h>

#include "base/attr.h"
#include "core/state.h"

struct core;
struct service;

/* How far its stop has come. */
enum feed_stage { FEED_OPEN, FEED_WAITS, FEED_ENDS, FEED_OVER };

struct feed {
	int             read_fd, write_fd;   /* -1: none */
	enum feed_stage stage;
};

/* No pipe yet. */
void feed_init(struct feed *f);
void feed_close(struct feed *f);

/* Before a launch, and when it is configured: makes or takes away the pipe as the settings have it now. -EMFILE. */
int feed_fit(struct service *s) MUST_CHECK;

/* What its process gets as standard input. */
int feed_input(const struct service *s);

/* The writing end toward the logger of s, which is put into *ret; -ENOENT: s has none. -EAGAIN: it is being drained. */
int feed_of(const struct service *s, int *ret) MUST_CHECK;

/* The next step of a stop, see above: FEED_OVER means that it is to be told. */
enum feed_stage feed_stop(struct service *s);

/* s moved: a logger may have waited for that. */
void feed_moved(struct service *s);

/* reeve-log is there: the logger s may have waited for that. */
void feed_check(struct service *s);

#endif

/*
 * The children's output. reeve makes each stream's pipe once and keeps both its ends for as long as
 * the child is configured; reeve-log is told to read them, and told again when it was started anew.
 * Its death loses nothing: what was written waits in the pipe. No byte of output passes through
 * reeve.
 */
#ifndef CORE_LOGGER_H
#define CORE_LOGGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/list.h"
#include "core/helper.h"
#include "core/observer.h"

struct core;
struct service;
struct ask_tail;

enum { LOG_TROUBLE_MAX = 128 };

/* One output stream of a child. */
struct stream {
	struct service *service;
	uint32_t        number;      /* reeve-log's name for it, for good */
	int             read_fd;     /* -1: thrown away */
	int             pipe_fd;     /* its other end; -1 */
	int             write_fd;    /* becomes 1 or 2 of the child; see logger_refit() */
	bool            is_attached; /* reeve-log was told all of it */
	uint32_t        told;        /* so many messages of that are on their way */
	uint32_t        feeds;       /* the number of the logger whose pipe reeve-log has for it; 0: none */
	struct list     link;        /* waits to be told */
	uint64_t        lost;        /* bytes that a sink could not take, over all sinks; for as long as the child is configured */
	char            trouble[LOG_TROUBLE_MAX]; /* what is wrong with a sink now; "" nothing */
};

struct logger {
	struct core  *core;
	struct helper helper;
	struct list   untold;    /* streams to attach as soon as there is room */
	struct observer observer;
};

void logger_init(struct logger *l, struct core *core);
void logger_done(struct logger *l);

/*
 * Makes the pipes that s's settings ask for; with redirect_stderr the second is the first. A logger has one for
 * its input too. -EMFILE.
 */
int logger_open(struct logger *l, struct service *s) MUST_CHECK;
void logger_close(struct logger *l, struct service *s);

/*
 * Before a launch: makes and takes away pipes as the settings have it now. What the child is given is
 * the pipe's end, with redirect_stderr the other stream's, or the null device.
 */
void logger_refit(struct logger *l, struct service *s);

/* Tells reeve-log anew where s's streams go; the pipes stay. */
void logger_settings_changed(struct logger *l, struct service *s);

/* s is down and its logger, to, stops: what its pipes hold for that moves on, and nothing after that. */
void logger_drain(struct logger *l, struct service *s, const struct service *to);

/* Every log file anew, after rotation by somebody else. */
void logger_reopen_files(struct logger *l);

/*
 * Sends what is kept of a stream into fd, and more as it comes when follow is set; fd stays the
 * caller's. -ENOENT: the child throws this stream away; -ENOTCONN: reeve-log is down.
 */
int logger_tail(struct logger *l, const struct service *s, const struct ask_tail *ask, int fd) MUST_CHECK;

/*
 * Has reeve-log write what is left in every pipe and end, killed when grace_ms is over; the end of
 * its socket tells it so. shutdown_advance() follows.
 */
void logger_finish(struct logger *l, uint64_t grace_ms);

#endif

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
#include "core/stream.h"

struct core;
struct service;
struct ask_tail;

struct logger {
	struct core  *core;
	struct helper helper;
	struct list   untold;    /* streams to attach as soon as there is room */
	uint32_t      relays;    /* how many streams have one */
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

/*
 * The event loop: descriptors, timers, signals, and one hook before it sleeps. The watchers live in
 * the caller's structs, so that starting one never allocates. Replaced whole by a virtual one in tests.
 *
 * Callbacks run to completion on one thread. A watcher may be stopped or freed inside any callback.
 */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

struct loop;

typedef void loop_io_fn(void *arg, unsigned events);
typedef void loop_fn(void *arg);

/* Each watcher is zeroed memory until its first start; room is for the loop's own use. */
struct loop_io {
	_Alignas(8) unsigned char room[64];
	struct loop *loop;
	loop_io_fn  *fn;
	void        *arg;
	bool         active;
};

struct loop_timer {
	_Alignas(8) unsigned char room[64];
	struct loop *loop;
	loop_fn     *fn;
	void        *arg;
	bool         active;
};

struct loop_signal {
	_Alignas(8) unsigned char room[64];
	struct loop *loop;
	loop_fn     *fn;
	void        *arg;
	bool         active;
};

/* -ENOMEM or what the kernel said. */
int loop_new(struct loop **ret) MUST_CHECK;
void loop_free(struct loop *l);

/* Runs until loop_stop(). */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);

/* fn runs before every sleep: the place to drain what callbacks queued. NULL takes it away. */
void loop_before_sleep(struct loop *l, loop_fn *fn, void *arg);

/* Watches fd for events (LOOP_READ | LOOP_WRITE); again with others to change them. */
void loop_io_start(struct loop *l, struct loop_io *io, int fd, unsigned events, loop_io_fn *fn, void *arg);
void loop_io_stop(struct loop_io *io);

/* Fires once, delay_ms from now (at once for 0, but from the loop); again to re-arm. */
void loop_timer_start(struct loop *l, struct loop_timer *t, uint64_t delay_ms, loop_fn *fn, void *arg);
void loop_timer_stop(struct loop_timer *t);

void loop_signal_start(struct loop *l, struct loop_signal *s, int signo, loop_fn *fn, void *arg);
void loop_signal_stop(struct loop_signal *s);

#endif

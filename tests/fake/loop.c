/* The event loop, one ready thing at a time, in an order that chance picks. */
#include "loop/loop.h"

#include <stdlib.h>
#include <string.h>

#include "fake/parts.h"

enum { WATCHERS_MAX = 8192, SIGNALS_END = 64 };

/* What lies in a watcher's room. */
struct io_room {
	int      fd;
	unsigned events;
	size_t   slot;
};

struct timer_room {
	uint64_t due_ms;
	size_t   slot;
};

struct loop {
	struct loop_io     *ios[WATCHERS_MAX];
	size_t              ios_n;
	struct loop_timer  *timers[WATCHERS_MAX];
	size_t              timers_n;
	struct loop_signal *signals[SIGNALS_END];
	bool                raised[SIGNALS_END];
	loop_fn            *before_sleep;
	void               *before_sleep_arg;
	bool                stopped;
};

static struct loop the_loop;
void (*loop_after_each)(void *arg);
void *loop_after_each_arg;

#define ROOM(type, watcher) ((struct type *)(uintptr_t)(watcher)->room)

void loop_begin(void)
{
	the_loop = (struct loop){ .stopped = false };
	loop_after_each = NULL;
}

int loop_new(struct loop **ret)
{
	*ret = &the_loop;
	return 0;
}

void loop_free(struct loop *l)
{
	WORLD_CHECK(l->ios_n == 0, "%zu descriptors are still watched", l->ios_n);
	WORLD_CHECK(l->timers_n == 0, "%zu timers still run", l->timers_n);
}

void loop_run(struct loop *l)
{
	while (!l->stopped)
		WORLD_CHECK(world_run(1000), "the loop runs on and nothing is to come");
}

void loop_stop(struct loop *l)
{
	l->stopped = true;
}

bool loop_is_stopped(void)
{
	return the_loop.stopped;
}

void loop_before_sleep(struct loop *l, loop_fn *fn, void *arg)
{
	l->before_sleep = fn;
	l->before_sleep_arg = arg;
}

void loop_io_start(struct loop *l, struct loop_io *io, int fd, unsigned events, loop_io_fn *fn, void *arg)
{
	loop_io_stop(io);
	WORLD_CHECK(l->ios_n < WATCHERS_MAX, "too many descriptors are watched");
	io->loop = l;
	io->fn = fn;
	io->arg = arg;
	io->active = true;
	*ROOM(io_room, io) = (struct io_room){ fd, events, l->ios_n };
	l->ios[l->ios_n++] = io;
}

void loop_io_stop(struct loop_io *io)
{
	size_t slot = ROOM(io_room, io)->slot;

	if (!io->active)
		return;
	io->active = false;
	the_loop.ios[slot] = the_loop.ios[--the_loop.ios_n];
	ROOM(io_room, the_loop.ios[slot])->slot = slot;
}

void loop_timer_start(struct loop *l, struct loop_timer *t, uint64_t delay_ms, loop_fn *fn, void *arg)
{
	loop_timer_stop(t);
	WORLD_CHECK(l->timers_n < WATCHERS_MAX, "too many timers run");
	t->loop = l;
	t->fn = fn;
	t->arg = arg;
	t->active = true;
	*ROOM(timer_room, t) = (struct timer_room){ clock_now_ms + delay_ms, l->timers_n };
	l->timers[l->timers_n++] = t;
}

void loop_timer_stop(struct loop_timer *t)
{
	size_t slot = ROOM(timer_room, t)->slot;

	if (!t->active)
		return;
	t->active = false;
	the_loop.timers[slot] = the_loop.timers[--the_loop.timers_n];
	ROOM(timer_room, the_loop.timers[slot])->slot = slot;
}

void loop_signal_start(struct loop *l, struct loop_signal *s, int signo, loop_fn *fn, void *arg)
{
	s->loop = l;
	s->fn = fn;
	s->arg = arg;
	s->active = true;
	l->signals[signo] = s;
}

void loop_signal_stop(struct loop_signal *s)
{
	s->active = false;
	for (size_t i = 0; i < SIGNALS_END; i++)
		if (the_loop.signals[i] == s)
			the_loop.signals[i] = NULL;
}

void loop_raise(int signo)
{
	the_loop.raised[signo] = true; /* signals of a kind are one, as the kernel has it */
}

static void called(void)
{
	if (loop_after_each != NULL)
		loop_after_each(loop_after_each_arg);
}

static bool step_signal(void)
{
	for (size_t i = 0; i < SIGNALS_END; i++) {
		struct loop_signal *s = the_loop.signals[i];

		if (!the_loop.raised[i])
			continue;
		the_loop.raised[i] = false;
		if (s == NULL)
			continue;
		s->fn(s->arg);
		return true;
	}
	return false;
}

static unsigned ready(const struct loop_io *io)
{
	const struct io_room *room = ROOM(io_room, io);
	unsigned events = 0;

	if ((room->events & LOOP_READ) && descriptor_can_read(room->fd))
		events |= LOOP_READ;
	if ((room->events & LOOP_WRITE) && descriptor_can_write(room->fd))
		events |= LOOP_WRITE;
	return events;
}

static bool step_io(void)
{
	size_t first = the_loop.ios_n > 0 ? world_random((uint32_t)the_loop.ios_n) : 0;

	for (size_t i = 0; i < the_loop.ios_n; i++) {
		struct loop_io *io = the_loop.ios[(first + i) % the_loop.ios_n];
		unsigned events = ready(io);

		if (events == 0)
			continue;
		io->fn(io->arg, events);
		return true;
	}
	return false;
}

static bool step_timer(void)
{
	struct loop_timer *first = NULL;

	for (size_t i = 0; i < the_loop.timers_n; i++) {
		struct loop_timer *t = the_loop.timers[i];

		if (first == NULL || ROOM(timer_room, t)->due_ms < ROOM(timer_room, first)->due_ms)
			first = t;
	}
	if (first == NULL || ROOM(timer_room, first)->due_ms > clock_now_ms)
		return false;
	loop_timer_stop(first);
	first->fn(first->arg);
	return true;
}

bool loop_step(void)
{
	static bool (*const kinds[])(void) = { step_signal, step_io, step_timer };
	size_t first = world_random(3);

	for (size_t i = 0; i < 3; i++)
		if (kinds[(first + i) % 3]()) {
			called();
			return true;
		}
	if (the_loop.before_sleep != NULL) {
		the_loop.before_sleep(the_loop.before_sleep_arg);
		called();
	}
	return false;
}

uint64_t loop_next_ms(void)
{
	uint64_t next_ms = UINT64_MAX;

	for (size_t i = 0; i < the_loop.timers_n; i++)
		if (ROOM(timer_room, the_loop.timers[i])->due_ms < next_ms)
			next_ms = ROOM(timer_room, the_loop.timers[i])->due_ms;
	return next_ms;
}

/*
 * libev behind loop.h. Not the default loop: that one reaps children itself and would steal exit
 * statuses. EVFLAG_NOENV: nobody chooses PID 1's backend through its environment. EVFLAG_SIGNALFD: while
 * thousands of orphans end, one SIGCHLD waits for its turn where a handler would run for each; where
 * signalfd(2) is refused, libev has handlers.
 */
#include "loop/loop.h"

#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdlib.h>

struct loop {
	struct ev_loop *ev;
	ev_prepare      prepare;
	loop_fn        *before_sleep;
	void           *before_sleep_arg;
};

_Static_assert(sizeof(ev_io) <= sizeof((struct loop_io *)0)->room, "room for an ev_io");
_Static_assert(sizeof(ev_timer) <= sizeof((struct loop_timer *)0)->room, "room for an ev_timer");
_Static_assert(sizeof(ev_signal) <= sizeof((struct loop_signal *)0)->room, "room for an ev_signal");

/* libev's own type inside a watcher of ours. */
#define INNER(type, w) ((type *)(void *)(w)->room)

static void prepared(struct ev_loop *ev UNUSED, ev_prepare *w, int events UNUSED)
{
	struct loop *l = w->data;

	if (l->before_sleep != NULL)
		l->before_sleep(l->before_sleep_arg);
}

int loop_new(struct loop **ret)
{
	struct loop *l = calloc(1, sizeof *l);

	if (l == NULL)
		return -ENOMEM;
	l->ev = ev_loop_new(EVFLAG_NOENV | EVFLAG_SIGNALFD | EVBACKEND_EPOLL);
	if (l->ev == NULL) {
		free(l);
		return errno != 0 ? -errno : -ENOMEM;
	}
	ev_prepare_init(&l->prepare, prepared);
	l->prepare.data = l;
	ev_prepare_start(l->ev, &l->prepare);
	ev_unref(l->ev); /* the hook alone keeps no loop alive */
	*ret = l;
	return 0;
}

void loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	ev_loop_destroy(l->ev);
	free(l);
}

void loop_run(struct loop *l)
{
	ev_run(l->ev, 0);
}

void loop_stop(struct loop *l)
{
	ev_break(l->ev, EVBREAK_ALL);
}

void loop_before_sleep(struct loop *l, loop_fn *fn, void *arg)
{
	l->before_sleep = fn;
	l->before_sleep_arg = arg;
}

static void io_ready(struct ev_loop *ev UNUSED, ev_io *w, int events)
{
	struct loop_io *io = w->data;

	io->fn(io->arg, (events & EV_READ ? LOOP_READ : 0U) | (events & EV_WRITE ? LOOP_WRITE : 0U));
}

void loop_io_start(struct loop *l, struct loop_io *io, int fd, unsigned events, loop_io_fn *fn, void *arg)
{
	ev_io *w = INNER(ev_io, io);

	loop_io_stop(io);
	io->loop = l;
	io->fn = fn;
	io->arg = arg;
	io->active = true;
	ev_io_init(w, io_ready, fd, (events & LOOP_READ ? EV_READ : 0) | (events & LOOP_WRITE ? EV_WRITE : 0));
	w->data = io;
	ev_io_start(l->ev, w);
}

void loop_io_stop(struct loop_io *io)
{
	if (!io->active)
		return;
	io->active = false;
	ev_io_stop(io->loop->ev, INNER(ev_io, io));
}

static void timer_fired(struct ev_loop *ev UNUSED, ev_timer *w, int events UNUSED)
{
	struct loop_timer *t = w->data;

	t->active = false;
	t->fn(t->arg);
}

void loop_timer_start(struct loop *l, struct loop_timer *t, uint64_t delay_ms, loop_fn *fn, void *arg)
{
	ev_timer *w = INNER(ev_timer, t);

	loop_timer_stop(t);
	t->loop = l;
	t->fn = fn;
	t->arg = arg;
	t->active = true;
	ev_now_update(l->ev); /* delays count from now, not from when this turn began */
	ev_timer_init(w, timer_fired, (double)delay_ms / 1000.0, 0.0);
	w->data = t;
	ev_timer_start(l->ev, w);
}

void loop_timer_stop(struct loop_timer *t)
{
	if (!t->active)
		return;
	t->active = false;
	ev_timer_stop(t->loop->ev, INNER(ev_timer, t));
}

static void signalled(struct ev_loop *ev UNUSED, ev_signal *w, int events UNUSED)
{
	struct loop_signal *s = w->data;

	s->fn(s->arg);
}

/* Who kept the signal until now did so for us. libev blocks it for its descriptor, and leaves it so for its handler. */
static void let_through(int signo)
{
	struct sigaction now;
	sigset_t one;

	if (sigaction(signo, NULL, &now) < 0 || now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN)
		return; /* a descriptor */
	(void)sigemptyset(&one);
	(void)sigaddset(&one, signo);
	(void)sigprocmask(SIG_UNBLOCK, &one, NULL);
}

void loop_signal_start(struct loop *l, struct loop_signal *s, int signo, loop_fn *fn, void *arg)
{
	ev_signal *w = INNER(ev_signal, s);

	loop_signal_stop(s);
	s->loop = l;
	s->fn = fn;
	s->arg = arg;
	s->active = true;
	ev_signal_init(w, signalled, signo);
	w->data = s;
	ev_signal_start(l->ev, w);
	let_through(signo);
}

void loop_signal_stop(struct loop_signal *s)
{
	if (!s->active)
		return;
	s->active = false;
	ev_signal_stop(s->loop->ev, INNER(ev_signal, s));
}

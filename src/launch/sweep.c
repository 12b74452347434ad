#include "launch/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/own.h"
#include "base/parse.h"
#include "launch/seen.h"
#include "sys/process.h"

enum {
	MOMENT_MS = 300, /* for SIGKILL to work on all of them; others wait for this sweep */
	PAUSE_MS  = 3,   /* between two rounds */
	GROWTH    = 1024,
};

struct sweep {
	const struct launch_sweep *order;
	pid_t        reeve;
	struct seen *all;      /* in the order of pid */
	size_t       n, max;
	struct seen *was;      /* the same of the round before */
	size_t       was_n;
	bool         is_moving; /* somebody went while he was looked at, and may have forked before */
	unsigned     newcomers;
	int64_t      end_ms;
	uint32_t     killed;
	uint32_t    *left;     /* by mark, of the last round */
	pid_t       *survivor;
};

/* ---- all of them ---- */

static int by_pid(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/*
 * What p carried in the round before. Who is on his way out has no environment any more, and holds on to
 * his files and sockets for a moment longer: he counts until he is dead.
 */
static int earlier_mark(const struct sweep *sw, const struct seen *p)
{
	const struct seen *was = sw->was_n > 0 ? bsearch(p, sw->was, sw->was_n, sizeof *p, by_pid) : NULL;

	return was != NULL && was->began == p->began ? was->mark : SEEN_NO_MARK;
}

static struct seen *find(const struct sweep *sw, pid_t pid)
{
	const struct seen key = { .pid = pid };

	return bsearch(&key, sw->all, sw->n, sizeof key, by_pid);
}

/* Reads pid into its place, which for a list that comes in the order of pid is the last; *ret is NULL when it is gone. */
static int add(struct sweep *sw, pid_t pid, struct seen **ret)
{
	struct seen p;
	size_t at = sw->n;

	*ret = NULL;
	if (seen_read(pid, &p) < 0)
		return 0;
	if (sw->n == sw->max) {
		struct seen *more = realloc(sw->all, (sw->max + GROWTH) * sizeof *more);

		if (more == NULL)
			return -ENOMEM;
		sw->all = more;
		sw->max += GROWTH;
	}
	while (at > 0 && sw->all[at - 1].pid > pid)
		at--;
	memmove(sw->all + at + 1, sw->all + at, (sw->n++ - at) * sizeof *sw->all);
	sw->all[at] = p;
	*ret = &sw->all[at];
	return 0;
}

static int list_processes(struct sweep *sw)
{
	OWN(dir) DIR *dir = opendir("/proc");
	const struct dirent *d;
	struct seen *p;
	uint64_t pid;
	int r = 0;

	if (dir == NULL)
		return -errno;
	sw->n = 0;
	while (r == 0 && (d = readdir(dir)) != NULL)
		if (parse_u64(d->d_name, INT_MAX, &pid) == 0 && pid != (uint64_t)getpid())
			r = add(sw, (pid_t)pid, &p);
	return r;
}

/* ---- who it is ---- */

/* The one above p that is seen; NULL for reeve's own child and for strangers. */
static struct seen *above(const struct sweep *sw, const struct seen *p)
{
	return p->parent == sw->reeve ? NULL : find(sw, p->parent);
}

/* A chain of parents cannot be longer than there are processes, however they changed while they were listed. */
static bool is_below_reeve(const struct sweep *sw, const struct seen *p)
{
	for (size_t n = 0; p != NULL && n <= sw->n; n++) {
		if (p->parent == sw->reeve)
			return true;
		p = above(sw, p);
	}
	return false;
}

/* Its own mark, or that of the nearest one above who has one. */
static int mark_of(const struct sweep *sw, const struct seen *p)
{
	for (size_t n = 0; p != NULL && n <= sw->n; n++) {
		if (p->mark != SEEN_NO_MARK)
			return p->mark;
		p = above(sw, p);
	}
	return SEEN_NO_MARK;
}

/*
 * Whether p went, or was about to, when its mark was looked for: whom it forked since the processes were
 * listed is in no list, and would be missed.
 */
static bool went_meanwhile(const struct seen *p)
{
	struct seen now;

	return seen_read(p->pid, &now) < 0 || now.began != p->began || now.is_leaving;
}

static int look_at_all(struct sweep *sw)
{
	int r = list_processes(sw);

	sw->is_moving = false;
	for (size_t i = 0; i < sw->n && r == 0; i++) {
		struct seen *p = &sw->all[i];

		p->is_below = is_below_reeve(sw, p);
		if (p->is_below && !p->is_dead)
			p->mark = seen_mark(sw->order, p->pid);
		if (p->is_below && !p->is_dead && p->mark == SEEN_NO_MARK)
			p->mark = earlier_mark(sw, p);
		if (p->is_below && !p->is_dead && p->mark == SEEN_NO_MARK && went_meanwhile(p))
			sw->is_moving = true;
	}
	return r;
}

/* ---- what is done ---- */

/* Held by a descriptor, the number cannot become another's between the look and the signal (pidfd_open(2)). */
static void kill_one(struct sweep *sw, const struct seen *p)
{
	OWN(fd) int held = (int)syscall(SYS_pidfd_open, p->pid, 0);
	struct seen now;

	if (seen_read(p->pid, &now) < 0 || now.began != p->began || now.is_dead)
		return;
	if (held >= 0 && syscall(SYS_pidfd_send_signal, held, SIGKILL, NULL, 0) == 0)
		sw->killed++;
	else if (held < 0 && kill(p->pid, SIGKILL) == 0) /* before Linux 5.3, and in sandboxes */
		sw->killed++;
}

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A child of reeve's. One who is new is looked at, and killed, before he goes on. */
static bool meet(void *arg, pid_t pid)
{
	struct sweep *sw = arg;
	struct seen *p;

	if (pid == getpid() || find(sw, pid) != NULL)
		return true;
	sw->newcomers++;
	if (add(sw, pid, &p) < 0)
		return false;
	if (p == NULL || p->is_dead)
		return true;
	p->is_below = true;
	p->mark = seen_mark(sw->order, pid);
	if (p->mark != SEEN_NO_MARK && sw->order->kill)
		kill_one(sw, p);
	return true;
}

/*
 * Whoever became reeve's child since all were listed. Who forks and goes, over and over, is in no list for longer
 * than it takes to make one; but his child is reeve's before he is dead, and the last of them (exit_notify() in
 * kernel/exit.c). So reeve's are asked for until nobody is new, which also is when nobody was missed.
 */
static void chase(struct sweep *sw)
{
	do {
		sw->newcomers = 0;
		if (sys_each_child(sw->reeve, meet, sw) < 0)
			return; /* a kernel without that list: the next round finds who is slower */
	} while (sw->newcomers > 0 && now_ms() < sw->end_ms);
	sw->is_moving |= sw->newcomers > 0;
}

/* One round; how many were there. */
static uint32_t go_through(struct sweep *sw)
{
	uint32_t there = 0;

	memset(sw->left, 0, sw->order->starts.count * sizeof *sw->left);
	for (size_t i = 0; i < sw->n; i++) {
		const struct seen *p = &sw->all[i];
		int mark = p->is_below && !p->is_dead ? mark_of(sw, p) : SEEN_NO_MARK;

		if (mark == SEEN_NO_MARK)
			continue;
		if (sw->order->kill)
			kill_one(sw, p);
		there++;
		sw->left[mark]++;
		sw->survivor[mark] = p->pid;
	}
	return there;
}

static int look(struct sweep *sw)
{
	int r = look_at_all(sw);

	if (r == 0)
		chase(sw);
	return r;
}

/* Remembers who was there, for the next round. */
static int remember(struct sweep *sw)
{
	struct seen *copy = realloc(sw->was, sw->n * sizeof *copy);

	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, sw->all, sw->n * sizeof *copy);
	sw->was = copy;
	sw->was_n = sw->n;
	return 0;
}

/* Whether another round may find somebody more, after one that found so many. */
static bool is_unfinished(const struct sweep *sw, uint32_t there)
{
	return sw->is_moving || (there > 0 && sw->order->kill);
}

static int go_on(struct sweep *sw)
{
	int r;

	sw->end_ms = now_ms() + MOMENT_MS;
	while ((r = look(sw)) == 0 && is_unfinished(sw, go_through(sw)) && now_ms() < sw->end_ms) {
		r = remember(sw);
		if (r < 0)
			return r;
		(void)poll(NULL, 0, PAUSE_MS);
	}
	return r;
}

void sweep_run(const struct launch_sweep *order, const struct report *r)
{
	struct sweep sw = {
		.order = order, .reeve = getppid(),
		.left = calloc(order->starts.count + 1, sizeof *sw.left),
		.survivor = calloc(order->starts.count + 1, sizeof *sw.survivor),
	};
	struct launch_swept swept;

	if (sw.left == NULL || sw.survivor == NULL || go_on(&sw) < 0)
		_exit(EXIT_FAILURE); /* no answer is answer enough: reeve asks again */
	for (uint32_t i = 0; i < order->starts.count; i++) {
		struct launch_left left = { i, sw.left[i], (uint32_t)sw.survivor[i] };

		if (left.count > 0)
			report_left(r, &left);
	}
	swept.killed = sw.killed;
	if (!sw.is_moving) /* else reeve asks again */
		report_swept(r, &swept);
	_exit(EXIT_SUCCESS);
}

#include "launch/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/own.h"
#include "base/parse.h"
#include "base/text.h"

enum {
	MOMENT_MS   = 300,    /* for SIGKILL to work on all of them; others wait for this sweep */
	PAUSE_MS    = 3,      /* between two rounds */
	ENVIRON_MAX = 65536,  /* bytes of an environment looked at together; a mark is shorter than OVERLAP */
	OVERLAP     = 128,
	GROWTH      = 1024,
	NONE        = -1,
	EXITING     = 0x4,    /* PF_EXITING of the kernel's include/linux/sched.h, which proc(5) hands out */
};

/* One process of /proc. */
struct seen {
	pid_t    pid, parent;
	uint64_t began;    /* in clock ticks since boot: tells two with one number apart */
	bool     is_dead;
	bool     is_leaving; /* or dead */
	int      mark;     /* place in the order's starts, NONE */
	bool     is_below; /* reeve */
};

struct sweep {
	const struct launch_sweep *order;
	pid_t        reeve;
	struct seen *all;      /* in the order of pid */
	size_t       n, max;
	struct seen *was;      /* the same of the round before */
	size_t       was_n;
	bool         is_moving; /* somebody went while he was looked at, and may have forked before */
	uint32_t     killed;
	uint32_t    *left;     /* by mark, of the last round */
	pid_t       *survivor;
};

/* ---- /proc ---- */

static int open_proc(pid_t pid, const char *file)
{
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file); /* is short enough */
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The nth word of s, from 0; NULL when there are fewer. Cut off in place. */
static const char *word(char *s, unsigned nth)
{
	char *end;

	for (; nth > 0 && s != NULL; nth--) {
		s = strchr(s, ' ');
		s = s != NULL ? s + 1 : NULL;
	}
	end = s != NULL ? strpbrk(s, " \n") : NULL;
	if (end != NULL)
		*end = '\0';
	return s;
}

/* One number out of what stands behind the name. */
static int number(const char *after, unsigned nth, uint64_t *ret)
{
	char copy[1024];
	const char *at = text_copy(copy, sizeof copy, after) < 0 ? NULL : word(copy, nth);

	return at != NULL && parse_u64(at, UINT64_MAX, ret) == 0 ? 0 : -EBADMSG;
}

/*
 * State, parent, flags and time of start: words 0, 1, 6 and 19 behind the name, which may hold anything
 * (proc(5), stat).
 */
static int read_stat(pid_t pid, struct seen *ret)
{
	OWN(fd) int fd = open_proc(pid, "stat");
	char text[1024], *after;
	uint64_t parent, flags;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n <= 0)
		return -ESRCH;
	text[n] = '\0';
	after = strrchr(text, ')');
	if (after == NULL || after[1] != ' ' || after[2] == '\0')
		return -EBADMSG;
	*ret = (struct seen){ .pid = pid, .mark = NONE, .is_dead = after[2] == 'Z' || after[2] == 'X' };
	after += 2;
	if (number(after, 1, &parent) < 0 || parent > INT_MAX || number(after, 6, &flags) < 0 ||
	    number(after, 19, &ret->began) < 0)
		return -EBADMSG;
	ret->parent = (pid_t)parent;
	ret->is_leaving = ret->is_dead || (flags & EXITING) != 0;
	return 0;
}

/* The place in the order of the mark at text, which is the value of a variable; NONE. */
static int match(const struct launch_sweep *order, const char *text)
{
	size_t len = strlen(order->mark);
	int i = 0;

	if (strncmp(text, order->mark, len) != 0)
		return NONE;
	for (const char *start = NULL; texts_next(&order->starts, &start); i++)
		if (strcmp(text + len, start) == 0)
			return i;
	return NONE;
}

/* The same for the whole variables among the len bytes at text, of which a NUL ends each. */
static int match_any(const struct launch_sweep *order, const char *text, size_t len)
{
	static const char key[] = SWEEP_VARIABLE "=";
	const char *end;

	for (const char *at = text; (end = memchr(at, '\0', len - (size_t)(at - text))) != NULL; at = end + 1)
		if (strncmp(at, key, sizeof key - 1) == 0)
			return match(order, at + sizeof key - 1);
	return NONE;
}

/*
 * The mark that pid carries. A variable longer than the buffer is no mark; what is left of it is read over
 * as if it began anew, and is none either, but for one who lays it out that way.
 */
static int read_mark(const struct launch_sweep *order, pid_t pid)
{
	static char buf[ENVIRON_MAX + OVERLAP];
	OWN(fd) int fd = open_proc(pid, "environ");
	size_t kept = 0;
	ssize_t n;

	while (fd >= 0 && (n = read(fd, buf + kept, ENVIRON_MAX)) > 0) {
		size_t len = kept + (size_t)n, last = len;
		int mark = match_any(order, buf, len);

		if (mark != NONE)
			return mark;
		while (last > 0 && buf[last - 1] != '\0')
			last--;
		kept = len - last < OVERLAP ? len - last : 0;
		memmove(buf, buf + last, kept);
	}
	return NONE;
}

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

	return was != NULL && was->began == p->began ? was->mark : NONE;
}

static struct seen *find(const struct sweep *sw, pid_t pid)
{
	const struct seen key = { .pid = pid };

	return bsearch(&key, sw->all, sw->n, sizeof key, by_pid);
}

static int add(struct sweep *sw, pid_t pid)
{
	if (sw->n == sw->max) {
		struct seen *more = realloc(sw->all, (sw->max + GROWTH) * sizeof *more);

		if (more == NULL)
			return -ENOMEM;
		sw->all = more;
		sw->max += GROWTH;
	}
	sw->n += read_stat(pid, &sw->all[sw->n]) == 0;
	return 0;
}

static int list_processes(struct sweep *sw)
{
	OWN(dir) DIR *dir = opendir("/proc");
	const struct dirent *d;
	uint64_t pid;
	int r = 0;

	if (dir == NULL)
		return -errno;
	sw->n = 0;
	while (r == 0 && (d = readdir(dir)) != NULL)
		if (parse_u64(d->d_name, INT_MAX, &pid) == 0 && pid != (uint64_t)getpid())
			r = add(sw, (pid_t)pid);
	qsort(sw->all, sw->n, sizeof *sw->all, by_pid);
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
		if (p->mark != NONE)
			return p->mark;
		p = above(sw, p);
	}
	return NONE;
}

/*
 * Whether p went, or was about to, when its mark was looked for: whom it forked since the processes were
 * listed is in no list, and would be missed.
 */
static bool went_meanwhile(const struct seen *p)
{
	struct seen now;

	return read_stat(p->pid, &now) < 0 || now.began != p->began || now.is_leaving;
}

static int look(struct sweep *sw)
{
	int r = list_processes(sw);

	sw->is_moving = false;
	for (size_t i = 0; i < sw->n && r == 0; i++) {
		struct seen *p = &sw->all[i];

		p->is_below = is_below_reeve(sw, p);
		if (p->is_below && !p->is_dead)
			p->mark = read_mark(sw->order, p->pid);
		if (p->is_below && !p->is_dead && p->mark == NONE)
			p->mark = earlier_mark(sw, p);
		if (p->is_below && !p->is_dead && p->mark == NONE && went_meanwhile(p))
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

	if (read_stat(p->pid, &now) < 0 || now.began != p->began || now.is_dead)
		return;
	if (held >= 0 && syscall(SYS_pidfd_send_signal, held, SIGKILL, NULL, 0) == 0)
		sw->killed++;
	else if (held < 0 && kill(p->pid, SIGKILL) == 0) /* before Linux 5.3, and in sandboxes */
		sw->killed++;
}

/* One round; how many were there. */
static uint32_t go_through(struct sweep *sw)
{
	uint32_t there = 0;

	memset(sw->left, 0, sw->order->starts.count * sizeof *sw->left);
	for (size_t i = 0; i < sw->n; i++) {
		const struct seen *p = &sw->all[i];
		int mark = p->is_below && !p->is_dead ? mark_of(sw, p) : NONE;

		if (mark == NONE)
			continue;
		if (sw->order->kill)
			kill_one(sw, p);
		there++;
		sw->left[mark]++;
		sw->survivor[mark] = p->pid;
	}
	return there;
}

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
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
	int64_t end = now_ms() + MOMENT_MS;
	int r;

	while ((r = look(sw)) == 0 && is_unfinished(sw, go_through(sw)) && now_ms() < end) {
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
	report_swept(r, &swept);
	_exit(EXIT_SUCCESS);
}

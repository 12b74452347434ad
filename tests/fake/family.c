/* Who a program starts and may leave behind: in its group or not, with its mark or not; and who looks for them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "fake/parts.h"
#include "sys/fd.h"
#include "wire/orders.h"

enum { SWEEPS_MAX = 8, MARKS_MAX = 256, LIFE_MS = 60000 };

/* What a sweeper was asked, by its process. */
static struct job {
	struct fake_process *by;
	bool                 kill;
	uint32_t             count, killed;
	char                 marks[MARKS_MAX][64];
} jobs[SWEEPS_MAX];

static bool has_proc;

void family_begin(void)
{
	memset(jobs, 0, sizeof jobs);
	has_proc = !world_chance(world_faults.no_proc);
}

void family_end(void)
{
}

bool sys_has_proc(void)
{
	return has_proc;
}

int sys_each_child(pid_t parent UNUSED, bool (*visit)(void *arg, pid_t pid), void *arg)
{
	struct fake_process *p;
	int n = 0;

	if (!has_proc)
		return -ENOENT;
	for (size_t i = 0; (p = process_at(i)) != NULL; i++) {
		if (!p->used || p->parent != 0)
			continue;
		n++;
		if (!visit(arg, p->pid))
			break;
	}
	return n;
}

/* ---- members ---- */

static void exit_member(struct fake_process *p)
{
	process_die(p, false, 0);
}

static void fork_again(struct fake_process *p)
{
	family_fork(p);
}

void family_fork(struct fake_process *p)
{
	struct fake_process *m = process_new(PROCESS_MEMBER);

	(void)snprintf(m->name, sizeof m->name, "%s", p->name);
	(void)snprintf(m->cgroup, sizeof m->cgroup, "%s", p->cgroup);
	if (world_chance(800))
		(void)snprintf(m->mark, sizeof m->mark, "%s", p->mark);
	if (world_chance(500)) {
		m->group = p->group;
		m->is_in_group = p->kind == PROCESS_CHILD || p->is_in_group;
	}
	m->parent = world_chance(600) ? p->pid : 0; /* else it was forked twice, and reeve has it at once */
	if (p->kind == PROCESS_CHILD && world_faults.child_traced > 0 && world_chance(world_faults.child_traced))
		p->tracer = m->pid;
	m->ignores_term = world_chance(400);
	m->is_immune = world_chance(world_faults.child_immune);
	later(m, world_random(LIFE_MS), exit_member);
	if (world_chance(300))
		later(m, world_random(2000), fork_again);
}

void family_part(struct fake_process *dead)
{
	struct fake_process *p;

	for (size_t i = 0; (p = process_at(i)) != NULL; i++)
		if (p->used && p->parent == dead->pid && p != dead)
			p->parent = 0;
}

pid_t world_fork(const char *child, unsigned how)
{
	struct fake_process *p = process_find(world_program(child));
	struct fake_process *m = process_new(PROCESS_MEMBER);

	WORLD_CHECK(p != NULL, "%s does not run", child);
	(void)snprintf(m->name, sizeof m->name, "%s", p->name);
	(void)snprintf(m->cgroup, sizeof m->cgroup, "%s", p->cgroup);
	if (how & WORLD_MARKED)
		(void)snprintf(m->mark, sizeof m->mark, "%s", p->mark);
	if (how & WORLD_IN_GROUP)
		m->group = p->group;
	m->is_in_group = (how & WORLD_IN_GROUP) != 0;
	m->ignores_term = (how & WORLD_DEAF) != 0;
	if (how & WORLD_TRACER)
		p->tracer = m->pid;
	return m->pid;
}

static const struct fake_process *tracer_of(const struct fake_process *p)
{
	const struct fake_process *t = p->tracer != 0 ? process_find(p->tracer) : NULL;

	return t != NULL && !t->is_zombie && strcmp(t->name, p->name) == 0 ? t : NULL; /* or the number is another's */
}

bool family_holds(const struct fake_process *p)
{
	return tracer_of(p) != NULL;
}

/* By its own mark, or because who has one is above it. */
static bool is_marked(const struct fake_process *p, const char *mark)
{
	for (; p != NULL; p = p->parent != 0 ? process_find(p->parent) : NULL)
		if (p->mark[0] != '\0' && (mark == NULL || strcmp(p->mark, mark) == 0))
			return true;
	return false;
}

bool family_is_visible(const struct fake_process *p)
{
	return p->cgroup[0] != '\0' || p->is_in_group || (has_proc && is_marked(p, NULL));
}

size_t world_members(const char *child)
{
	struct fake_process *p;
	size_t n = 0;

	for (size_t i = 0; (p = process_at(i)) != NULL; i++)
		n += p->used && !p->is_zombie && p->kind == PROCESS_MEMBER && strcmp(p->name, child) == 0 &&
		     family_is_visible(p);
	return n;
}

bool world_has_immune(const char *child)
{
	struct fake_process *p;

	for (size_t i = 0; (p = process_at(i)) != NULL; i++) {
		const struct fake_process *t = p->used ? tracer_of(p) : NULL;

		if (!p->used || strcmp(p->name, child) != 0)
			continue;
		if ((!p->is_zombie && p->is_immune) || (t != NULL && (t->is_immune || !family_is_visible(t))))
			return true;
	}
	return false;
}

bool world_can_sweep(void)
{
	const struct world_faults *f = &world_faults;

	return has_proc && f->sweep_dies + f->sweep_hangs + f->launcher_dies + f->launcher_hangs + f->spawn_fails == 0;
}

/* ---- sweeps ---- */

static struct job *job_of(const struct fake_process *p)
{
	for (size_t i = 0; i < SWEEPS_MAX; i++)
		if (jobs[i].by == p)
			return &jobs[i];
	world_fail("a sweep that nobody asked for");
}

static void say(struct fake_process *p, enum msg type, const void *body)
{
	uint8_t frame[64];
	size_t len;

	WORLD_CHECK(msg_encode(type, p->order_id, body, frame, sizeof frame, &len) == 0, "a frame too large");
	if (sys_write(p->status_fd, frame, len) < 0)
		return; /* reeve lost interest */
}

static uint32_t go_through(const char *mark, bool kill, pid_t *ret_one)
{
	struct fake_process *p;
	uint32_t n = 0;

	for (size_t i = 0; (p = process_at(i)) != NULL; i++) {
		if (!p->used || p->is_zombie || p->kind != PROCESS_MEMBER || !is_marked(p, mark))
			continue;
		n++;
		*ret_one = p->pid;
		if (kill)
			deliver(p, SIGKILL);
	}
	return n;
}

static void answer(struct fake_process *p)
{
	struct job *job = job_of(p);
	struct launch_swept swept = { 0 };

	for (uint32_t i = 0; i < job->count; i++) {
		pid_t one = 0;
		uint32_t n = go_through(job->marks[i], false, &one);
		struct launch_left left = { i, n, (uint32_t)one };

		if (n > 0)
			say(p, MSG_LAUNCH_LEFT, &left);
	}
	say(p, MSG_LAUNCH_SWEPT, &swept);
	job->by = NULL;
	process_die(p, false, 0);
}

static void sweep(struct fake_process *p)
{
	struct job *job = job_of(p);
	pid_t one;

	if (world_chance(world_faults.sweep_hangs))
		return;
	if (world_chance(world_faults.sweep_dies)) {
		job->by = NULL;
		process_die(p, true, SIGKILL);
		return;
	}
	for (uint32_t i = 0; i < job->count && job->kill; i++)
		(void)go_through(job->marks[i], true, &one);
	later(p, world_random(50), answer);
}

void sweep_begin_one(struct fake_process *p, const struct frame *f)
{
	struct launch_sweep order;
	struct job *job = NULL;

	WORLD_CHECK(msg_decode(f, &order) == 0, "a sweep that cannot be read");
	WORLD_CHECK(order.starts.count > 0 && order.starts.count <= MARKS_MAX, "a sweep for %u", order.starts.count);
	for (size_t i = 0; i < SWEEPS_MAX; i++) {
		if (jobs[i].by == p)
			jobs[i].by = NULL; /* of one who was killed, and had this place before */
		if (jobs[i].by == NULL || jobs[i].by->is_zombie || !jobs[i].by->used || jobs[i].by->kind != PROCESS_SWEEPER)
			job = &jobs[i];
	}
	WORLD_CHECK(job != NULL, "more than one sweep is under way");
	*job = (struct job){ .by = p, .kill = order.kill };
	for (const char *start = NULL; texts_next(&order.starts, &start);)
		(void)snprintf(job->marks[job->count++], sizeof job->marks[0], "%s%s", order.mark, start);
	p->status_fd = f->fds[0];
	p->order_id = f->id;
	later(p, world_random(20), sweep);
}

/* Processes that live, ignore, die, and keep their number until they are waited for. */
#include "sys/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "fake/parts.h"
#include "sys/fd.h"

enum { PROCESSES_MAX = 1024, FIRST_PID = 100, PIDS = 600, LATER_MAX = 4096 };

static struct fake_process all[PROCESSES_MAX];

/* What is to come. */
static struct {
	uint64_t             due_ms;
	struct fake_process *p;
	uint32_t             generation;
	later_fn            *fn;
} coming[LATER_MAX];
static size_t coming_n;

/* How each kind of helper lives. */
static const struct {
	const char *program;
	void      (*begin)(struct fake_process *p, int control);
	bool      (*poll)(struct fake_process *p);
	void      (*end)(struct fake_process *p);
} helpers[] = {
	[PROCESS_LAUNCH] = { "reeve-launch", launch_begin, launch_poll, launch_end },
	[PROCESS_LOG]    = { "reeve-log", log_begin, log_poll, log_end },
	[PROCESS_STORE]  = { "reeve-store", store_begin, store_poll, store_end },
};

void processes_begin(void)
{
	memset(all, 0, sizeof all);
	coming_n = 0;
	family_begin();
	cgroups_begin();
}

void processes_end(void)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (all[i].used && !all[i].is_zombie)
			process_die(&all[i], true, SIGKILL);
	family_end();
	cgroups_end();
}

struct fake_process *process_at(size_t i)
{
	return i < PROCESSES_MAX ? &all[i] : NULL;
}

struct fake_process *process_find(pid_t pid)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (all[i].used && all[i].pid == pid)
			return &all[i];
	return NULL;
}

/* A number that is free, of groups too; few enough that each comes back soon. */
static pid_t free_pid(void)
{
	pid_t pid;

	do
		pid = FIRST_PID + (pid_t)world_random(PIDS);
	while (process_find(pid) != NULL || sys_has_group(pid));
	return pid;
}

struct fake_process *process_new(enum process_kind kind)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		struct fake_process *p = &all[i];
		uint32_t generation = p->generation + 1;

		if (p->used)
			continue;
		*p = (struct fake_process){
			.used = true, .kind = kind, .pid = free_pid(), .generation = generation, .status_fd = -1,
		};
		p->group = p->pid; /* launch.c and sys_spawn() begin with a session */
		return p;
	}
	world_fail("too many processes");
}

void process_die(struct fake_process *p, bool signalled, int code)
{
	if (p->is_zombie)
		return;
	if (p->kind >= PROCESS_LAUNCH)
		helpers[p->kind].end(p);
	sys_close(p->status_fd);
	p->status_fd = -1;
	p->is_zombie = true;
	p->how = (struct exit_status){ .signalled = signalled, .code = code };
	family_part(p);
	cgroup_left(p->cgroup);
	if (p->parent != 0)
		p->used = false; /* its own parent waits for it */
	else
		loop_raise(SIGCHLD);
}

/* ---- what is to come ---- */

void later(struct fake_process *p, uint64_t ms, later_fn *fn)
{
	WORLD_CHECK(coming_n < LATER_MAX, "too much is to come");
	coming[coming_n].due_ms = clock_now_ms + ms;
	coming[coming_n].p = p;
	coming[coming_n].generation = p->generation;
	coming[coming_n++].fn = fn;
}

uint64_t later_next_ms(void)
{
	uint64_t next_ms = UINT64_MAX;

	for (size_t i = 0; i < coming_n; i++)
		if (coming[i].due_ms < next_ms)
			next_ms = coming[i].due_ms;
	return next_ms;
}

bool later_step(void)
{
	for (size_t i = 0; i < coming_n; i++) {
		struct fake_process *p = coming[i].p;
		bool is_same = p->used && !p->is_zombie && p->generation == coming[i].generation;
		later_fn *fn = coming[i].fn;

		if (coming[i].due_ms > clock_now_ms)
			continue;
		coming[i] = coming[--coming_n];
		if (is_same)
			fn(p);
		return true;
	}
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (all[i].used && !all[i].is_zombie && !all[i].is_stopped && all[i].kind >= PROCESS_LAUNCH &&
		    helpers[all[i].kind].poll(&all[i]))
			return true;
	return false;
}

/* ---- signals ---- */

static void die_of_kill(struct fake_process *p)
{
	process_die(p, true, SIGKILL);
}

static void die_of_term(struct fake_process *p)
{
	process_die(p, true, SIGTERM);
}

void deliver(struct fake_process *p, int signo)
{
	if (signo == SIGCONT)
		p->is_stopped = false;
	if (p->is_zombie || signo == SIGCONT)
		return;
	if (signo == SIGKILL && p->is_dying)
		return;
	p->is_dying = signo == SIGKILL;
	if (signo == SIGKILL && p->is_immune)
		later(p, 8000 + world_random(8000), die_of_kill); /* a disk that does not answer */
	else if (signo == SIGKILL)
		process_die(p, true, SIGKILL);
	else if (p->kind >= PROCESS_LAUNCH || p->ignores_term || signo == SIGUSR1 || signo == SIGHUP)
		return;
	else
		later(p, world_random(200), die_of_term);
}

/*
 * A number or group that nobody holds any more may be a stranger's by now: the core must know
 * better.
 */
static struct fake_process *must_find(pid_t pid)
{
	struct fake_process *p = process_find(pid);

	WORLD_CHECK(p != NULL, "a signal for pid %d, which is nobody's", (int)pid);
	WORLD_CHECK(p->parent == 0, "a signal for pid %d, which is not reeve's", (int)pid);
	return p;
}

pid_t sys_pid(void)
{
	return 2;
}

int sys_kill(pid_t pid, int signo)
{
	if (pid <= 1)
		return -EINVAL;
	deliver(must_find(pid), signo);
	return 0;
}

bool sys_has_group(pid_t pgid)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (all[i].used && all[i].group == pgid)
			return true;
	return false;
}

int sys_kill_group(pid_t pgid, int signo)
{
	WORLD_CHECK(sys_has_group(pgid), "a signal for group %d, which is nobody's", (int)pgid);
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (all[i].used && all[i].group == pgid)
			deliver(&all[i], signo);
	return 0;
}

int sys_kill_everyone(int signo UNUSED)
{
	return -EPERM;
}

int sys_become_subreaper(void)
{
	return 0;
}

int sys_process_describe(pid_t pid, char *buf, size_t max)
{
	if (process_find(pid) == NULL)
		return -ENOENT;
	(void)snprintf(buf, max, "state D in nfs_wait");
	return 0;
}

int sys_raise_descriptors(uint64_t *ret)
{
	*ret = 4096;
	return 0;
}

void sys_signals_prepare(const int *kept UNUSED, size_t n UNUSED)
{
}

void sys_signal_ignore(int signo UNUSED)
{
}

void sys_name_self(const char *name UNUSED)
{
}

/* ---- starting and waiting ---- */

int sys_spawn(const char *path, const char *argument UNUSED, int control, pid_t *ret)
{
	const char *name = strrchr(path, '/') + 1;

	if (world_chance(world_faults.spawn_fails))
		return -EAGAIN;
	for (int kind = PROCESS_LAUNCH; kind <= PROCESS_STORE; kind++) {
		struct fake_process *p;

		if (strcmp(helpers[kind].program, name) != 0)
			continue;
		p = process_new((enum process_kind)kind);
		*ret = p->pid;
		helpers[kind].begin(p, sys_dup(control));
		return 0;
	}
	return -ENOENT;
}

pid_t sys_peek_dead(void)
{
	size_t first = world_random(PROCESSES_MAX);

	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		const struct fake_process *p = &all[(first + i) % PROCESSES_MAX];

		if (p->used && p->is_zombie && !family_holds(p))
			return p->pid;
	}
	return 0;
}

pid_t sys_take_stopped(void)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		struct fake_process *p = &all[i];

		if (!p->used || p->is_zombie || !p->is_stopped || p->is_stop_told)
			continue;
		p->is_stop_told = true;
		return p->pid;
	}
	return 0;
}

bool sys_has_children(void)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (all[i].used && all[i].parent == 0)
			return true;
	return false;
}

int sys_reap(pid_t pid, struct exit_status *ret)
{
	struct fake_process *p = process_find(pid);

	WORLD_CHECK(p != NULL && p->is_zombie, "pid %d is waited for and is not dead", (int)pid);
	*ret = p->how;
	p->used = false;
	return 0;
}

/* ---- looking and poking ---- */

bool world_has_process(pid_t pid)
{
	return process_find(pid) != NULL;
}

bool world_is_alive(pid_t pid)
{
	const struct fake_process *p = process_find(pid);

	return p != NULL && !p->is_zombie;
}

size_t world_processes(void)
{
	size_t n = 0;

	for (size_t i = 0; i < PROCESSES_MAX; i++)
		n += all[i].used && !all[i].is_zombie && all[i].kind == PROCESS_CHILD;
	return n;
}

pid_t world_program(const char *child)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (all[i].used && !all[i].is_zombie && all[i].is_program && strcmp(all[i].name, child) == 0)
			return all[i].pid;
	return 0;
}

bool world_is_child(pid_t pid)
{
	const struct fake_process *p = process_find(pid);

	return p != NULL && p->kind == PROCESS_CHILD;
}

pid_t world_process_at(size_t i)
{
	for (size_t k = 0; k < PROCESSES_MAX; k++)
		if (all[k].used && i-- == 0)
			return all[k].pid;
	return 0;
}

void world_exit(pid_t pid, int status)
{
	struct fake_process *p = process_find(pid);

	if (p != NULL)
		process_die(p, false, status);
}

void world_stop_helper(const char *program)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		struct fake_process *p = &all[i];

		if (!p->used || p->is_zombie || p->kind < PROCESS_LAUNCH || strcmp(helpers[p->kind].program, program) != 0)
			continue;
		p->is_stopped = true;
		p->is_stop_told = false;
		loop_raise(SIGCHLD);
	}
}

void world_kill_helper(const char *program)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (all[i].used && !all[i].is_zombie && all[i].kind >= PROCESS_LAUNCH &&
		    strcmp(helpers[all[i].kind].program, program) == 0)
			process_die(&all[i], true, SIGKILL);
}

#include "core/reap.h"

#include <signal.h>

#include "base/log.h"
#include "core/core.h"
#include "sys/process.h"

enum { BURY_AT_ONCE = 100 }; /* in one turn of the loop, so that no turn is long */

/* The dead child pid, in the order that reap.h tells. */
static void bury(struct reaper *r, pid_t pid)
{
	struct processes *ps = &r->core->processes;
	struct process *p = processes_find(ps, pid);
	struct exit_status how;

	if (p == NULL) {
		launcher_drain(&r->core->launcher);
		p = processes_find(ps, pid);
	}
	if (p != NULL && p->ending != NULL)
		p->ending(p->arg);
	if (sys_reap(pid, &how) < 0) {
		BUG("reeve", "pid %d was seen dead and cannot be waited for", (int)pid);
		return;
	}
	if (p == NULL) {
		r->orphans++;
		return;
	}
	processes_disown(ps, p);
	p->gone(p->arg, &how);
}

/*
 * Looks at so many now who were stopped. One without an owner may be the process of an order, stopped
 * before it could say its number.
 */
static void look_at_stopped(struct reaper *r)
{
	struct launcher *l = &r->core->launcher;
	pid_t pid;

	for (unsigned seen = 0; seen < BURY_AT_ONCE && (pid = sys_take_stopped()) > 0; seen++) {
		struct process *p;

		launcher_drain(l);
		p = processes_find(&r->core->processes, pid);
		if (p != NULL && p->stopped != NULL)
			p->stopped(p->arg);
		else if (p == NULL && !list_is_empty(&l->ordered))
			(void)sys_kill(pid, SIGCONT); /* it is a child of ours that nobody waited for */
	}
}

/* Buries so many of the dead now, and the rest in the next turn. */
static void run(void *arg)
{
	struct reaper *r = arg;
	unsigned buried = 0;
	pid_t pid;

	look_at_stopped(r);
	while ((pid = sys_peek_dead()) > 0) {
		if (buried++ == BURY_AT_ONCE) {
			loop_timer_start(r->core->loop, &r->rest, 0, run, r);
			break;
		}
		bury(r, pid);
	}
	scopes_look(&r->core->scopes);
	shutdown_advance(&r->core->shutdown);
}

void reaper_init(struct reaper *r, struct core *core)
{
	*r = (struct reaper){ .core = core };
	loop_signal_start(core->loop, &r->signal, SIGCHLD, run, r);
}

void reaper_done(struct reaper *r)
{
	loop_signal_stop(&r->signal);
	loop_timer_stop(&r->rest);
}

#include "core/strangers.h"

#include <signal.h>

#include "sys/process.h"

/* A walk through reeve's children that looks for those whom nobody here knows. */
struct walk {
	const struct processes *ours;
	unsigned                n;
	bool                    kill;
};

static bool meet(void *arg, pid_t pid)
{
	struct walk *w = arg;

	if (processes_find(w->ours, pid) != NULL)
		return true;
	w->n++;
	if (w->kill)
		(void)sys_kill(pid, SIGKILL); /* ours until it is waited for, so it is nobody else by now */
	return w->kill; /* to count, one is enough */
}

bool strangers_are_about(const struct processes *ours)
{
	struct walk w = { .ours = ours };

	return sys_each_child(0, meet, &w) < 0 || w.n > 0;
}

unsigned strangers_kill(const struct processes *ours)
{
	struct walk w = { .ours = ours, .kill = true };

	return sys_each_child(0, meet, &w) < 0 ? 0 : w.n;
}

#include "core/process.h"

#include <errno.h>

#include "base/parse.h"
#include "base/text.h"

/* Fewer are not worth a table of their own size. */
enum { PROCESSES_MIN = 64 };

int processes_reserve(struct processes *ps, size_t max)
{
	struct map wider;
	int r;

	if (max < PROCESSES_MIN)
		max = PROCESSES_MIN;
	if (ps->by_pid.max >= max)
		return 0;
	r = map_init(&wider, max);
	if (r < 0)
		return r;
	for (size_t i = 0; ps->by_pid.slots != NULL && i <= ps->by_pid.mask && r == 0; i++) {
		const struct map_slot *slot = &ps->by_pid.slots[i];

		if (slot->value != NULL)
			r = map_put(&wider, slot->key, slot->value);
	}
	if (r < 0) {
		map_done(&wider);
		return r;
	}
	map_done(&ps->by_pid);
	ps->by_pid = wider;
	return 0;
}

void processes_done(struct processes *ps)
{
	map_done(&ps->by_pid);
}

int processes_own(struct processes *ps, struct process *p, pid_t pid)
{
	int r = map_put(&ps->by_pid, (uint64_t)pid, p);

	if (r == 0)
		p->pid = pid;
	return r;
}

struct process *processes_find(const struct processes *ps, pid_t pid)
{
	return map_get(&ps->by_pid, (uint64_t)pid);
}

void processes_disown(struct processes *ps, struct process *p)
{
	if (p->pid == 0)
		return;
	(void)map_take(&ps->by_pid, (uint64_t)p->pid);
	p->pid = 0;
}

void exit_status_format(const struct exit_status *how, char *buf, size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	if (how->signalled)
		text_addf(&t, "signal %s%s", signal_name(how->code), how->core ? ", core dumped" : "");
	else
		text_addf(&t, "status %d", how->code);
}

#include "launch/schedule.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/parse.h"
#include "launch/start.h"
#include "wire/schedule.h"

int schedule_nice(struct start *s, const char **ret_what)
{
	int64_t nice;
	int r;

	if (s->order.context.nice[0] == '\0')
		return 0;
	*ret_what = "nice";
	r = parse_i64(s->order.context.nice, -20, 19, &nice);
	if (r < 0)
		return r;
	return setpriority(PRIO_PROCESS, 0, (int)nice) < 0 ? -errno : 0;
}

/* Without SCHED_RESET_ON_FORK: what the child starts is scheduled as it is itself, like all of its context. */
int schedule_policy(struct start *s, const char **ret_what)
{
	struct schedule_policy want;
	int r;

	if (s->order.context.scheduler[0] == '\0')
		return 0;
	*ret_what = s->order.context.scheduler;
	r = schedule_parse_policy(s->order.context.scheduler, &want);
	if (r < 0)
		return r;

	struct sched_param param = { .sched_priority = want.priority };

	return sched_setscheduler(0, want.policy, &param) < 0 ? -errno : 0;
}

/* ioprio_set(2) has no wrapper in libc. */
int schedule_io_priority(struct start *s, const char **ret_what)
{
	int priority, r;

	if (s->order.context.ioprio[0] == '\0')
		return 0;
	*ret_what = s->order.context.ioprio;
	r = schedule_parse_ioprio(s->order.context.ioprio, &priority);
	if (r < 0)
		return r;
	return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, priority) < 0 ? -errno : 0;
}

/* sched_setaffinity(2) drops without a word what is not there; looking at what came of it tells. */
int schedule_affinity(struct start *s, const char **ret_what)
{
	struct schedule_cpus want, got = { 0 };
	int r;

	if (s->order.context.cpu_affinity[0] == '\0')
		return 0;
	*ret_what = s->order.context.cpu_affinity;
	r = schedule_parse_cpus(s->order.context.cpu_affinity, &want);
	if (r < 0)
		return r;
	if (sched_setaffinity(0, sizeof want.set, want.set) < 0)
		return errno == EINVAL ? -ENODEV : -errno; /* none of them is there */
	if (sched_getaffinity(0, sizeof got.set, got.set) < 0)
		return -errno;
	return CPU_EQUAL_S(sizeof want.set, want.set, got.set) ? 0 : -ENODEV;
}

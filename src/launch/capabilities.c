#include "launch/capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/capname.h"
#include "launch/start.h"
#include "sys/capability.h"

static uint64_t bit(unsigned capability)
{
	return 1ULL << capability;
}

/* Those of the bounding set. prctl(2) says EINVAL past the kernel's last capability. */
static int bounding_set(uint64_t *ret)
{
	*ret = 0;
	for (unsigned cap = 0; cap < CAPABILITY_MAX; cap++) {
		int has = prctl(PR_CAPBSET_READ, (unsigned long)cap, 0, 0, 0);

		if (has < 0)
			return errno == EINVAL ? 0 : -errno;
		if (has > 0)
			*ret |= bit(cap);
	}
	return 0;
}

/*
 * The inheritable set loses them too: whatever it had would come back when root, or a file with
 * capabilities, is executed.
 */
int capabilities_bound(struct start *s, const char **ret_what)
{
	uint64_t drop = s->order.context.capability_drop, there;
	struct capability_sets sets;
	int r;

	if (drop == 0)
		return 0;
	*ret_what = "the bounding set";
	r = bounding_set(&there);
	if (r < 0)
		return r;
	for (unsigned cap = 0; cap < CAPABILITY_MAX; cap++) {
		if (!(drop & there & bit(cap)))
			continue;
		*ret_what = capname(cap);
		if (prctl(PR_CAPBSET_DROP, (unsigned long)cap, 0, 0, 0) < 0)
			return -errno;
	}
	*ret_what = "the inheritable set";
	r = sys_capabilities_get(&sets);
	if (r < 0)
		return r;
	sets.inheritable &= ~drop;
	return sys_capabilities_set(&sets);
}

/* It goes with exec, and lets nobody become root again. */
int capabilities_keep(const struct start *s)
{
	if (s->order.context.ambient_capabilities == 0)
		return 0;
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

/* The first of a set, by name. */
static const char *first_name(uint64_t set)
{
	return capname((unsigned)__builtin_ctzll(set));
}

int capabilities_raise(struct start *s, const char **ret_what)
{
	uint64_t want = s->order.context.ambient_capabilities;
	struct capability_sets sets;
	int r;

	if (want == 0)
		return 0;
	*ret_what = "the ambient set";
	r = sys_capabilities_get(&sets);
	if (r < 0)
		return r;
	if ((want & ~sets.permitted) != 0) {
		*ret_what = first_name(want & ~sets.permitted);
		return -EPERM;
	}
	sets.inheritable = want;
	if (geteuid() != 0)
		sets.permitted = sets.effective = want;
	r = sys_capabilities_set(&sets);
	if (r == 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		r = -errno;
	for (unsigned cap = 0; r == 0 && cap < CAPABILITY_MAX; cap++) {
		if (!(want & bit(cap)))
			continue;
		*ret_what = capname(cap);
		r = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (unsigned long)cap, 0, 0) < 0 ? -errno : 0;
	}
	return r;
}

void capabilities_check(struct start *s)
{
	const struct context *context = &s->order.context;
	uint64_t bounding, drop, missing;
	struct capability_sets sets;
	struct problem *p;

	if ((context->capability_drop | context->ambient_capabilities) == 0 || sys_capabilities_get(&sets) < 0 ||
	    bounding_set(&bounding) < 0)
		return; /* the step will tell */
	drop = context->capability_drop & bounding;
	missing = context->ambient_capabilities & ~sets.permitted;
	if (missing != 0) {
		p = report_problem(&s->report);
		problem_set(p, PROBLEM_HOST, "capability-missing", first_name(missing), "reeve does not have it");
		problem_remedy(p, "Start reeve with it, or take it out of ambient_capabilities = of [service:%s]",
		               s->order.service);
	}
	if (drop != 0 && !(sets.effective & bit(CAP_SETPCAP))) {
		p = report_problem(&s->report);
		problem_set(p, PROBLEM_HOST, "capability-unbounded", first_name(drop),
		            "reeve has no cap_setpcap to take it away");
		problem_remedy(p, "Start reeve with cap_setpcap, or take capability_bounding_set = out of [service:%s]",
		               s->order.service);
	}
}

#include "core/policy.h"

#include <errno.h>

enum { LOST_MAX = 3 }; /* launches that reeve-launch's death may cost before a child waits its turn */

static bool is_spent(const struct service_conf *conf, const struct policy_facts *facts)
{
	return facts->one_try || (conf->startretries > 0 && facts->failed_starts > conf->startretries);
}

enum svc_event policy_judge_exit(const struct service_conf *conf, const struct policy_facts *facts,
                                 const struct exit_status *how)
{
	bool expected = !how->signalled && conf_exit_is_expected(conf, how->code);

	if (facts->state == SVC_STOPPING || facts->state == SVC_STUCK)
		return ON_GONE;
	if (!facts->is_wanted)
		return ON_GONE_WELL;
	if (facts->one_try && !expected)
		return ON_SPENT;
	if (conf->autorestart == AUTORESTART_NEVER)
		return ON_GONE_WELL;
	if (conf->autorestart == AUTORESTART_ON_FAILURE && expected)
		return ON_GONE_WELL;
	return facts->state == SVC_STARTING && is_spent(conf, facts) ? ON_SPENT : ON_GONE_BADLY;
}

/* A refusal by checks alone: theirs to mend is the bundle's registry, or a person. */
static enum svc_event judge_problems(const struct policy_facts *facts, const struct attempt *a)
{
	return a->is_bundle_class && !facts->is_healed && !facts->one_try ? ON_BROKEN : ON_REFUSED;
}

enum svc_event policy_judge_launch(const struct service_conf *conf, const struct policy_facts *facts,
                                   const struct attempt *a, enum attempt_end end)
{
	if (facts->state == SVC_STOPPING || facts->state == SVC_STUCK)
		return ON_GONE;
	if (end == ATTEMPT_EXECED)
		return ON_EXECED;
	if (end == ATTEMPT_REFUSED && a->problems > 0)
		return judge_problems(facts, a);
	if (end == ATTEMPT_REFUSED && policy_is_permanent(a->error))
		return ON_REFUSED;
	if (end == ATTEMPT_LOST && facts->lost <= LOST_MAX)
		return ON_LAUNCH_LOST;
	return is_spent(conf, facts) ? ON_SPENT : ON_LAUNCH_FAILED;
}

bool policy_is_permanent(int error)
{
	static const int passing[] = {
		EAGAIN, EBUSY, EINTR, EIO, EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSPC, ESTALE, ETIMEDOUT,
		ETXTBSY,
	};

	for (size_t i = 0; i < ARRAY_LEN(passing); i++)
		if (passing[i] == error)
			return false;
	return true;
}

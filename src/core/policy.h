/*
 * Which event happened: the guards of the state machine as pure functions of settings and facts.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/attempt.h"
#include "core/process.h"
#include "core/state.h"

/* What an end of the program means, seen in a state. */
struct policy_facts {
	enum svc_state state;
	bool           is_wanted;      /* not any more while reeve stops everybody, in order */
	bool           one_try;
	bool           is_healed;        /* already, for this start */
	uint32_t       failed_starts;  /* in a row, this one counted */
	uint32_t       lost;           /* launches lost in a row, this one counted */
};

/* ON_GONE, ON_GONE_WELL, ON_GONE_BADLY or ON_SPENT. */
enum svc_event policy_judge_exit(const struct service_conf *conf, const struct policy_facts *facts,
                                 const struct exit_status *how);

/* ON_BROKEN, ON_REFUSED, ON_LAUNCH_FAILED, ON_LAUNCH_LOST or ON_SPENT; ON_GONE while stopping. */
enum svc_event policy_judge_launch(const struct service_conf *conf, const struct policy_facts *facts,
                                   const struct attempt *a, enum attempt_end end);

/* Whether a step that failed with this errno would fail again (ENOENT, EACCES, …). */
bool policy_is_permanent(int error);

#endif

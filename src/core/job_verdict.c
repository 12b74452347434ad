#include "core/job_verdict.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "core/check.h"
#include "core/service.h"

enum outcome { WAIT, DONE, FAILED };

/* A state that a request meets, or that the child came to after it. Left out: not there yet. */
static const enum outcome outcomes[JOB_KIND_COUNT][SVC_STATE_COUNT] = {
	[JOB_START] = {
		[SVC_RUNNING] = DONE, [SVC_EXITED] = DONE, [SVC_STOPPED] = FAILED, [SVC_BACKOFF] = FAILED,
		[SVC_DEAD] = FAILED, [SVC_STUCK] = FAILED,
	},
	[JOB_RESTART] = {
		[SVC_RUNNING] = DONE, [SVC_EXITED] = DONE, [SVC_STOPPED] = FAILED, [SVC_BACKOFF] = FAILED,
		[SVC_DEAD] = FAILED, [SVC_STUCK] = FAILED,
	},
	[JOB_STOP] = {
		[SVC_STOPPED] = DONE, [SVC_EXITED] = DONE, [SVC_DEAD] = DONE, [SVC_STUCK] = FAILED,
		[SVC_CHECKING] = FAILED, [SVC_STARTING] = FAILED, [SVC_RUNNING] = FAILED, [SVC_BACKOFF] = FAILED,
	},
};

void job_verdict_look(enum job_kind kind, const struct service *s, struct job_verdict *v)
{
	enum outcome outcome = outcomes[kind][s->state];

	/* What is down and wanted is only on its way through. */
	if (outcome == FAILED && s->state == SVC_STOPPED && s->wanted)
		outcome = WAIT;
	v->is_final = outcome != WAIT;
	v->is_ok = outcome == DONE;
	if (v->is_ok && s->state == SVC_EXITED && kind != JOB_STOP)
		v->action = "exited"; /* it ran to its end, and that is in order */
}

struct job_verdict job_verdict_of_error(const char *action, int error)
{
	return (struct job_verdict){ .is_final = true, .is_ok = error == 0, .action = action, .error = error };
}

struct job_verdict job_verdict_request(enum job_kind kind, struct service *s)
{
	struct job_verdict v = { .action = "stopped" };
	int r;

	if (kind == JOB_START && s->state == SVC_RUNNING)
		return job_verdict_of_error("already-running", 0);
	if (kind == JOB_STOP && s->state == SVC_STOPPED)
		return job_verdict_of_error("already-stopped", 0);
	if (kind == JOB_STOP) {
		r = service_want(s, false);
	} else if (kind == JOB_START) {
		v.action = "started";
		r = service_want(s, true);
	} else {
		v.action = state_facts(s->state)->is_up ? "restarted" : "started";
		r = service_restart(s);
	}
	if (r < 0)
		return job_verdict_of_error(v.action, r);
	job_verdict_look(kind, s, &v);
	return v;
}

struct job_verdict job_verdict_of_check(const struct check_result *result)
{
	return (struct job_verdict){
		.is_final = true, .is_ok = result->is_complete && result->problems == 0, .action = "checked",
		.error = result->is_complete ? 0 : -ECONNRESET, .problems = result->problems,
	};
}

static const struct {
	int         error;
	const char *text;
} errors[] = {
	{ -ESHUTDOWN,  "reeve is on its way out" },
	{ -ESRCH,      "it has no process; start it first" },
	{ -ENOENT,     "a reload removed it" },
	{ -ECONNRESET, "the check broke off: reeve-launch died, or the child was removed; try it again" },
	{ -ENOMEM,     "reeve is out of memory for this; try it with fewer children" },
};

static void explain_error(struct text *t, int error)
{
	for (size_t i = 0; i < ARRAY_LEN(errors); i++)
		if (errors[i].error == error) {
			text_add(t, errors[i].text);
			return;
		}
	text_add(t, strerror(-error));
}

/* The problems themselves follow in rows of their own: here their code is enough. */
static void explain_state(struct text *t, const struct service *s)
{
	const struct problem *first = problem_list_why(&s->problems);
	const char *why = first != NULL ? first->code : s->reason;

	text_addf(t, "%s%s%s", state_name(s->state), why[0] != '\0' ? ": " : "", why);
}

void job_verdict_explain(const struct job_verdict *v, const struct service *s, uint32_t dropped, char *buf,
                         size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	if (v->error != 0)
		explain_error(&t, v->error);
	else if (v->problems > 0)
		text_addf(&t, "%u problem%s", v->problems, v->problems == 1 ? "" : "s");
	else
		explain_state(&t, s);
	if (dropped > 0)
		text_addf(&t, ", of which %u are not shown; check it alone to see them", dropped);
}

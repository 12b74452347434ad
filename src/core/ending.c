#include "core/ending.h"

#include <string.h>

#include "core/announce.h"
#include "core/core.h"
#include "core/exit_code.h"
#include "core/service.h"

/* How the program of s last ended, as a shell would say it. */
static int status_of(const struct service *s)
{
	return s->exit.signalled ? 128 + s->exit.code : s->exit.code;
}

/* Whether what refused it is its bundle. */
static bool is_bundle_refused(const struct service *s)
{
	const struct problem *why = problem_list_why(&s->problems);

	return why != NULL && why->class == PROBLEM_BUNDLE;
}

/*
 * What the world outside learns of s, which is gone for good. One that was given up has failed, so a
 * status of 0 is none of its own.
 */
static int code_of(const struct service *s, enum svc_event on)
{
	if (s->state == SVC_EXITED)
		return status_of(s);
	if (on == ON_SPENT && s->has_exited && s->exit.code != 0)
		return status_of(s);
	return is_bundle_refused(s) ? EXIT_REFUSED : EXIT_CRITICAL;
}

/* Keeps what exit_code_from's child has come to. */
static void keep(struct ending *e, const struct service *s, enum svc_event on)
{
	if (s->state == SVC_DEAD)
		e->from_code = code_of(s, on);
	else if (s->has_exited && state_facts(s->state)->process == PROCESS_NONE)
		e->from_code = status_of(s);
	else
		return;
	e->has_from = true;
}

static void moved(void *arg, struct service *s, enum svc_event on, enum svc_state from UNUSED)
{
	struct ending *e = arg;
	bool is_from = strcmp(service_name(s), e->core->conf->org.exit_code_from) == 0;
	bool is_for_good = s->state == SVC_DEAD || s->state == SVC_EXITED;

	if (is_from)
		keep(e, s, on);
	if (!is_for_good || !(is_from || s->conf->service->critical) ||
	    shutdown_is_under_way(&e->core->shutdown))
		return;
	e->code = code_of(s, on);
	announce_event(e->core, e->code == 0 ? LOG_INFO : LOG_ERROR, service_name(s), "ends-reeve",
	               "exit_code=%d", e->code);
	shutdown_begin(&e->core->shutdown, service_name(s));
}

void ending_init(struct ending *e, struct core *core)
{
	*e = (struct ending){ .core = core, .observer = { .moved = moved, .arg = e } };
	list_init(&e->observer.link);
	observe(core, &e->observer);
}

void ending_done(struct ending *e)
{
	observe_no_more(&e->observer);
}

void ending_forget(struct ending *e)
{
	e->has_from = false;
}

int ending_code(const struct ending *e)
{
	return e->has_from ? e->from_code : e->code;
}

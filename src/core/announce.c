#include "core/announce.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/core.h"
#include "core/service.h"
#include "sys/clock.h"

enum { FIELDS_MAX = 1024 };

struct announcer {
	struct list subscribers;
};

int announcer_new(struct core *core)
{
	struct announcer *a = calloc(1, sizeof *a);

	if (a == NULL)
		return -ENOMEM;
	list_init(&a->subscribers);
	core->announcer = a;
	return 0;
}

void announcer_free(struct core *core)
{
	if (core->announcer == NULL)
		return;
	list_each(&core->announcer->subscribers, it)
		list_remove(it);
	free(core->announcer);
	core->announcer = NULL;
}

void announcer_subscribe(struct core *core, struct subscriber *s)
{
	list_init(&s->link);
	if (core->announcer != NULL)
		list_append(&core->announcer->subscribers, &s->link);
}

void announcer_unsubscribe(struct subscriber *s)
{
	list_remove(&s->link);
}

static void tell(struct core *core, enum log_level level, const char *subject, const char *event,
                 const char *fields)
{
	struct announcer *a = core->announcer;
	struct event_row row = {
		.wall_ms = sys_wall_ms(), .level = log_level_name(level), .subject = subject, .event = event,
		.fields = fields,
	};

	log_event(level, subject, event, fields[0] != '\0' ? "%s" : NULL, fields);
	if (a == NULL)
		return;
	list_each(&a->subscribers, it) {
		struct subscriber *s = container_of(it, struct subscriber, link);

		s->event(s, &row);
	}
}

void announce_event(struct core *core, enum log_level level, const char *subject, const char *event,
                    const char *fields, ...)
{
	char buf[FIELDS_MAX];
	struct text t;
	va_list args;

	text_init(&t, buf, sizeof buf);
	if (fields != NULL) {
		va_start(args, fields);
		text_addv(&t, fields, args);
		va_end(args);
	}
	tell(core, level, subject, event, buf);
}

/* How much a person has to care that a child is in a state. */
static const enum log_level levels[SVC_STATE_COUNT] = {
	[SVC_STOPPED]  = LOG_INFO,  [SVC_CHECKING] = LOG_INFO,  [SVC_STARTING] = LOG_INFO,
	[SVC_RUNNING]  = LOG_INFO,  [SVC_BACKOFF]  = LOG_WARN,  [SVC_STOPPING] = LOG_INFO,
	[SVC_CLEARING] = LOG_INFO,
	[SVC_EXITED]   = LOG_INFO,  [SVC_DEAD]     = LOG_ERROR, [SVC_STUCK]    = LOG_ERROR,
};

/* key="text", with what would end the text early escaped; nothing when there is no text. */
static void add_quoted(struct text *t, const char *key, const char *s)
{
	if (s[0] == '\0')
		return;
	text_addf(t, " %s=\"", key);
	for (; *s != '\0'; s++)
		text_add_bytes(t, *s == '"' ? "'" : s, 1);
	text_add(t, "\"");
}

static void add_end(struct text *t, const struct service *s)
{
	char how[32];

	exit_status_format(&s->exit, how, sizeof how);
	add_quoted(t, "exit", how);
}

void announce_move(struct service *s, enum svc_event on, enum svc_state to)
{
	bool is_end = on == ON_GONE || on == ON_GONE_WELL || on == ON_GONE_BADLY || on == ON_SPENT;
	uint64_t now_ms = sys_now_ms();
	char buf[FIELDS_MAX];
	struct text t;

	text_init(&t, buf, sizeof buf);
	text_addf(&t, "from=%s on=%s after_ms=%" PRIu64, state_name(s->state), event_name(on),
	          now_ms > s->since_ms ? now_ms - s->since_ms : 0);
	if (service_pid(s) != 0)
		text_addf(&t, " pid=%d", (int)service_pid(s));
	if (is_end && s->has_exited)
		add_end(&t, s);
	if (to == SVC_RUNNING && s->version[0] != '\0')
		text_addf(&t, " version=%s", s->version);
	if (levels[to] != LOG_INFO)
		add_quoted(&t, "reason", s->reason);
	/* A move to where it is already (a stop that grows into a kill) goes by what happened. */
	tell(s->core, to == s->state ? LOG_DEBUG : levels[to], service_name(s),
	     to == s->state ? event_name(on) : state_name(to), buf);
}

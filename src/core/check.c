#include "core/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "core/service.h"

enum { CHECKS_EXTRA = 64 }; /* beyond one per child: an upgrade's gate beside somebody's `check all` */

struct check {
	struct attempt      attempt;
	struct check_client client;   /* both functions NULL once it is forgotten */
	struct check_result result;
	struct list         link;
};

static void took_problem(struct attempt *a, const struct problem_row *row)
{
	struct check *c = container_of(a, struct check, attempt);

	if (row->advisory)
		c->result.advisories++;
	else
		c->result.problems++;
	if (!row->advisory && row->problem.class < PROBLEM_CLASS_COUNT)
		c->result.by_class[row->problem.class]++;
	if (c->client.problem != NULL)
		c->client.problem(c->client.arg, a->service, row);
}

/* A step refused before preflight could say what it found: that is the finding. */
static void tell_refusal(struct attempt *a)
{
	struct problem_row row = { .subject = service_name(a->service), .original = true };

	problem_set(&row.problem, PROBLEM_HOST, "launch-refused", a->step, "%s",
	            a->text[0] != '\0' || a->error == 0 ? a->text : strerror(a->error));
	problem_remedy(&row.problem, "look into reeve's log for what reeve-launch says");
	took_problem(a, &row);
}

static void check_free(struct check *c)
{
	c->attempt.service->checks--;
	c->attempt.core->checks_n--;
	list_remove(&c->link);
	free(c);
}

static void ended(struct attempt *a, enum attempt_end end)
{
	struct check *c = container_of(a, struct check, attempt);

	if (end == ATTEMPT_REFUSED && c->result.problems == 0)
		tell_refusal(a);
	c->result.is_complete = end == ATTEMPT_CHECKED || end == ATTEMPT_REFUSED;
	c->result.digest = a->pinned;
	if (c->client.done != NULL)
		c->client.done(c->client.arg, a->service, &c->result);
	check_free(c);
}

static const struct attempt_client client = { .problem = took_problem, .ended = ended };

int check_begin(struct core *core, struct service *s, const struct attempt_order *order,
                const struct check_client *who, struct check **ret)
{
	struct attempt_order only = *order;
	struct check *c;

	if (shutdown_is_under_way(&core->shutdown))
		return -ESHUTDOWN;
	if (core->checks_n >= core->roster.count + CHECKS_EXTRA)
		return -EBUSY;
	c = calloc(1, sizeof *c);
	if (c == NULL)
		return -ENOMEM;
	c->client = *who;
	c->attempt = (struct attempt){ .core = core, .service = s, .client = &client };
	list_append(&core->checks, &c->link);
	core->checks_n++;
	s->checks++;
	only.check_only = true;
	attempt_begin(&c->attempt, &only);
	if (ret != NULL)
		*ret = c;
	return 0;
}

void check_forget(struct check *c)
{
	c->client = (struct check_client){ 0 };
	attempt_abort(&c->attempt);
}

void checks_abort(struct core *core, const struct service *s)
{
	list_each(&core->checks, it) {
		struct check *c = container_of(it, struct check, link);

		if (s == NULL || c->attempt.service == s)
			attempt_abort(&c->attempt);
	}
}

void checks_discard(struct core *core)
{
	list_each(&core->checks, it) {
		struct check *c = container_of(it, struct check, link);

		attempt_discard(&c->attempt);
		check_free(c);
	}
}

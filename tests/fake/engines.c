#include "engines.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/service.h"

struct stage stage;

void stage_clear(void)
{
	stage_clock_clear();
	memset(&stage, 0, sizeof stage);
}

/* ---- reeve-store ---- */

int store_client_new(struct core *core, const struct store_errand *errand, const struct store_rows *rows,
                     struct store_client **ret)
{
	(void)core; /* there is one */
	if (stage.no_store)
		return -1;
	assert_in_range(stage.stores_n, 0, STAGE_STORES_MAX - 1);
	*ret = &stage.stores[stage.stores_n++];
	(*ret)->errand = *errand;
	if (rows != NULL)
		(*ret)->rows = *rows;
	return 0;
}

void store_client_free(struct store_client *sc)
{
	if (sc == NULL)
		return;
	assert_false(sc->is_freed);
	sc->is_freed = true;
	sc->answered_n = sc->asked_n;
}

static void copy(char *buf, size_t max, const char *s)
{
	(void)snprintf(buf, max, "%s", s != NULL ? s : "");
}

int store_client_ask(struct store_client *sc, enum msg type, const void *body, store_answer_fn *fn, void *arg)
{
	struct stage_request *r = &sc->asked[sc->asked_n];

	assert_false(sc->is_freed);
	if (sc->is_dead)
		return -ENOTCONN;
	assert_in_range(sc->asked_n, 0, STAGE_ASKED_MAX - 1);
	sc->asked_n++;
	*r = (struct stage_request){ .type = type, .fn = fn, .arg = arg };
	if (type == MSG_STORE_PULL)
		r->pull = *(const struct store_pull *)body;
	if (type == MSG_STORE_JOURNAL) {
		const struct store_journal *j = body;

		copy(r->record, sizeof r->record, j->record);
		copy(r->child, sizeof r->child, j->child);
		copy(r->detail, sizeof r->detail, j->detail);
	}
	return 0;
}

int store_client_tell(struct store_client *sc, enum msg type, const void *body)
{
	(void)type, (void)body;
	assert_false(sc->is_freed);
	sc->told++;
	return 0;
}

bool store_client_is_dead(const struct store_client *sc)
{
	return sc->is_dead;
}

struct store_client *stage_store(void)
{
	assert_true(stage.stores_n > 0);
	return &stage.stores[stage.stores_n - 1];
}

const struct stage_request *stage_expect(enum msg type)
{
	struct store_client *sc = stage_store();

	assert_false(sc->is_freed);
	assert_true(sc->answered_n < sc->asked_n);
	assert_string_equal(msg_name(sc->asked[sc->answered_n].type), msg_name(type));
	return &sc->asked[sc->answered_n];
}

static void answer(enum msg type, const struct store_answer *a)
{
	struct store_client *sc = stage_store();
	const struct stage_request *r = type != 0 ? stage_expect(type) : &sc->asked[sc->answered_n];

	sc->answered_n++;
	r->fn(r->arg, a);
}

void stage_answer_staged(const struct store_staged *staged)
{
	answer(MSG_STORE_PULL, &(struct store_answer){ .ok = true, .staged = staged });
}

void stage_answer_committed(uint64_t generation)
{
	const struct store_committed c = { .generation = generation };

	answer(MSG_STORE_COMMIT, &(struct store_answer){ .ok = true, .committed = &c });
}

void stage_answer_done(void)
{
	answer(0, &(struct store_answer){ .ok = true });
}

void stage_answer_failed(const char *code)
{
	struct problem why;

	problem_set(&why, PROBLEM_HOST, code, "registry", "no");
	answer(0, &(struct store_answer){ .problem = &why });
}

void stage_store_dies(void)
{
	struct store_client *sc = stage_store();
	struct problem why;

	sc->is_dead = true;
	problem_set(&why, PROBLEM_HOST, "store-died", "reeve-store", "signal KILL");
	while (!sc->is_freed && sc->answered_n < sc->asked_n) {
		const struct stage_request *r = &sc->asked[sc->answered_n++];

		r->fn(r->arg, &(struct store_answer){ .died = true, .problem = &why });
	}
}

/* ---- reeve-launch ---- */

int check_begin(struct core *core, struct service *s, const struct attempt_order *order,
                const struct check_client *client, struct check **ret)
{
	(void)core; /* there is one */
	assert_true(order->check_only);
	assert_in_range(stage.checks_n, 0, STAGE_CHECKS_MAX - 1);
	stage.checks[stage.checks_n++] = (struct stage_check){ s, order->digest, *client };
	stage.checks_begun++;
	if (ret != NULL)
		*ret = NULL;
	return 0;
}

void check_forget(struct check *c)
{
	(void)c; /* the story ends it, or nobody */
}

static void end_check(const struct check_result *result, enum problem_class class, const char *code)
{
	struct stage_check c = stage.checks[0];
	struct problem_row row = { .subject = "child", .original = true };

	assert_true(stage.checks_n > 0);
	memmove(stage.checks, stage.checks + 1, --stage.checks_n * sizeof c);
	if (code != NULL) {
		problem_set(&row.problem, class, code, "where", "what");
		c.client.problem(c.client.arg, c.service, &row);
	}
	c.client.done(c.client.arg, c.service, result);
}

void stage_check_finds(enum problem_class class, const char *code)
{
	struct check_result result = { .is_complete = true, .problems = code != NULL };

	result.by_class[class] = result.problems;
	end_check(&result, class, code);
}

void stage_check_is_lost(void)
{
	end_check(&(struct check_result){ .is_complete = false }, PROBLEM_HOST, NULL);
}

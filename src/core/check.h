/*
 * A preflight that starts nothing: the same order to the same reeve-launch, with check_only. Also
 * of a version that is staged and not current (the gate of an upgrade), and of children that run.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include "base/attr.h"
#include "core/attempt.h"

struct core;
struct service;
struct check;

struct check_result {
	bool          is_complete;   /* false: it was ended, or reeve-launch died over it; ask again */
	uint32_t      problems;      /* that refuse a start; 0: it would start */
	uint32_t      advisories;
	uint32_t      by_class[PROBLEM_CLASS_COUNT];
	struct digest digest;        /* looked at; none: no bundle */
};

struct check_client {
	void (*problem)(void *arg, struct service *s, const struct problem_row *row); /* as they come */
	void (*done)(void *arg, struct service *s, const struct check_result *result);
	void *arg;
};

/*
 * Begins one. done() is called exactly once, from the loop, and the check is gone then; also when s
 * is removed meanwhile (is_complete false). -ENOMEM, -ESHUTDOWN, -EBUSY: too many.
 * order->check_only is implied. ret may be NULL.
 */
int check_begin(struct core *core, struct service *s, const struct attempt_order *order,
                const struct check_client *client, struct check **ret) MUST_CHECK;

/* Whoever asked has gone: neither callback comes any more. */
void check_forget(struct check *c);

/* Ends those of s, or all (NULL), soon: each is told as incomplete. */
void checks_abort(struct core *core, const struct service *s);

/* Lets go of all without a word, when everything ends. */
void checks_discard(struct core *core);

#endif

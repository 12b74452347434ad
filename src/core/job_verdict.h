/*
 * What came of a request for one child: looked up by what was asked and the state that the child is in.
 */
#ifndef CORE_JOB_VERDICT_H
#define CORE_JOB_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/jobs.h"

struct service;
struct check_result;

struct job_verdict {
	bool        is_final;
	bool        is_ok;
	const char *action;     /* "started", "stopped", "already-running", … */
	int         error;      /* negative errno; 0: the child itself says why */
	uint32_t    problems;   /* of a check */
};

/* Asks s for what the kind says (start, stop, restart), and says how that stands. */
struct job_verdict job_verdict_request(enum job_kind kind, struct service *s);

/* s moved: settles a verdict that is not final yet. */
void job_verdict_look(enum job_kind kind, const struct service *s, struct job_verdict *v);

/* A final one: 0 did it, else that errno. */
struct job_verdict job_verdict_of_error(const char *action, int error);
struct job_verdict job_verdict_of_check(const struct check_result *result);

/* Why not, for people; dropped counts problems of a check that were not told. */
void job_verdict_explain(const struct job_verdict *v, const struct service *s, uint32_t dropped, char *buf,
                         size_t max);

#endif

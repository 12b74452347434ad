/*
 * What a start has to say, written as frames into its status pipe: the version it pinned, every
 * problem in the order of the checks, and the step that refused. Findings are collected first and
 * sent together, because checks look in the order that is cheap and people read P1 to P15.
 *
 * Used by the forked process alone; what it allocates is given back by exec or _exit.
 */
#ifndef LAUNCH_REPORT_H
#define LAUNCH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "wire/orders.h"

enum { REPORT_MAX = 64 };

struct finding {
	unsigned       check;
	bool           advisory;
	struct problem problem;
};

struct report {
	int             fd;         /* the status pipe's writing end */
	uint32_t        id;         /* of the order that is answered */
	const char     *subject;    /* the child's name */
	unsigned        check;      /* whose findings come now: 1 for P1 */
	uint32_t        problems, advisories;
	size_t          count;
	struct finding *found[REPORT_MAX];
	struct finding  spare;      /* what is past REPORT_MAX is written here and only counted */
};

void report_init(struct report *r, int fd, uint32_t id, const char *subject);

/* A finding for the caller to fill with problem_set(): one that refuses the start, or a warning. */
struct problem *report_problem(struct report *r);
struct problem *report_advice(struct report *r);

/* Sends all findings, by check and then as they were found; what was too much becomes one last row. */
void report_send(struct report *r);

void report_pinned(const struct report *r, const struct launch_pinned *pinned);
void report_checked(const struct report *r);

/* The answer to a sweep. */
void report_left(const struct report *r, const struct launch_left *left);
void report_swept(const struct report *r, const struct launch_swept *swept);

/* The step that refused; error is a positive errno, or 0 when the findings say it all. */
void report_refused(const struct report *r, const char *step, int error, const char *text);

#endif

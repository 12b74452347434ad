/*
 * Problems kept for people to read: why a child is dead. A fixed pool made at the start, because
 * they come when a launch fails, and that path allocates nothing. When the pool is empty a child
 * keeps the count and its one-line reason; nothing is lost but the detail.
 */
#ifndef CORE_PROBLEMS_H
#define CORE_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/problem.h"

enum { PROBLEMS_PER_CHILD = 8, PROBLEMS_MAX = 1024 };

struct kept_problem {
	struct kept_problem *next;
	bool                 original;  /* false: what heal met while it tried to cure the original */
	bool                 advisory;
	struct problem       problem;
};

struct problem_list {
	struct kept_problem *first;     /* in the order they came */
	uint32_t             kept;
	uint32_t             seen;      /* kept, and those there was no room for */
};

struct problem_pool {
	struct kept_problem *all, *free;
	size_t               max, used;  /* those behind used were never touched: no memory yet */
};

int problem_pool_init(struct problem_pool *pool, size_t max) MUST_CHECK;
void problem_pool_done(struct problem_pool *pool);

/* Appends a copy, as long as there is room in the list and the pool. */
void problem_list_add(struct problem_pool *pool, struct problem_list *list, const struct problem *p,
                      bool original, bool advisory);
void problem_list_clear(struct problem_pool *pool, struct problem_list *list);

/* The first that refuses: advice refuses nobody. NULL when there is none. */
const struct problem *problem_list_why(const struct problem_list *list);

#endif

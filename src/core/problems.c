#include "core/problems.h"

#include <errno.h>
#include <stdlib.h>

int problem_pool_init(struct problem_pool *pool, size_t max)
{
	struct kept_problem *all = calloc(max, sizeof *all);

	if (all == NULL)
		return -ENOMEM;
	*pool = (struct problem_pool){ .all = all, .max = max };
	return 0;
}

void problem_pool_done(struct problem_pool *pool)
{
	free(pool->all);
	*pool = (struct problem_pool){ 0 };
}

static struct kept_problem *take_kept(struct problem_pool *pool)
{
	struct kept_problem *k = pool->free;

	if (k != NULL)
		pool->free = k->next;
	else if (pool->used < pool->max)
		k = &pool->all[pool->used++];
	return k;
}

void problem_list_add(struct problem_pool *pool, struct problem_list *list, const struct problem *p,
                      bool original, bool advisory)
{
	struct kept_problem *k = list->kept < PROBLEMS_PER_CHILD ? take_kept(pool) : NULL;
	struct kept_problem **end = &list->first;

	list->seen++;
	if (k == NULL)
		return;
	while (*end != NULL)
		end = &(*end)->next;
	*k = (struct kept_problem){ .original = original, .advisory = advisory, .problem = *p };
	*end = k;
	list->kept++;
}

void problem_list_clear(struct problem_pool *pool, struct problem_list *list)
{
	while (list->first != NULL) {
		struct kept_problem *k = list->first;

		list->first = k->next;
		k->next = pool->free;
		pool->free = k;
	}
	*list = (struct problem_list){ 0 };
}

const struct problem *problem_list_why(const struct problem_list *list)
{
	for (const struct kept_problem *k = list->first; k != NULL; k = k->next)
		if (!k->advisory)
			return &k->problem;
	return NULL;
}

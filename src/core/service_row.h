/*
 * A child as clients see it.
 */
#ifndef CORE_SERVICE_ROW_H
#define CORE_SERVICE_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/rows.h"

struct service;

/* Room for the texts of a row that stand nowhere else. */
struct service_row_room {
	char exit[32];
	char reason[128];
	char log[128];
};

/* The row of s; texts in it are good as long as s and room are and s does not move. */
void service_fill_row(const struct service *s, uint64_t now_ms, struct service_row_room *room,
                      struct child_row *ret);

/* The i-th problem that is kept of s; false past the end. */
bool service_fill_problem(const struct service *s, uint32_t i, struct problem_row *ret);

#endif

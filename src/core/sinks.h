/*
 * Where a child's stream goes, as its settings say and reeve-log is told: one LOG_SINK per place. Pure.
 * The logger that log_to names is not among them: it is a pipe, see feed.h.
 */
#ifndef CORE_SINKS_H
#define CORE_SINKS_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/orders.h"

struct service;

size_t sinks_count(const struct service *s, bool err);

/* The i-th of them, but for the number of the stream. */
struct log_sink sinks_get(const struct service *s, bool err, size_t i);

#endif

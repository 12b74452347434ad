/*
 * Moments as people and log lines write them, in milliseconds since 1970. Pure but for the time zone
 * (tzset(3)) that HH:MM is in.
 */
#ifndef CTL_MOMENT_H
#define CTL_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * "2026-11-21T13:45:25Z" with any fraction and offset (RFC 3339, 5.6), "10m" for so long before now, or
 * "13:45" and "13:45:25" for the last time that it was so late here. -EINVAL.
 */
int moment_parse(const char *text, uint64_t now_ms, uint64_t *ret_ms) MUST_CHECK;

/* The moment that a line begins with, or that the "time" of a JSON line says; false: there is none. */
bool moment_of_line(const char *line, size_t len, uint64_t *ret_ms) MUST_CHECK;

#endif

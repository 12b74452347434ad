/*
 * Moments as manifests and channels write them: RFC 3339 in UTC, to the second, "2026-11-21T10:00:00Z".
 */
#ifndef BUNDLE_DATE_H
#define BUNDLE_DATE_H

#include <stdint.h>

#include "base/attr.h"

enum { DATE_TEXT_LEN = 20 };

struct date_text {
	char text[DATE_TEXT_LEN + 1];
};

/* Seconds since 1970; -EINVAL for another form, another zone, a leap second or a day that is none. */
int date_parse(const char *s, int64_t *ret_s) MUST_CHECK;

/* Years 1970 to 9999; anything outside becomes the nearer end. */
struct date_text date_format(int64_t seconds);

#endif

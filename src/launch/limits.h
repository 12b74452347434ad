/*
 * Resource limits by name (setrlimit(2)): "nofile=1024:4096" is soft:hard, one number is both, and
 * "unlimited" is a number. Sizes may carry KB, MB, GB.
 */
#ifndef LAUNCH_LIMITS_H
#define LAUNCH_LIMITS_H

#include <sys/resource.h>

#include "base/attr.h"
#include "wire/record.h"

struct limit {
	int           resource;   /* RLIMIT_* */
	struct rlimit value;
};

/* -ENOENT for a name that is no limit, -EINVAL for a value that is none, -ERANGE for soft above hard. */
int limits_parse(const char *text, struct limit *ret) MUST_CHECK;

/* Applies them all to this process; the first that fails is *ret_text. */
int limits_apply(const struct texts *list, const char **ret_text) MUST_CHECK;

#endif

#include "launch/limits.h"

#include <errno.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"

static const struct { const char *name; int resource; } names[] = {
	{ "as",         RLIMIT_AS },
	{ "core",       RLIMIT_CORE },
	{ "cpu",        RLIMIT_CPU },
	{ "data",       RLIMIT_DATA },
	{ "fsize",      RLIMIT_FSIZE },
	{ "locks",      RLIMIT_LOCKS },
	{ "memlock",    RLIMIT_MEMLOCK },
	{ "msgqueue",   RLIMIT_MSGQUEUE },
	{ "nice",       RLIMIT_NICE },
	{ "nofile",     RLIMIT_NOFILE },
	{ "nproc",      RLIMIT_NPROC },
	{ "rss",        RLIMIT_RSS },
	{ "rtprio",     RLIMIT_RTPRIO },
	{ "rttime",     RLIMIT_RTTIME },
	{ "sigpending", RLIMIT_SIGPENDING },
	{ "stack",      RLIMIT_STACK },
};

static int parse_value(const char *s, rlim_t *ret)
{
	uint64_t n;
	int r;

	if (strcmp(s, "unlimited") == 0) {
		*ret = RLIM_INFINITY;
		return 0;
	}
	r = parse_size(s, &n);
	if (r == 0)
		*ret = (rlim_t)n;
	return r;
}

static int parse_pair(const char *s, struct rlimit *ret)
{
	char soft[32], hard[32];
	const char *colon = strchrnul(s, ':');
	struct rlimit value;
	int r;

	if (colon - s >= (ptrdiff_t)sizeof soft)
		return -EINVAL;
	memcpy(soft, s, (size_t)(colon - s));
	soft[colon - s] = '\0';
	if (text_copy(hard, sizeof hard, *colon != '\0' ? colon + 1 : soft) < 0)
		return -EINVAL;
	r = parse_value(soft, &value.rlim_cur);
	if (r == 0)
		r = parse_value(hard, &value.rlim_max);
	if (r == 0 && value.rlim_cur > value.rlim_max)
		r = -ERANGE;
	if (r == 0)
		*ret = value;
	return r;
}

int limits_parse(const char *text, struct limit *ret)
{
	size_t len = strcspn(text, "=");

	if (text[len] == '\0')
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strlen(names[i].name) != len || strncmp(names[i].name, text, len) != 0)
			continue;
		ret->resource = names[i].resource;
		return parse_pair(text + len + 1, &ret->value);
	}
	return -ENOENT;
}

int limits_apply(const struct texts *list, const char **ret_text)
{
	for (const char *s = NULL; texts_next(list, &s);) {
		struct limit l;
		int r = limits_parse(s, &l);

		if (r == 0 && setrlimit((__rlimit_resource_t)l.resource, &l.value) < 0)
			r = -errno;
		if (r < 0) {
			*ret_text = s;
			return r;
		}
	}
	return 0;
}

#include "wire/schedule.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <string.h>

#include "base/parse.h"

/* A word, and the numbers that it takes behind a colon; none where max is 0. */
struct word {
	const char *name;
	int         value;
	int         min, max;
};

/* The row that s names, and the number behind it. */
static int parse_word(const char *s, const struct word *words, size_t n, const struct word **ret,
                      int *ret_number)
{
	size_t len = strcspn(s, ":");
	int64_t number = 0;

	for (size_t i = 0; i < n; i++) {
		int r = 0;

		if (strlen(words[i].name) != len || strncmp(s, words[i].name, len) != 0)
			continue;
		if ((s[len] == ':') != (words[i].max > 0))
			return -EINVAL;
		if (s[len] == ':')
			r = parse_i64(s + len + 1, words[i].min, words[i].max, &number);
		if (r < 0)
			return r;
		*ret = &words[i];
		*ret_number = (int)number;
		return 0;
	}
	return -EINVAL;
}

int schedule_parse_ioprio(const char *s, int *ret)
{
	static const struct word classes[] = {
		{ "idle",        IOPRIO_CLASS_IDLE, 0, 0 },
		{ "best-effort", IOPRIO_CLASS_BE,   0, 7 },
		{ "realtime",    IOPRIO_CLASS_RT,   0, 7 },
	};
	const struct word *class;
	int level, r = parse_word(s, classes, ARRAY_LEN(classes), &class, &level);

	if (r == 0)
		*ret = IOPRIO_PRIO_VALUE(class->value, level);
	return r;
}

int schedule_parse_policy(const char *s, struct schedule_policy *ret)
{
	static const struct word policies[] = {
		{ "other", SCHED_OTHER, 0, 0 },
		{ "batch", SCHED_BATCH, 0, 0 },
		{ "idle",  SCHED_IDLE,  0, 0 },
		{ "fifo",  SCHED_FIFO,  1, 99 },
		{ "rr",    SCHED_RR,    1, 99 },
	};
	const struct word *policy;
	int priority, r = parse_word(s, policies, ARRAY_LEN(policies), &policy, &priority);

	if (r == 0)
		*ret = (struct schedule_policy){ policy->value, priority };
	return r;
}

/* The number of len bytes at s. */
static int parse_cpu(const char *s, size_t len, uint64_t *ret)
{
	char number[8];

	if (len >= sizeof number)
		return -EINVAL;
	memcpy(number, s, len);
	number[len] = '\0';
	return parse_u64(number, SCHEDULE_CPUS_MAX - 1, ret);
}

/* One number, or two with a dash between them. */
static int add_range(const char *s, size_t len, struct schedule_cpus *cpus)
{
	const char *dash = memchr(s, '-', len);
	size_t first_len = dash != NULL ? (size_t)(dash - s) : len;
	uint64_t first, last;
	int r = parse_cpu(s, first_len, &first);

	last = first;
	if (r == 0 && dash != NULL)
		r = parse_cpu(dash + 1, len - first_len - 1, &last);
	if (r < 0)
		return r;
	if (first > last)
		return -EINVAL;
	for (; first <= last; first++)
		CPU_SET_S((size_t)first, sizeof cpus->set, cpus->set);
	return 0;
}

int schedule_parse_cpus(const char *s, struct schedule_cpus *ret)
{
	static const char between[] = ", \t\n";
	struct schedule_cpus cpus;

	CPU_ZERO_S(sizeof cpus.set, cpus.set);
	for (s += strspn(s, between); *s != '\0'; s += strspn(s, between)) {
		size_t len = strcspn(s, between);
		int r = add_range(s, len, &cpus);

		if (r < 0)
			return r;
		s += len;
	}
	if (CPU_COUNT_S(sizeof cpus.set, cpus.set) == 0)
		return -EINVAL;
	*ret = cpus;
	return 0;
}

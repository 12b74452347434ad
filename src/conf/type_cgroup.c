/*
 * Limits of a child's control group: each setting is named as the file of cgroups(7) that it is written to,
 * with underscores for dots, and adds "memory.max=1048576" to the child's list.
 */
#include "conf/type.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "conf/load.h"

/* One limit more behind those that came before it. */
static int add_limit(struct setting *s, struct texts *limits, const char *value)
{
	struct texts list = { .count = 0 };
	char buf[512];
	struct text limit;
	int r = 0;

	text_init(&limit, buf, sizeof buf);
	text_add(&limit, s->row->name);
	for (char *c = buf; (c = strchr(c, '_')) != NULL; c++)
		*c = '.';
	text_addf(&limit, "=%s", value);
	if (limit.full)
		return -EINVAL;
	for (const char *old = NULL; r == 0 && texts_next(limits, &old);)
		r = load_pack(s->load, &list, old);
	if (r == 0)
		r = load_pack(s->load, &list, limit.at);
	return r < 0 ? r : load_packed(s->load, &list, limits);
}

static int add_number(struct setting *s, struct texts *limits, uint64_t n)
{
	char value[24];

	(void)snprintf(value, sizeof value, "%" PRIu64, n);
	return add_limit(s, limits, value);
}

static bool is_max(const char *text)
{
	return strcmp(text, "max") == 0;
}

static int parse_bytes(struct setting *s, void *field)
{
	uint64_t bytes;
	int r;

	if (is_max(s->text))
		return add_limit(s, field, "max");
	r = parse_size(s->text, &bytes);
	return r < 0 ? r : add_number(s, field, bytes);
}

const struct keyword_type type_cgroup_bytes = {
	.expects = "a size such as 64KB or 512MB, or max",
	.size = sizeof(struct texts),
	.parse = parse_bytes,
};

/* PID_MAX_LIMIT in include/linux/threads.h; the kernel refuses more. */
enum { COUNT_MAX = 4194304 };

static int parse_count(struct setting *s, void *field)
{
	uint64_t n;
	int r;

	if (is_max(s->text))
		return add_limit(s, field, "max");
	r = parse_u64(s->text, COUNT_MAX, &n);
	return r < 0 ? r : add_number(s, field, n);
}

const struct keyword_type type_cgroup_count = {
	.expects = "a number up to 4194304, or max",
	.size = sizeof(struct texts),
	.parse = parse_count,
};

static int parse_weight(struct setting *s, void *field)
{
	int64_t weight;
	int r = parse_i64(s->text, 1, 10000, &weight);

	return r < 0 ? r : add_number(s, field, (uint64_t)weight);
}

const struct keyword_type type_cgroup_weight = {
	.expects = "a number from 1 to 10000",
	.size = sizeof(struct texts),
	.parse = parse_weight,
};

static int parse_switch(struct setting *s, void *field)
{
	bool yes;
	int r = parse_yes(s->text, &yes);

	return r < 0 ? r : add_number(s, field, yes);
}

const struct keyword_type type_cgroup_yes = {
	.expects = "yes or no",
	.size = sizeof(struct texts),
	.parse = parse_switch,
};

/* What the kernel takes (kernel/sched/core.c, tg_set_cfs_bandwidth), in microseconds. */
enum { QUOTA_MIN = 1000, PERIOD_MIN = 1000, PERIOD_MAX = 1000000, PERIOD = 100000, PERCENT_MAX = 1000000 };

/* The piece of text from *at to stop, which is there. */
static int cut(const char **at, char stop, char *buf, size_t max)
{
	const char *end = strchr(*at, stop);
	size_t len = end != NULL ? (size_t)(end - *at) : max;

	if (len >= max)
		return -EINVAL;
	memcpy(buf, *at, len);
	buf[len] = '\0';
	*at = end + 1;
	return 0;
}

/* "50%" of one processor, in the kernel's own period. */
static int parse_share(const char *text, uint64_t *ret_quota)
{
	char number[16];
	uint64_t percent;
	int r = cut(&text, '%', number, sizeof number);

	if (r == 0)
		r = *text == '\0' ? parse_u64(number, PERCENT_MAX, &percent) : -EINVAL;
	if (r == 0)
		*ret_quota = percent * (PERIOD / 100);
	return r;
}

/* "20ms/100ms": so much time in each period. */
static int parse_quota(const char *text, uint64_t *ret_quota, uint64_t *ret_period)
{
	char quota[32];
	uint64_t quota_ms, period_ms;
	int r = cut(&text, '/', quota, sizeof quota);

	if (r == 0)
		r = parse_duration(quota, &quota_ms);
	if (r == 0)
		r = parse_duration(text, &period_ms);
	if (r < 0)
		return r;
	*ret_quota = quota_ms * 1000;
	*ret_period = period_ms * 1000;
	return *ret_period < PERIOD_MIN || *ret_period > PERIOD_MAX ? -ERANGE : 0;
}

/* The one value that may end in a percent sign, and needs no second one. */
static int expand_cpu(struct setting *s)
{
	size_t digits = strspn(s->text, "0123456789");

	return digits > 0 && strcmp(s->text + digits, "%") == 0 ? 0 : setting_expand(s, s->text, &s->text);
}

static int parse_cpu(struct setting *s, void *field)
{
	uint64_t quota, period = PERIOD;
	char value[64];
	int r = expand_cpu(s);

	if (r == 0 && is_max(s->text))
		return add_limit(s, field, "max");
	if (r < 0)
		return r;
	r = strchr(s->text, '/') != NULL ? parse_quota(s->text, &quota, &period) : parse_share(s->text, &quota);
	if (r < 0)
		return r;
	if (quota < QUOTA_MIN)
		return -ERANGE;
	(void)snprintf(value, sizeof value, "%" PRIu64 " %" PRIu64, quota, period);
	return add_limit(s, field, value);
}

const struct keyword_type type_cgroup_cpu = {
	.expects = "a share of one processor such as 50% or 200%, a time in each period such as 20ms/100ms, or max",
	.size = sizeof(struct texts),
	.raw = true,
	.parse = parse_cpu,
};

/* "8:16", or the path of a device, which reeve-launch looks up when it is there. */
static int add_device(struct text *t, const char *word)
{
	char major[16];
	const char *minor = word;
	uint64_t n;

	text_add(t, word);
	if (word[0] == '/')
		return text_starts_with(word, "/dev/") ? 0 : -EINVAL;
	if (cut(&minor, ':', major, sizeof major) < 0 || parse_u64(major, UINT32_MAX, &n) < 0)
		return -EINVAL;
	return parse_u64(minor, UINT32_MAX, &n);
}

/* "rbps=5MB", "wiops=120", "wbps=max". */
static int add_rate(struct text *t, const char *word)
{
	static const struct { const char *key; bool bytes; } keys[] = {
		{ "rbps=", true }, { "wbps=", true }, { "riops=", false }, { "wiops=", false },
	};
	uint64_t n;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const char *value = word + strlen(keys[i].key);
		int r;

		if (!text_starts_with(word, keys[i].key))
			continue;
		if (strstr(t->at, keys[i].key) != NULL)
			return -EINVAL; /* twice */
		text_addf(t, " %s", keys[i].key);
		if (is_max(value)) {
			text_add(t, value);
			return 0;
		}
		r = keys[i].bytes ? parse_size(value, &n) : parse_u64(value, UINT32_MAX, &n);
		if (r == 0 && n == 0)
			r = -ERANGE; /* the kernel refuses it: nothing would ever move */
		if (r == 0)
			text_addf(t, "%" PRIu64, n);
		return r;
	}
	return -EINVAL;
}

/* One device and its rates, to the next comma. */
static int take_device(struct setting *s, struct texts *limits, const char *at, size_t len)
{
	static const char blanks[] = " \t\n";
	const char *end = at + len;
	char buf[400];
	struct text value;
	unsigned words = 0;

	text_init(&value, buf, sizeof buf);
	for (at += strspn(at, blanks); at < end; at += strspn(at, blanks)) {
		size_t word_len = strcspn(at, " \t\n,");
		char word[256];
		int r;

		if (word_len >= sizeof word)
			return -EINVAL;
		memcpy(word, at, word_len);
		word[word_len] = '\0';
		r = words++ == 0 ? add_device(&value, word) : add_rate(&value, word);
		if (r < 0)
			return r;
		at += word_len;
	}
	return words < 2 || value.full ? -EINVAL : add_limit(s, limits, value.at);
}

static int parse_io(struct setting *s, void *field)
{
	const char *at = s->text;

	for (;;) {
		size_t len = strcspn(at, ",");
		int r = take_device(s, field, at, len);

		if (r < 0 || at[len] == '\0')
			return r;
		at += len + 1;
	}
}

const struct keyword_type type_cgroup_io = {
	.expects = "devices and their rates such as /dev/sda rbps=5MB wiops=100, 8:16 wbps=1MB",
	.size = sizeof(struct texts),
	.parse = parse_io,
};

/* One number each: counts, times, sizes, modes, signals, statuses. */
#include "conf/type.h"

#include <errno.h>
#include <string.h>

#include "base/parse.h"
#include "conf/load.h"

static int parse_yes_no(struct setting *s, void *field)
{
	return parse_yes(s->text, field);
}

const struct keyword_type type_yes = {
	.expects = "yes or no",
	.size = sizeof(bool),
	.parse = parse_yes_no,
};

static int parse_u32(struct setting *s, void *field)
{
	uint64_t n;
	int r = parse_u64(s->text, s->row->max != 0 ? s->row->max : UINT32_MAX, &n);

	if (r == 0)
		*(uint32_t *)field = (uint32_t)n;
	return r;
}

const struct keyword_type type_u32 = {
	.expects = "a number",
	.size = sizeof(uint32_t),
	.parse = parse_u32,
};

static int parse_between(const struct setting *s, int64_t min, int64_t max, void *field)
{
	int64_t n;
	int r = parse_i64(s->text, min, max, &n);

	if (r == 0)
		*(int32_t *)field = (int32_t)n;
	return r;
}

static int parse_priority(struct setting *s, void *field)
{
	return parse_between(s, INT32_MIN, INT32_MAX, field);
}

/* Kept as text: 0 is a wish like any other, and nothing at all leaves what was inherited. */
static int share_between(struct setting *s, int64_t min, int64_t max, void *field)
{
	int64_t n;
	int r = parse_i64(s->text, min, max, &n);

	return r < 0 ? r : type_share(s, s->text, field);
}

static int parse_nice(struct setting *s, void *field)
{
	return share_between(s, -20, 19, field);
}

static int parse_oom_score(struct setting *s, void *field)
{
	return share_between(s, -1000, 1000, field);
}

const struct keyword_type type_priority = {
	.expects = "a number, which may be negative",
	.size = sizeof(int32_t),
	.parse = parse_priority,
};
const struct keyword_type type_nice = {
	.expects = "a number from -20 to 19",
	.size = sizeof(const char *),
	.parse = parse_nice,
};
const struct keyword_type type_oom_score = {
	.expects = "a number from -1000 to 1000",
	.size = sizeof(const char *),
	.parse = parse_oom_score,
};

static int parse_octal(struct setting *s, void *field)
{
	uint32_t mode;
	int r = parse_mode(s->text, &mode);

	if (r < 0 || mode > 0777)
		return r < 0 ? r : -ERANGE;
	*(uint32_t *)field = mode;
	return 0;
}

const struct keyword_type type_mode = {
	.expects = "octal mode bits from 000 to 777",
	.size = sizeof(uint32_t),
	.parse = parse_octal,
};

static int parse_time(struct setting *s, void *field)
{
	return parse_duration(s->text, field);
}

const struct keyword_type type_duration = {
	.expects = "a duration such as 10, 1.5m or 250ms",
	.size = sizeof(uint64_t),
	.parse = parse_time,
};

static int parse_bytes(struct setting *s, void *field)
{
	return parse_size(s->text, field);
}

const struct keyword_type type_size = {
	.expects = "a size such as 4096, 64KB or 50MB",
	.size = sizeof(uint64_t),
	.parse = parse_bytes,
};

static int parse_signal_name(struct setting *s, void *field)
{
	return parse_signal(s->text, field);
}

const struct keyword_type type_signal = {
	.expects = "a signal such as TERM or 15",
	.size = sizeof(int),
	.parse = parse_signal_name,
};

/* Statuses into a bit each. */
static int parse_exitcodes(struct setting *s, void *field)
{
	uint8_t *set = field;

	memset(set, 0, sizeof(((struct service_conf *)0)->exitcodes));
	for (const char *p = s->text; *p != '\0';) {
		char number[4];
		size_t len = strcspn(p, ", \t\n");
		uint64_t status;

		if (len >= sizeof number)
			return -EINVAL;
		memcpy(number, p, len);
		number[len] = '\0';
		if (len > 0 && parse_u64(number, 255, &status) < 0)
			return -EINVAL;
		if (len > 0)
			set[status / 8] |= (uint8_t)(1u << status % 8);
		p += len + (p[len] != '\0');
	}
	return 0;
}

const struct keyword_type type_exitcodes = {
	.expects = "exit statuses from 0 to 255 such as 0, 2",
	.size = sizeof(((struct service_conf *)0)->exitcodes),
	.parse = parse_exitcodes,
};

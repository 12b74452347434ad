#include "ctl/moment.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/parse.h"
#include "base/text.h"

/* Longer than any moment that is written with nanoseconds, behind its JSON key. */
enum { MOMENT_MAX = 64 };

/* Takes exactly n digits at *s that make a number up to max. */
static bool take(const char **s, size_t n, int max, int *ret)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		char c = (*s)[i];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*s += n;
	*ret = value;
	return value <= max;
}

static bool take_sign(const char **s, const char *signs)
{
	if (**s == '\0' || strchr(signs, **s) == NULL)
		return false;
	++*s;
	return true;
}

static bool take_date(const char **s, struct tm *tm)
{
	struct tm day;
	bool ok = take(s, 4, 9999, &tm->tm_year) && take_sign(s, "-") && take(s, 2, 12, &tm->tm_mon) &&
	          take_sign(s, "-") && take(s, 2, 31, &tm->tm_mday);

	if (!ok || tm->tm_year < 1970 || tm->tm_mon < 1)
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon--;
	day = *tm;
	(void)timegm(&day); /* 31 April becomes 1 May */
	return day.tm_mday == tm->tm_mday;
}

/* "13:45", and the seconds where they are there or have to be; 60 is a leap second. */
static bool take_time(const char **s, struct tm *tm, bool seconds)
{
	bool ok = take(s, 2, 23, &tm->tm_hour) && take_sign(s, ":") && take(s, 2, 59, &tm->tm_min);

	if (ok && (seconds || **s == ':'))
		ok = take_sign(s, ":") && take(s, 2, 60, &tm->tm_sec);
	return ok;
}

/* ".123456": as many digits as there are, of which three count. */
static bool take_fraction(const char **s, unsigned *ret_ms)
{
	unsigned weight = 100;

	*ret_ms = 0;
	if (**s != '.')
		return true;
	++*s;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; ++*s, weight /= 10)
		*ret_ms += (unsigned)(**s - '0') * weight;
	return true;
}

static bool take_offset(const char **s, int *ret_seconds)
{
	int hours, minutes;
	bool west = **s == '-';

	*ret_seconds = 0;
	if (take_sign(s, "Zz"))
		return true;
	if (!take_sign(s, "+-") || !take(s, 2, 23, &hours) || !take_sign(s, ":") || !take(s, 2, 59, &minutes))
		return false;
	*ret_seconds = (hours * 60 + minutes) * (west ? -60 : 60);
	return true;
}

/* Leaves *s behind the moment. */
static bool take_moment(const char **s, uint64_t *ret_ms)
{
	struct tm tm = { .tm_isdst = 0 };
	unsigned ms;
	time_t seconds;
	int offset;

	if (!take_date(s, &tm) || !take_sign(s, "Tt ") || !take_time(s, &tm, true) || !take_fraction(s, &ms) ||
	    !take_offset(s, &offset))
		return false;
	seconds = timegm(&tm);
	if (seconds < offset)
		return false;
	*ret_ms = (uint64_t)(seconds - offset) * 1000 + ms;
	return true;
}

/* The last time that the clock on the wall showed what text says. */
static bool find_time(const char *text, uint64_t now_ms, uint64_t *ret_ms)
{
	time_t now = (time_t)(now_ms / 1000), then;
	struct tm tm, wanted = { .tm_sec = 0 };

	if (!take_time(&text, &wanted, false) || *text != '\0' || localtime_r(&now, &tm) == NULL)
		return false;
	tm.tm_hour = wanted.tm_hour;
	tm.tm_min = wanted.tm_min;
	tm.tm_sec = wanted.tm_sec;
	tm.tm_isdst = -1;
	then = mktime(&tm);
	if (then > now) {
		tm.tm_mday--;
		tm.tm_isdst = -1;
		then = mktime(&tm);
	}
	*ret_ms = (uint64_t)then * 1000;
	return then >= 0;
}

int moment_parse(const char *text, uint64_t now_ms, uint64_t *ret_ms)
{
	const char *at = text;
	uint64_t ago;

	if (take_moment(&at, ret_ms))
		return *at == '\0' ? 0 : -EINVAL;
	if (find_time(text, now_ms, ret_ms))
		return 0;
	if (parse_duration(text, &ago) < 0 || ago > now_ms)
		return -EINVAL;
	*ret_ms = now_ms - ago;
	return 0;
}

bool moment_of_line(const char *line, size_t len, uint64_t *ret_ms)
{
	static const char json[] = "{\"time\":\"";
	char buf[MOMENT_MAX];
	const char *at = buf;
	struct text t;

	text_init(&t, buf, sizeof buf);
	text_add_bytes(&t, line, len < sizeof buf ? len : sizeof buf - 1);
	if (text_starts_with(buf, json))
		at += strlen(json);
	return take_moment(&at, ret_ms);
}

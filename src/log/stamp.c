#include "log/stamp.h"

#include <string.h>
#include <time.h>

enum { FRACTION_AT = sizeof "2026-11-21T13:45:25." - 1, FRACTION_DIGITS = 6 };

/* 9999-12-31T23:59:59Z: RFC 3339 has four digits for the year. */
static const int64_t last_second = 253402300799;

static void set_second(struct stamp *s, int64_t second)
{
	time_t t = (time_t)second;
	struct tm date;

	(void)gmtime_r(&t, &date); /* fails for years beyond an int alone */
	(void)strftime(s->text, sizeof s->text, "%Y-%m-%dT%H:%M:%S.000000Z", &date);
	s->second = second;
}

const char *stamp_at(struct stamp *s, int64_t second, uint32_t microsecond)
{
	if (second < 0 || second > last_second) {
		microsecond = second < 0 ? 0 : 999999;
		second = second < 0 ? 0 : last_second;
	}
	if (s->text[0] == '\0' || second != s->second)
		set_second(s, second);
	for (int i = FRACTION_DIGITS; i > 0; i--, microsecond /= 10)
		s->text[FRACTION_AT + i - 1] = (char)('0' + microsecond % 10);
	return s->text;
}

const char *stamp_now(struct stamp *s)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
	return stamp_at(s, now.tv_sec, (uint32_t)(now.tv_nsec / 1000));
}

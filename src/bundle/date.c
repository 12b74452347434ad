#include "bundle/date.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

static const char form[] = "0000-00-00T00:00:00Z";
static const int64_t last_s = 253402300799; /* the end of 9999 */

static bool has_form(const char *s)
{
	if (strlen(s) != DATE_TEXT_LEN)
		return false;
	for (size_t i = 0; i < DATE_TEXT_LEN; i++)
		if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return true;
}

static int digits(const char *s, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (s[i] - '0');
	return value;
}

int date_parse(const char *s, int64_t *ret_s)
{
	if (!has_form(s))
		return -EINVAL;

	struct tm tm = {
		.tm_year = digits(s, 4) - 1900, .tm_mon = digits(s + 5, 2) - 1, .tm_mday = digits(s + 8, 2),
		.tm_hour = digits(s + 11, 2), .tm_min = digits(s + 14, 2), .tm_sec = digits(s + 17, 2),
	};
	int64_t seconds = timegm(&tm); /* carries what is out of range, and so changes the text */

	if (seconds < 0 || strcmp(date_format(seconds).text, s) != 0)
		return -EINVAL;
	*ret_s = seconds;
	return 0;
}

static void put_digits(char *at, int value, size_t n)
{
	for (size_t i = n; i > 0; i--, value /= 10)
		at[i - 1] = (char)('0' + value % 10);
}

struct date_text date_format(int64_t seconds)
{
	time_t t = seconds < 0 ? 0 : seconds > last_s ? last_s : seconds;
	struct date_text d;
	struct tm tm;

	memcpy(d.text, form, sizeof d.text);
	(void)gmtime_r(&t, &tm); /* cannot fail between 1970 and 9999 */
	put_digits(d.text, tm.tm_year + 1900, 4);
	put_digits(d.text + 5, tm.tm_mon + 1, 2);
	put_digits(d.text + 8, tm.tm_mday, 2);
	put_digits(d.text + 11, tm.tm_hour, 2);
	put_digits(d.text + 14, tm.tm_min, 2);
	put_digits(d.text + 17, tm.tm_sec, 2);
	return d;
}

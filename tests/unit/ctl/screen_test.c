#include "ctl/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/progress.h"

static void ages_times_and_sizes_read_as_one_says_them(void **state)
{
	static const struct { void (*add)(struct text *, uint64_t); uint64_t n; const char *said; } cases[] = {
		{ screen_add_age, 0, "0:00:00" }, { screen_add_age, 12345, "0:00:12" },
		{ screen_add_age, 3661000, "1:01:01" }, { screen_add_age, 86400000, "1 day, 0:00:00" },
		{ screen_add_age, 3 * 86400000ull + 14706000, "3 days, 4:05:06" },
		{ screen_add_time, 0, "0 ms" }, { screen_add_time, 999, "999 ms" }, { screen_add_time, 4250, "4.2 s" },
		{ screen_add_time, 65000, "1:05 min" },
		{ screen_add_size, 0, "0 B" }, { screen_add_size, 999, "999 B" }, { screen_add_size, 1400000, "1.4 MB" },
		{ screen_add_size, 27100000000ull, "27.1 GB" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char buf[64];
		struct text t;

		text_init(&t, buf, sizeof buf);
		cases[i].add(&t, cases[i].n);
		assert_string_equal(buf, cases[i].said);
	}
}

static char *shown(const char *s)
{
	char *buf = NULL;
	size_t len;
	FILE *out = open_memstream(&buf, &len);

	assert_non_null(out);
	screen_put(out, s);
	assert_int_equal(fclose(out), 0);
	return buf;
}

static void no_text_steers_the_terminal(void **state)
{
	static const struct { const char *in, *out; size_t width; } cases[] = {
		{ "plain", "plain", 5 }, { "", "", 0 }, { "b\xc3\xbc", "b\xc3\xbc", 2 }, { "1 \xe2\x86\x92 2", "1 \xe2\x86\x92 2", 5 },
		{ "\033[2J", "\\x1b[2J", 7 }, { "a\nb", "a\\x0ab", 6 }, { "\xff", "\\xff", 4 },
		{ "\xc2\x9b" "31m", "\\xc2\\x9b31m", 11 }, { "back\\slash", "back\\slash", 10 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *out = shown(cases[i].in);

		assert_string_equal(out, cases[i].out);
		assert_int_equal(screen_width(cases[i].in), cases[i].width);
		free(out);
	}
}

static void a_bar_knows_share_amount_and_rate(void **state)
{
	struct progress p = { .phase = "fetch", .began_ms = 1000 };
	struct progress_row row = { .subject = "acme/mail", .phase = "fetch", .done = 5000000, .total = 10000000, .unit = "bytes" };
	char line[256];

	(void)state;
	progress_format(&p, &row, 2000, line, sizeof line);
	assert_string_equal(line, "acme/mail: fetch   [############------------]  50%  5.0 MB of 10.0 MB  5.0 MB/s");
	row.total = 0; /* the registry did not say how much it is */
	progress_format(&p, &row, 2000, line, sizeof line);
	assert_string_equal(line, "acme/mail: fetch    5.0 MB  5.0 MB/s");
	row = (struct progress_row){ .subject = "acme/mail", .phase = "roll", .done = 30, .total = 20, .unit = "children" };
	progress_format(&p, &row, 2000, line, sizeof line); /* more than there is stays a full bar */
	assert_string_equal(line, "acme/mail: roll    [########################] 100%  30 of 20 children");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ages_times_and_sizes_read_as_one_says_them),
		cmocka_unit_test(no_text_steers_the_terminal),
		cmocka_unit_test(a_bar_knows_share_amount_and_rate),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

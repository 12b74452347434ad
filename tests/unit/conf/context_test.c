/* The settings that say what a child's process is, and what becomes of each in struct context. */
#include "conf_world.h"

/* A service with one more setting; a mistake in it is in line 3. */
static struct conf *parse_with(const char *setting)
{
	char text[4096];

	(void)snprintf(text, sizeof text, "[service:x]\ncommand = /bin/true\n%s\n", setting);
	return parse(text);
}

static void assert_refused(const char *const *settings, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct conf *c = parse_with(settings[i]);

		if (c->errors_n != 1)
			print_message("%s\n", settings[i]);
		assert_mistake(c, "E-VALUE", 3);
		assert_int_equal(c->children_n, 0);
		conf_unref(c);
	}
}

static void scheduling_is_kept_as_it_stands(void **state)
{
	struct conf *c = parse_with("scheduler = fifo:10\nioprio = best-effort:7\ncpu_affinity = 0-3,\n  8");
	const struct context *x = &c->children[0].context;

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(x->scheduler, "fifo:10");
	assert_string_equal(x->ioprio, "best-effort:7");
	assert_string_equal(x->cpu_affinity, "0-3,\n8");
	conf_unref(c);
}

static void scheduling_that_means_nothing_is_told(void **state)
{
	static const char *const refused[] = {
		"scheduler = fast", "scheduler =", "scheduler = fifo", "scheduler = fifo:0", "scheduler = rr:100", "scheduler = other:1",
		"ioprio = best-effort", "ioprio =", "ioprio = realtime:8", "ioprio = 4", "ioprio = idle, idle",
		"cpu_affinity =", "cpu_affinity = all", "cpu_affinity = 3-1", "cpu_affinity = 8192", "cpu_affinity = \"0\"",
	};

	(void)state;
	assert_refused(refused, ARRAY_LEN(refused));
}

static void what_is_not_set_is_left_alone(void **state)
{
	struct conf *c = parse_with("");
	const struct context *x = &c->children[0].context;

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(x->scheduler, "");
	assert_string_equal(x->ioprio, "");
	assert_string_equal(x->cpu_affinity, "");
	conf_unref(c);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(scheduling_is_kept_as_it_stands),
		cmocka_unit_test(scheduling_that_means_nothing_is_told),
		cmocka_unit_test(what_is_not_set_is_left_alone),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

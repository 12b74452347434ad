/* The settings that say what a child's process is, and what becomes of each in struct context. */
#include "conf_world.h"

#include <linux/capability.h>

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

#define BIT(capability) (1ULL << CAP_##capability)

static void capabilities_are_named_as_one_likes_and_become_a_bit_each(void **state)
{
	static const struct { const char *setting; uint64_t drop, ambient; } cases[] = {
		{ "ambient_capabilities = net_bind_service", 0, BIT(NET_BIND_SERVICE) },
		{ "ambient_capabilities = CAP_CHOWN, cap_kill\n  Cap_Bpf", 0, BIT(CHOWN) | BIT(KILL) | BIT(BPF) },
		{ "capability_bounding_set = chown,checkpoint_restore", ~(BIT(CHOWN) | BIT(CHECKPOINT_RESTORE)), 0 },
		{ "capability_bounding_set = ~sys_admin CAP_SYS_PTRACE", BIT(SYS_ADMIN) | BIT(SYS_PTRACE), 0 },
		{ "capability_bounding_set = ~ sys_admin", BIT(SYS_ADMIN), 0 },
		{ "capability_bounding_set =", UINT64_MAX, 0 },
		{ "capability_bounding_set = kill\nambient_capabilities = kill", ~BIT(KILL), BIT(KILL) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse_with(cases[i].setting);

		assert_no_mistake(c);
		assert_true(c->children[0].context.capability_drop == cases[i].drop);
		assert_true(c->children[0].context.ambient_capabilities == cases[i].ambient);
		conf_unref(c);
	}
}

static void what_is_no_capability_is_told(void **state)
{
	static const char *const refused[] = {
		"ambient_capabilities =", "ambient_capabilities = ~kill", "ambient_capabilities = all", "ambient_capabilities = 10",
		"ambient_capabilities = cap_", "ambient_capabilities = kil", "ambient_capabilities = killl",
		"ambient_capabilities = kill;chown", "ambient_capabilities = cap_cap_kill", "ambient_capabilities = k\xc3\xafll",
		"ambient_capabilities = \"kill\"", "capability_bounding_set = ~", "capability_bounding_set = kill ~chown",
		"capability_bounding_set = ~~kill", "capability_bounding_set = kill=1",
		"capability_bounding_set = ~kill\nambient_capabilities = kill",
	};
	static const char *const twice[] = { "ambient_capabilities = kill CAP_KILL", "capability_bounding_set = ~kill,kill" };
	char huge[2048];
	struct conf *c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		c = parse_with(refused[i]);
		if (c->errors_n != 1)
			print_message("%s\n", refused[i]);
		assert_mistake(c, "E-VALUE", i + 1 == ARRAY_LEN(refused) ? 4 : 3);
		assert_int_equal(c->children_n, 0);
		conf_unref(c);
	}
	for (size_t i = 0; i < ARRAY_LEN(twice); i++) {
		c = parse_with(twice[i]);
		assert_mistake(c, "E-DUP", 3);
		conf_unref(c);
	}
	(void)snprintf(huge, sizeof huge, "ambient_capabilities = %01900d", 0);
	c = parse_with(huge);
	assert_mistake(c, "E-VALUE", 3);
	conf_unref(c);
}

static void a_capability_that_is_misspelt_gets_the_nearest(void **state)
{
	struct conf *c = parse_with("ambient_capabilities = net_bind_servce");

	(void)state;
	assert_mistake(c, "E-VALUE", 3);
	assert_non_null(strstr(c->errors[0].text, "there is no capability net_bind_servce: did you mean cap_net_bind_service?"));
	conf_unref(c);
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
	assert_true(x->capability_drop == 0 && x->ambient_capabilities == 0);
	conf_unref(c);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(scheduling_is_kept_as_it_stands),
		cmocka_unit_test(scheduling_that_means_nothing_is_told),
		cmocka_unit_test(capabilities_are_named_as_one_likes_and_become_a_bit_each),
		cmocka_unit_test(what_is_no_capability_is_told),
		cmocka_unit_test(a_capability_that_is_misspelt_gets_the_nearest),
		cmocka_unit_test(what_is_not_set_is_left_alone),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

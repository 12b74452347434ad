/* The settings that say what a child's process is, and what becomes of each in struct context. */
#include "conf_world.h"

#include <linux/capability.h>

#include "wire/callgroup.h"

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

static void no_groups_are_told_from_none_set(void **state)
{
	struct conf *set = parse_with("groups ="), *unset = parse_with("");

	(void)state;
	assert_no_mistake(set);
	assert_int_equal(set->children[0].context.groups.count, 1);
	assert_string_equal(texts_at(&set->children[0].context.groups, 0), "");
	assert_int_equal(unset->children[0].context.groups.count, 0);
	conf_unref(set);
	conf_unref(unset);
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

static void groups_of_system_calls_are_named_one_by_one(void **state)
{
	static const char *const refused[] = {
		"no_new_privs = yes\nseccomp_deny =", "no_new_privs = yes\nseccomp_deny = mount", "no_new_privs = yes\nseccomp_deny = @",
		"no_new_privs = yes\nseccomp_deny = @Mount", "no_new_privs = yes\nseccomp_deny = ~@mount",
		"no_new_privs = yes\nseccomp_deny = @mountx", "no_new_privs = yes\nseccomp_deny = @mo\xc3\xbcnt",
		"no_new_privs = no\nseccomp_deny = @mount",
	};
	struct conf *c = parse_with("no_new_privs = yes\nseccomp_deny = @mount, @clock\n @swap");

	(void)state;
	assert_no_mistake(c);
	assert_true(c->children[0].context.denied_calls ==
	            (1U << CALLGROUP_MOUNT | 1U << CALLGROUP_CLOCK | 1U << CALLGROUP_SWAP));
	conf_unref(c);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		c = parse_with(refused[i]);
		if (c->errors_n != 1)
			print_message("%s\n", refused[i]);
		assert_mistake(c, "E-VALUE", 4);
		conf_unref(c);
	}
	c = parse_with("no_new_privs = yes\nseccomp_deny = @mout");
	assert_mistake(c, "E-VALUE", 4);
	assert_non_null(strstr(c->errors[0].text, "there is no group of system calls @mout: did you mean @mount?"));
	conf_unref(c);
	c = parse_with("no_new_privs = yes\nseccomp_deny = @swap @swap");
	assert_mistake(c, "E-DUP", 4);
	conf_unref(c);
}

/* All limits of the child, one a line. */
static const char *limits_of(const struct conf *c)
{
	static char lines[4096];
	size_t len = 0;

	lines[0] = '\0';
	for (const char *s = NULL; texts_next(&c->children[0].context.cgroup_limits, &s) && len < sizeof lines;)
		len += (size_t)snprintf(lines + len, sizeof lines - len, "%s%s", len > 0 ? "\n" : "", s);
	return lines;
}

static void limits_of_the_cgroup_are_what_its_files_take(void **state)
{
	static const struct { const char *setting, *limits; } cases[] = {
		{ "memory_max = 512MB", "memory.max=536870912" }, { "memory_high = max", "memory.high=max" },
		{ "memory_low = 4096", "memory.low=4096" }, { "memory_min = 1KB", "memory.min=1024" },
		{ "memory_swap_max = 0", "memory.swap.max=0" }, { "memory_oom_group = yes", "memory.oom.group=1" },
		{ "memory_oom_group = off", "memory.oom.group=0" }, { "cpu_max = 50%", "cpu.max=50000 100000" },
		{ "cpu_max = 50%%", "cpu.max=50000 100000" }, { "cpu_max = 1%", "cpu.max=1000 100000" },
		{ "cpu_max = 250%", "cpu.max=250000 100000" }, { "cpu_max = 20ms/1s", "cpu.max=20000 1000000" },
		{ "cpu_max = max", "cpu.max=max" }, { "cpu_max = %(program_name)s/%(ENV_NOWHERE)s", NULL },
		{ "cpu_weight = 1", "cpu.weight=1" }, { "io_weight = 10000", "io.weight=10000" }, { "pids_max = 100", "pids.max=100" },
		{ "pids_max = max", "pids.max=max" }, { "pids_max = 0", "pids.max=0" },
		{ "io_max = 8:16 rbps=5MB wiops=max", "io.max=8:16 rbps=5242880 wiops=max" },
		{ "io_max = /dev/sda  wbps=1024,\n  8:0 riops=1", "io.max=/dev/sda wbps=1024\nio.max=8:0 riops=1" },
		{ "pids_max = 5\nmemory_max = 1MB", "memory.max=1048576\npids.max=5" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse_with(cases[i].setting);

		if (cases[i].limits == NULL) {
			assert_mistake(c, "E-EXPAND", 3);
		} else {
			assert_no_mistake(c);
			assert_string_equal(limits_of(c), cases[i].limits);
		}
		conf_unref(c);
	}
}

static void what_a_cgroup_cannot_be_told_is_told(void **state)
{
	static const char *const refused[] = {
		"memory_max =", "memory_max = -1", "memory_max = 50%%", "memory_max = infinity", "memory_max = MAX",
		"memory_max = 99999999999999999999", "memory_max = 1 MB", "memory_max = 1e9", "memory_oom_group = 2",
		"memory_oom_group = max", "cpu_max =", "cpu_max = 0%", "cpu_max = 50", "cpu_max = %%", "cpu_max = 5.5%%",
		"cpu_max = -5%%", "cpu_max = 1000001%", "cpu_max = 050%", "cpu_max = 10ms/", "cpu_max = /1s", "cpu_max = 0/1s",
		"cpu_max = 10ms/2s", "cpu_max = 10ms/0", "cpu_max = 10ms/1s/1s", "cpu_max = 99999999999999999999%",
		"cpu_weight = 0", "cpu_weight = 10001", "cpu_weight = max", "io_weight = 8:16 100", "io_weight =", "pids_max = -1",
		"pids_max = 4194305", "pids_max = \xd9\xa3", "pids_max = 1,2", "io_max =", "io_max = 8:16", "io_max = rbps=1",
		"io_max = 8 rbps=1", "io_max = 8:16:1 rbps=1", "io_max = 8:-1 rbps=1", "io_max = sda rbps=1",
		"io_max = /etc/passwd rbps=1", "io_max = 8:16 rbps=0", "io_max = 8:16 rbps=", "io_max = 8:16 rbps=1 rbps=2",
		"io_max = 8:16 bps=1", "io_max = 8:16 riops=1KB", "io_max = 8:16 rbps=1,", "io_max = 8:16 rbps=1,,8:0 rbps=1",
		"io_max = :16 rbps=1", "io_max = 8: rbps=1", "io_max = 8:16 RBPS=1", "io_max = 8:16 rbps=1 8:0 rbps=1",
	};
	char huge[2048];
	struct conf *c;

	(void)state;
	assert_refused(refused, ARRAY_LEN(refused));
	(void)snprintf(huge, sizeof huge, "io_max = /dev/%01900d rbps=1", 0);
	c = parse_with(huge);
	assert_mistake(c, "E-VALUE", 3);
	conf_unref(c);
	c = parse_with("pids_max = 5\npids_max = 6");
	assert_mistake(c, "E-DUP", 4);
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
	assert_int_equal(x->cgroup_limits.count, 0);
	assert_true(x->capability_drop == 0 && x->ambient_capabilities == 0);
	conf_unref(c);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_groups_are_told_from_none_set),
		cmocka_unit_test(scheduling_is_kept_as_it_stands),
		cmocka_unit_test(scheduling_that_means_nothing_is_told),
		cmocka_unit_test(capabilities_are_named_as_one_likes_and_become_a_bit_each),
		cmocka_unit_test(what_is_no_capability_is_told),
		cmocka_unit_test(a_capability_that_is_misspelt_gets_the_nearest),
		cmocka_unit_test(groups_of_system_calls_are_named_one_by_one),
		cmocka_unit_test(limits_of_the_cgroup_are_what_its_files_take),
		cmocka_unit_test(what_a_cgroup_cannot_be_told_is_told),
		cmocka_unit_test(what_is_not_set_is_left_alone),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

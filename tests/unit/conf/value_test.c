#include "conf_world.h"

#include <inttypes.h>
#include <signal.h>

/* A service with one more setting; a mistake in it is in line 3. */
static struct conf *parse_with(const char *setting)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "[service:x]\ncommand = /bin/true\n%s\n", setting);
	return parse(text);
}

static struct conf *parse_reeve(const char *setting)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "[reeve]\n%s\n", setting);
	return parse(text);
}

/* Each setting is refused with the code, and nobody runs. */
static void assert_refused(const char *const *settings, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++) {
		struct conf *c = parse_with(settings[i]);

		if (c->errors_n != 1)
			print_message("%s\n", settings[i]);
		assert_mistake(c, code, 3);
		assert_int_equal(c->children_n, 0);
		conf_unref(c);
	}
}

static void numbers_are_decimal_and_in_range(void **state)
{
	static const struct { const char *text; bool good; uint32_t n; } cases[] = {
		{ "0", true, 0 }, { "1", true, 1 }, { "4294967295", true, 4294967295u }, { "-1", false, 0 }, { "+1", false, 0 },
		{ "00", false, 0 }, { "08", false, 0 }, { "0x1", false, 0 }, { "1e3", false, 0 }, { "1k", false, 0 },
		{ "1KB", false, 0 }, { "9223372036854775808", false, 0 }, { "4294967296", false, 0 }, { "", false, 0 },
		{ "\"1\"", false, 0 }, { "1,0", false, 0 }, { "\xd9\xa3", false, 0 }, { "1 2", false, 0 }, { "0.5", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[128];
		struct conf *c;

		(void)snprintf(text, sizeof text, "startretries = %s", cases[i].text);
		c = parse_with(text);
		assert_int_equal(c->children_n, cases[i].good);
		if (cases[i].good)
			assert_int_equal(c->services[0].startretries, cases[i].n);
		else
			assert_mistake(c, "E-VALUE", 3);
		conf_unref(c);
	}
}

static void times_take_a_unit_or_are_seconds(void **state)
{
	static const struct { const char *text; bool good; uint64_t ms; } cases[] = {
		{ "0", true, 0 }, { "1.5s", true, 1500 }, { "10d", true, 864000000 }, { "250ms", true, 250 }, { "1.5m", true, 90000 },
		{ "10", true, 10000 }, { "inf", false, 0 }, { "1h30", false, 0 }, { "-0", false, 0 }, { "9999d", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[128];
		struct conf *c;

		(void)snprintf(text, sizeof text, "stopwaitsecs = %s", cases[i].text);
		c = parse_with(text);
		assert_int_equal(c->children_n, cases[i].good);
		if (cases[i].good)
			assert_int_equal(c->services[0].stopwaitsecs_ms, cases[i].ms);
		else
			assert_mistake(c, "E-VALUE", 3);
		conf_unref(c);
	}
}

static void sizes_are_supervisords(void **state)
{
	static const struct { const char *text; bool good; uint64_t n; } cases[] = {
		{ "0", true, 0 }, { "1KB", true, 1024 }, { "50MB", true, 50 << 20 }, { "2gb", true, 2ULL << 30 },
		{ "10k", false, 0 }, { "1.5MB", false, 0 }, { "1 KB", false, 0 }, { "-1", false, 0 },
		{ "99999999999999999999GB", false, 0 }, { "KB", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[128];
		struct conf *c;

		(void)snprintf(text, sizeof text, "stdout_logfile_maxbytes = %s", cases[i].text);
		c = parse_with(text);
		assert_int_equal(c->children_n, cases[i].good);
		if (cases[i].good)
			assert_int_equal(c->services[0].stdout_maxbytes, cases[i].n);
		else
			assert_mistake(c, "E-VALUE", 3);
		conf_unref(c);
	}
}

static void yes_has_eight_spellings(void **state)
{
	static const struct { const char *text; int value; } cases[] = {
		{ "on", 1 }, { "yes", 1 }, { "1", 1 }, { "TRUE", 1 }, { "off", 0 }, { "No", 0 }, { "0", 0 }, { "false", 0 },
		{ "ja", -1 }, { "", -1 }, { "2", -1 }, { "y", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[64];
		struct conf *c;

		(void)snprintf(text, sizeof text, "critical = %s", cases[i].text);
		c = parse_with(text);
		assert_int_equal(c->children_n, cases[i].value >= 0);
		if (cases[i].value >= 0)
			assert_int_equal(c->services[0].critical, cases[i].value);
		else
			assert_mistake(c, "E-VALUE", 3);
		conf_unref(c);
	}
}

static void nobody_becomes_root_by_a_slip(void **state)
{
	static const char *const refused[] = {
		"user = 0", "user = 0day", "user = +0", "user = 00", "user = 4294967295", "user = -1", "user = 0x0",
		"user = \xc3\xbcn\xc3\xaf", "user = a b", "user = a:b", "user = ../x", "user = uid:", "user = uid:4294967295",
		"user = gid:5", "group = 0", "group = uid:5", "user = abcdefghijklmnopqrstuvwxyz0123456789",
		"groups = 0", "groups = a, 00", "user =", "group =",
	};
	static const char *const percent[] = { "user = nobody%", "user = %", "user = %(ENV_NONE)s", "user = %s" };
	static const struct { const char *setting, *user; } taken[] = {
		{ "user = root", "root" }, { "user = uid:0", "0" }, { "user = uid:1000", "1000" }, { "user = 1000", "1000" },
		{ "user = www-data", "www-data" }, { "user = machine$", "machine$" },
	};

	(void)state;
	assert_refused(refused, ARRAY_LEN(refused), "E-VALUE");
	assert_refused(percent, ARRAY_LEN(percent), "E-EXPAND");
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		struct conf *c = parse_with(taken[i].setting);

		assert_no_mistake(c);
		assert_string_equal(c->children[0].context.user, taken[i].user);
		conf_unref(c);
	}
}

static void words_that_choose_are_told_when_they_are_others(void **state)
{
	static const char *const refused[] = {
		"autorestart = sometimes", "stopsignal = NOPE", "stopsignal = 0", "stopsignal = 99", "exitcodes = 256",
		"exitcodes = -1", "exitcodes = 0 x", "umask = 8", "umask = 1000", "nice = 20", "nice = -21", "oom_score_adj = 1001",
		"priority = 2147483648", "numprocs = 16385", "stdout_logfile = AUTO",
		"stdout_logfile_backups = 1001", "backoff = 60s", "rlimit_nofile = many", "rlimit_nofile = 2:1",
		"rlimit_nofile = 1:2:3", "rlimit_nofile = :", "rlimit_core = unlimited:0", "directory = ~/x", "directory =",
		"required_environment = A=1", "required_environment = 1A", "workspaces = A", "workspaces =", "workspaces = ../x",
	};

	(void)state;
	assert_refused(refused, ARRAY_LEN(refused), "E-VALUE");
}

static void settings_become_what_they_say(void **state)
{
	struct conf *c = parse_with("autorestart = unexpected\nexitcodes = 0, 2,255\nstopsignal = sigusr1\numask = 077\n"
	                            "nice = -5\noom_score_adj = -1000\npriority = -1\ndirectory = ./a//b/./c\n"
	                            "groups = www-data, 100\nrlimit_nofile = 1024\nrlimit_fsize = 1MB:unlimited\n"
	                            "stdout_logfile = OFF\nstderr_logfile = log/err.log\nredirect_stderr = no\n"
	                            "required_environment = TOKEN, DB_URL\nno_new_privs = yes\nstartsecs = 0");
	const struct child_conf *child = &c->children[0];
	const struct service_conf *service = &c->services[0];

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(service->autorestart, AUTORESTART_ON_FAILURE);
	assert_true(conf_exit_is_expected(service, 0) && conf_exit_is_expected(service, 2) && conf_exit_is_expected(service, 255));
	assert_false(conf_exit_is_expected(service, 1) || conf_exit_is_expected(service, 256) || conf_exit_is_expected(service, -1));
	assert_int_equal(service->stopsignal, SIGUSR1);
	assert_int_equal(service->priority, -1);
	assert_false(service->redirect_stderr);
	assert_int_equal(child->context.umask, 077);
	assert_string_equal(child->context.nice, "-5");
	assert_string_equal(child->context.oom_score_adj, "-1000");
	assert_true(child->context.no_new_privs);
	assert_string_equal(child->context.directory, "/etc/reeve/a/b/c");
	assert_string_equal(texts_at(&child->stdout_logfile, 0), "none");
	assert_string_equal(texts_at(&child->stderr_logfile, 0), "/etc/reeve/log/err.log");
	assert_int_equal(child->context.groups.count, 2);
	assert_string_equal(texts_at(&child->context.groups, 1), "100");
	assert_string_equal(texts_at(&child->context.rlimits, 0), "fsize=1048576:unlimited");
	assert_string_equal(texts_at(&child->context.rlimits, 1), "nofile=1024");
	assert_int_equal(child->required.count, 2);
	assert_string_equal(texts_at(&child->required, 1), "DB_URL");
	conf_unref(c);
}

static void supervisords_words_for_autorestart_mean_what_they_mean_there(void **state)
{
	static const struct { const char *word; enum conf_autorestart value; } cases[] = {
		{ "true", AUTORESTART_ALWAYS }, { "always", AUTORESTART_ALWAYS }, { "unexpected", AUTORESTART_ON_FAILURE },
		{ "on-failure", AUTORESTART_ON_FAILURE }, { "false", AUTORESTART_NEVER }, { "never", AUTORESTART_NEVER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[64];
		struct conf *c;

		(void)snprintf(text, sizeof text, "autorestart = %s", cases[i].word);
		c = parse_with(text);
		assert_no_mistake(c);
		assert_int_equal(c->services[0].autorestart, cases[i].value);
		conf_unref(c);
	}
}

static void an_empty_list_of_exitcodes_expects_none(void **state)
{
	struct conf *c = parse_with("exitcodes =");

	(void)state;
	assert_no_mistake(c);
	for (int i = 0; i < 256; i++)
		assert_false(conf_exit_is_expected(&c->services[0], i));
	conf_unref(c);
}

static void reeve_keeps_its_sound_settings_beside_a_bad_one(void **state)
{
	struct conf *c = parse_reeve("loglevel = debug\nadmins = alice\nshutdown_timeout = soon\nrestart_rate = 7");

	(void)state;
	assert_int_equal(c->errors_n, 2);
	assert_string_equal(c->org.loglevel, "debug");
	assert_int_equal(c->org.admins.count, 0);
	assert_int_equal(c->org.shutdown_timeout_ms, 10000);
	assert_int_equal(c->org.restart_rate, 7);
	conf_unref(c);
}

static void a_socket_fits_into_an_address(void **state)
{
	char text[256];
	struct conf *c;

	(void)state;
	(void)snprintf(text, sizeof text, "socket = /%0107d", 0);
	c = parse_reeve(text);
	assert_mistake(c, "E-VALUE", 2);
	conf_unref(c);
	(void)snprintf(text, sizeof text, "socket = /%0106d", 0);
	c = parse_reeve(text);
	assert_no_mistake(c);
	assert_int_equal(strlen(c->org.socket), 107);
	conf_unref(c);
	c = parse_reeve("socket = run/s");
	assert_string_equal(c->org.socket, "/etc/reeve/run/s");
	conf_unref(c);
	c = parse_reeve("socket = @reeve");
	assert_string_equal(c->org.socket, "@reeve");
	conf_unref(c);
}

static void a_control_group_is_named_by_a_word_or_a_whole_path(void **state)
{
	static const char *const good[] = { "auto", "none", "/sys/fs/cgroup/mine" };
	static const char *const bad[] = { "cgroup = yes", "cgroup = mine", "cgroup = ./mine", "cgroup = AUTO" };
	char text[64];
	struct conf *c = parse_reeve("");

	(void)state;
	assert_string_equal(c->org.cgroup, "auto");
	conf_unref(c);
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		(void)snprintf(text, sizeof text, "cgroup = %s", good[i]);
		c = parse_reeve(text);
		assert_no_mistake(c);
		assert_string_equal(c->org.cgroup, good[i]);
		conf_unref(c);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		c = parse_reeve(bad[i]);
		assert_mistake(c, "E-VALUE", 2);
		conf_unref(c);
	}
}

static void principals_say_what_they_are(void **state)
{
	static const char *const refused[] = {
		"alice", "user:", "user:0", "user:1000", "uid:alice", "uid:-1", "group:", "gid:x", "User:alice", "user:a b:c", "*",
	};
	struct conf *c = parse_reeve("admins = user:alice, group:ops uid:0\n\tgid:100");

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->org.admins.count, 4);
	assert_string_equal(texts_at(&c->org.admins, 3), "gid:100");
	conf_unref(c);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		char text[64];

		(void)snprintf(text, sizeof text, "observers = %s", refused[i]);
		c = parse_reeve(text);
		assert_mistake(c, "E-VALUE", 2);
		assert_int_equal(c->org.observers.count, 0);
		conf_unref(c);
	}
}

static void capabilities_have_a_name_and_a_level(void **state)
{
	static const char *const refused[] = { "fuse", "fuse=", "=3", "Fuse=3", "a b=1", "../x=1" };
	struct conf *c = parse_reeve("capabilities = fuse=3, overlay=1");

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->org.capabilities.count, 2);
	assert_string_equal(texts_at(&c->org.capabilities, 1), "overlay=1");
	conf_unref(c);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		char text[64];

		(void)snprintf(text, sizeof text, "capabilities = %s", refused[i]);
		c = parse_reeve(text);
		assert_mistake(c, "E-VALUE", 2);
		conf_unref(c);
	}
}

static void paths_are_absolute_and_not_too_long(void **state)
{
	char text[6000];
	struct conf *c = parse_with("directory = /");

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(c->children[0].context.directory, "/");
	conf_unref(c);
	(void)snprintf(text, sizeof text, "[service:x]\ncommand = /bin/x\ndirectory = /%05000d\n", 0);
	c = parse(text);
	assert_mistake(c, "E-VALUE", 3);
	conf_unref(c);
}

static void a_childs_name_is_not_too_long(void **state)
{
	char text[256];
	struct conf *c;

	(void)state;
	(void)snprintf(text, sizeof text, "[service:a%062d]\ncommand = /bin/x\nnumprocs = 2\n", 0);
	c = parse(text);
	assert_mistake(c, "E-LIMIT", 1);
	assert_int_equal(c->children_n, 0);
	conf_unref(c);
}

static void helpers_are_where_the_file_or_the_environment_says(void **state)
{
	static char variable[] = "REEVE_HELPER_DIR=/somewhere";
	char *const environment[] = { variable, NULL };
	struct conf *c;

	(void)state;
	assert_int_equal(conf_parse("", 0, FILE_NAME, environment, &c), 0);
	assert_string_equal(c->org.helper_dir, "/somewhere");
	conf_unref(c);
	assert_int_equal(conf_parse("[reeve]\nhelper_dir = x", 22, FILE_NAME, environment, &c), 0);
	assert_string_equal(c->org.helper_dir, "/etc/reeve/x");
	conf_unref(c);
	c = parse("");
	assert_string_equal(c->org.helper_dir, REEVE_HELPER_DIR);
	conf_unref(c);
}

static void files_are_paths_and_may_be_optional(void **state)
{
	static const char *const refused[] = { "env_file = -", "env_file = ~/x", "env_file = \"\"", "env_file = 'x" };
	static const char *const twice[] = { "env_file = a.env, ./a.env", "env_file = -/b -/b" };
	struct conf *c = parse_with("env_file = a.env -/b/./c.env,\"-two words\" %(state_dir)s/-x");

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->children[0].context.env_files.count, 4);
	assert_string_equal(texts_at(&c->children[0].context.env_files, 0), "/etc/reeve/a.env");
	assert_string_equal(texts_at(&c->children[0].context.env_files, 1), "-/b/c.env");
	assert_string_equal(texts_at(&c->children[0].context.env_files, 2), "-/etc/reeve/two words");
	assert_non_null(strstr(texts_at(&c->children[0].context.env_files, 3), "/default/x/-x"));
	conf_unref(c);
	assert_refused(refused, ARRAY_LEN(refused), "E-VALUE");
	assert_refused(twice, ARRAY_LEN(twice), "E-DUP");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_paths_and_may_be_optional),
		cmocka_unit_test(numbers_are_decimal_and_in_range),
		cmocka_unit_test(times_take_a_unit_or_are_seconds),
		cmocka_unit_test(sizes_are_supervisords),
		cmocka_unit_test(yes_has_eight_spellings),
		cmocka_unit_test(nobody_becomes_root_by_a_slip),
		cmocka_unit_test(words_that_choose_are_told_when_they_are_others),
		cmocka_unit_test(settings_become_what_they_say),
		cmocka_unit_test(supervisords_words_for_autorestart_mean_what_they_mean_there),
		cmocka_unit_test(an_empty_list_of_exitcodes_expects_none),
		cmocka_unit_test(reeve_keeps_its_sound_settings_beside_a_bad_one),
		cmocka_unit_test(a_socket_fits_into_an_address),
		cmocka_unit_test(a_control_group_is_named_by_a_word_or_a_whole_path),
		cmocka_unit_test(principals_say_what_they_are),
		cmocka_unit_test(capabilities_have_a_name_and_a_level),
		cmocka_unit_test(paths_are_absolute_and_not_too_long),
		cmocka_unit_test(a_childs_name_is_not_too_long),
		cmocka_unit_test(helpers_are_where_the_file_or_the_environment_says),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

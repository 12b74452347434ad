/* What makes two children different enough for a new process: each row of the tables by itself. */
#include "conf_world.h"

#include "conf/keyword.h"

static const char base[] =
	"[registry:r]\nurl = file:///r\nkey = k\n[registry:s]\nurl = file:///s\nkey = k\n"
	"[workspace:acme]\n%s\n[bundle:b]\n%s\n[service:x]\nworkspaces = acme\n%s\n";

static struct conf *parse_parts(const char *workspace, const char *bundle, const char *service)
{
	char text[1024];

	(void)snprintf(text, sizeof text, base, workspace, bundle, service);
	return parse(text);
}

static bool is_equal(const char *const a[3], const char *const b[3])
{
	struct conf *x = parse_parts(a[0], a[1], a[2]), *y = parse_parts(b[0], b[1], b[2]);
	bool equal;

	assert_no_mistake(x);
	assert_no_mistake(y);
	equal = child_conf_is_equal(&x->children[0], &y->children[0]);
	assert_int_equal(equal, child_conf_is_equal(&y->children[0], &x->children[0]));
	conf_unref(x);
	conf_unref(y);
	return equal;
}

static const char *const plain[] = { "", "registry = r", "command = bin/x\nbundle = b" };

static void the_same_text_gives_equal_children(void **state)
{
	(void)state;
	assert_true(is_equal(plain, plain));
}

static void what_a_process_cannot_change_by_itself_makes_a_difference(void **state)
{
	static const char *const changed[][3] = {
		{ "environment = A=1", "registry = r", "command = bin/x\nbundle = b" },
		{ "", "path = /x", "command = bin/x\nbundle = b" },
		{ "", "registry = r", "command = bin/x" },
		{ "", "registry = r", "command = bin/x y\nbundle = b" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nuser = nobody" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nenvironment = A=1" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nrlimit_core = 0" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nnice = 1" },
		{ "", "registry = r", "command = bin/x\nbundle = b\numask = 077" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nscheduler = batch" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nioprio = idle" },
		{ "", "registry = r", "command = bin/x\nbundle = b\ncpu_affinity = 0" },
		{ "", "registry = r", "command = bin/x\nbundle = b\ncapability_bounding_set = kill" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nambient_capabilities = kill" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nmemory_max = 1GB" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nno_new_privs = yes\nseccomp_deny = @swap" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nmemory_oom_group = no" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nredirect_stderr = no" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nstdout_logfile = none" },
		{ "", "registry = r", "command = bin/x\nbundle = b\n[service:y]\ncommand = y\nworkspaces = acme\nlog_to = x" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nrequired_environment = PATH" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changed); i++)
		assert_false(is_equal(plain, changed[i]));
}

static void what_only_reeve_looks_at_makes_none(void **state)
{
	static const char *const changed[][3] = {
		{ "admins = user:alice", "registry = r", "command = bin/x\nbundle = b" },
		{ "", "registry = s\nchannel = beta\nrollout = parallel=2\nverify = full", "command = bin/x\nbundle = b" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nautorestart = never\nstopsignal = INT\nstopwaitsecs = 1" },
		{ "", "registry = r", "command = bin/x\nbundle = b\npriority = 1\nexitcodes = 1\nstartsecs = 5\nautostart = no" },
		{ "", "registry = r", "command = bin/x\nbundle = b\nstdout_logfile = /x, syslog\nlogfile_format = json\nlog_block = yes" },
		{ "", "registry = r", "bundle = b\n; told otherwise\nredirect_stderr = on\ncommand = 'bin/x'\numask = 0022" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changed); i++)
		assert_true(is_equal(plain, changed[i]));
}

static void the_state_folder_makes_a_difference(void **state)
{
	struct conf *x = parse("[reeve]\nstate_dir = /a\n[service:x]\ncommand = /bin/x\n");
	struct conf *y = parse("[reeve]\nstate_dir = /b\n[service:x]\ncommand = /bin/x\n");

	(void)state;
	assert_false(child_conf_is_equal(&x->children[0], &y->children[0]));
	conf_unref(x);
	conf_unref(y);
}

static void rows_are_sound(void **state)
{
	size_t n;

	(void)state;
	assert_non_null(conf_kind(0));
	for (size_t k = 0; conf_kind(k) != NULL; k++) {
		const struct keyword *rows = conf_keywords(conf_kind(k), &n);

		assert_non_null(rows);
		for (size_t i = 0; i < n; i++) {
			size_t len = strlen(rows[i].help);

			assert_int_equal(rows[i].size, rows[i].type->size);
			assert_true(len > 1 && rows[i].help[len - 1] == '.');
			assert_true(strspn(rows[i].name, "abcdefghijklmnopqrstuvwxyz_") == strlen(rows[i].name));
			for (size_t j = 0; j < i; j++)
				assert_string_not_equal(rows[i].name, rows[j].name);
		}
	}
	assert_null(conf_keywords("program", &n));
	assert_int_equal(n, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_text_gives_equal_children),
		cmocka_unit_test(what_a_process_cannot_change_by_itself_makes_a_difference),
		cmocka_unit_test(what_only_reeve_looks_at_makes_none),
		cmocka_unit_test(the_state_folder_makes_a_difference),
		cmocka_unit_test(rows_are_sound),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

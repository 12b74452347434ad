#include "conf_world.h"

#include <signal.h>

static const char mail[] =
	"[registry:main]\n"
	"url = https://bundles.example.org/\n"
	"key = keys/main.pub, /etc/other.pub\n"
	"[bundle:acme/mail]\n"
	"registry = main\n"
	"rollout  = parallel=3\n"
	"[workspace:acme]\n"
	"admins = user:alice, group:acme-ops\n"
	"environment = TZ=UTC,NAME=\"acme inc\"\n"
	"[workspace:globex]\n"
	"[service:mail]\n"
	"bundle     = acme/mail\n"
	"command    = bin/mail --config %(state_dir)s/mail.conf 'two words'\n"
	"workspaces = globex, acme\n"
	"environment = A=%(ENV_X)s,NAME=mine,W=%(group_name)s\n"
	"startsecs  = 2.5\n"
	"rlimit_nofile = 1024:4096\n"
	"rlimit_core = unlimited\n";

static void a_service_becomes_a_child_of_each_of_its_workspaces(void **state)
{
	struct conf *c = parse(mail);
	const struct child_conf *child;

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->children_n, 2);
	assert_string_equal(c->children[0].name, "acme:mail");
	assert_string_equal(c->children[1].name, "globex:mail");
	child = conf_child(c, "acme:mail");
	assert_ptr_equal(child, &c->children[0]);
	assert_ptr_equal(child->workspace, conf_workspace(c, "acme"));
	assert_ptr_equal(child->service->bundle, conf_bundle(c, "acme/mail"));
	assert_int_equal(child->argv.count, 4);
	assert_string_equal(texts_at(&child->argv, 0), "bin/mail");
	assert_string_equal(texts_at(&child->argv, 2), REEVE_STATE_ROOT "/state/acme/mail/mail.conf");
	assert_string_equal(texts_at(&child->argv, 3), "two words");
	assert_int_equal(child->service->startsecs_ms, 2500);
	assert_int_equal(child->service->bundle->rollout.parallel, 3);
	assert_string_equal(texts_at(&child->service->bundle->registry->keys, 0), "/etc/reeve/keys/main.pub");
	assert_string_equal(texts_at(&child->context.rlimits, 0), "core=unlimited");
	assert_string_equal(texts_at(&child->context.rlimits, 1), "nofile=1024:4096");
	assert_null(conf_child(c, "acme:none"));
	conf_unref(c);
}

static void what_nobody_sets_has_its_default(void **state)
{
	struct conf *c = parse("[service:x]\ncommand = /bin/true\n");
	const struct child_conf *child = conf_child(c, "default:x");

	(void)state;
	assert_no_mistake(c);
	assert_non_null(child);
	assert_true(child->service->autostart);
	assert_int_equal(child->service->autorestart, AUTORESTART_ON_FAILURE);
	assert_true(conf_exit_is_expected(child->service, 0));
	assert_false(conf_exit_is_expected(child->service, 1));
	assert_int_equal(child->service->startsecs_ms, 1000);
	assert_int_equal(child->service->startretries, 0);
	assert_int_equal(child->service->backoff_ms, 500);
	assert_int_equal(child->service->backoff_max_ms, 30000);
	assert_int_equal(child->service->stopsignal, SIGTERM);
	assert_int_equal(child->service->stopwaitsecs_ms, 10000);
	assert_int_equal(child->service->priority, 999);
	assert_int_equal(child->service->stdout_maxbytes, 50 << 20);
	assert_int_equal(child->context.umask, 022);
	assert_string_equal(child->context.user, "");
	assert_string_equal(child->context.directory, "");
	assert_int_equal(c->org.shutdown_timeout_ms, 10000);
	assert_string_equal(c->org.store, REEVE_STATE_ROOT "/store");
	conf_unref(c);
}

static void the_environment_is_path_workspace_service_and_ours(void **state)
{
	static const char *const expected[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TZ=UTC", "A=ex", "NAME=mine", "W=acme",
		"REEVE_CHILD=acme:mail", "REEVE_WORKSPACE=acme", "REEVE_SERVICE=mail",
		"REEVE_STATE=" REEVE_STATE_ROOT "/state/acme/mail",
	};
	struct conf *c = parse(mail);
	const struct texts *got = &conf_child(c, "acme:mail")->environment;

	(void)state;
	assert_int_equal(got->count, ARRAY_LEN(expected));
	for (uint32_t i = 0; i < got->count; i++)
		assert_string_equal(texts_at(got, i), expected[i]);
	conf_unref(c);
}

static void settings_of_a_child_know_its_own_variables(void **state)
{
	/* X is "ex" where reeve was started; where two set a name, the one that the child will have counts. */
	struct conf *c = parse("[workspace:acme]\n"
	                       "environment = X=tenant,BOTH=tenant,ROOT=/srv/acme\n"
	                       "[service:mail]\n"
	                       "command = /bin/mail %(ENV_PORT)s %(ENV_X)s %(ENV_BOTH)s %(ENV_HOME)s\n"
	                       "directory = %(ENV_ROOT)s/mail\n"
	                       "stdout_logfile = %(ENV_LOGS)s/out.log\n"
	                       "environment = PORT=\"25\",BOTH=own,LOGS=%(ENV_ROOT)s/logs\n"
	                       "workspaces = acme\n");
	const struct child_conf *child = conf_child(c, "acme:mail");

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(texts_at(&child->argv, 1), "25");
	assert_string_equal(texts_at(&child->argv, 2), "tenant");
	assert_string_equal(texts_at(&child->argv, 3), "own");
	assert_string_equal(texts_at(&child->argv, 4), "/root");
	assert_string_equal(child->context.directory, "/srv/acme/mail");
	assert_string_equal(texts_at(&child->stdout_logfile, 0), "/srv/acme/logs/out.log");
	conf_unref(c);
}

static void a_child_does_not_know_the_variables_of_other_workspaces(void **state)
{
	struct conf *c = parse("[workspace:acme]\nenvironment = ROOT=/srv\n[workspace:globex]\n"
	                       "[service:x]\ncommand = /bin/x %(ENV_ROOT)s\nworkspaces = acme, globex\n");

	(void)state;
	assert_mistake(c, "E-EXPAND", 5);
	assert_non_null(strstr(c->errors[0].text, "ENV_ROOT): this variable is set neither for the child nor"));
	conf_unref(c);
}

static void a_workspace_does_not_know_the_variables_of_services(void **state)
{
	struct conf *c = parse("[workspace:default]\nenvironment = A=%(ENV_B)s\n"
	                       "[service:x]\ncommand = /bin/x\nenvironment = B=1\n");

	(void)state;
	assert_string_equal(c->errors[0].code, "E-EXPAND");
	assert_int_equal(c->errors[0].line, 2);
	conf_unref(c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_service_becomes_a_child_of_each_of_its_workspaces),
		cmocka_unit_test(what_nobody_sets_has_its_default),
		cmocka_unit_test(the_environment_is_path_workspace_service_and_ours),
		cmocka_unit_test(settings_of_a_child_know_its_own_variables),
		cmocka_unit_test(a_child_does_not_know_the_variables_of_other_workspaces),
		cmocka_unit_test(a_workspace_does_not_know_the_variables_of_services),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

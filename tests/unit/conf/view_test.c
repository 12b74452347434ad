/* Settings about what a child sees of the host. */
#include "conf_world.h"

/* A service with more settings; they begin in line 5. */
static struct conf *parse_with(const char *settings)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "[bundle:b]\npath = /b\n[service:x]\ncommand = /bin/true\n%s\n", settings);
	return parse(text);
}

static void nothing_is_private_that_was_not_asked_for(void **state)
{
	struct conf *c = parse_with("");
	const struct context *context = &c->children[0].context;

	(void)state;
	assert_no_mistake(c);
	assert_false(context->private_mounts || context->private_network || context->private_ipc);
	assert_false(context->private_pids || context->private_tmp);
	assert_int_equal(context->read_only.count + context->writable.count + context->env_files.count, 0);
	assert_string_equal(context->chroot, "");
	conf_unref(c);
}

static void what_was_asked_for_is_there(void **state)
{
	struct conf *c = parse_with("private_mounts = yes\nprivate_network = yes\nprivate_ipc = yes\nprivate_pids = yes\n"
	                            "private_tmp = yes\nread_only = /, -%(here)s/x\nwritable = y\nchroot = jail");
	const struct context *context = &c->children[0].context;

	(void)state;
	assert_no_mistake(c);
	assert_true(context->private_mounts && context->private_network && context->private_ipc);
	assert_true(context->private_pids && context->private_tmp);
	assert_string_equal(texts_at(&context->read_only, 0), "/");
	assert_string_equal(texts_at(&context->read_only, 1), "-/etc/reeve/x");
	assert_string_equal(texts_at(&context->writable, 0), "/etc/reeve/y");
	assert_string_equal(context->chroot, "/etc/reeve/jail");
	conf_unref(c);
}

static void each_takes_a_new_process(void **state)
{
	static const char *const settings[] = {
		"private_mounts = yes", "private_network = yes", "private_ipc = yes", "private_pids = yes", "private_tmp = yes",
		"read_only = /", "chroot = /x", "env_file = x",
	};
	struct conf *plain = parse_with("");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		struct conf *c = parse_with(settings[i]), *same = parse_with(settings[i]);

		assert_no_mistake(c);
		assert_false(child_conf_is_equal(&plain->children[0], &c->children[0]));
		assert_true(child_conf_is_equal(&same->children[0], &c->children[0]));
		conf_unref(c);
		conf_unref(same);
	}
	conf_unref(plain);
}

static void what_cannot_go_together_is_a_mistake(void **state)
{
	static const char *const refused[] = {
		"chroot = /x\nbundle = b", "writable = /x", "private_tmp = maybe", "chroot = ~", "read_only = -", "chroot =",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct conf *c = parse_with(refused[i]);

		assert_mistake(c, "E-VALUE", 5);
		assert_int_equal(c->children_n, 0);
		conf_unref(c);
	}
}

static void credentials_have_a_name_and_a_path(void **state)
{
	static const char *const refused[] = {
		"credentials = token", "credentials = :/x", "credentials = token:", "credentials = a/b:/x", "credentials = ..:/x",
		"credentials = .:/x", "credentials = .hidden:/x", "credentials = \"a b:/x\"", "credentials = \xc3\xa4:/x",
		"credentials = t:~/x", "credentials = "
		"n123456789012345678901234567890123456789012345678901234567890123456789:/x",
	};
	struct conf *c = parse_with("credentials = token:t, \"Tls_1.key:/b/two words:x\" e:%(ENV_X)s\n"
	                            "directory = %(credentials_dir)s");
	const struct child_conf *child = &c->children[0];

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(texts_at(&child->context.credentials, 0), "token:/etc/reeve/t");
	assert_string_equal(texts_at(&child->context.credentials, 1), "Tls_1.key:/b/two words:x");
	assert_string_equal(texts_at(&child->context.credentials, 2), "e:/etc/reeve/ex");
	assert_string_equal(child->context.directory, child->context.credentials_dir);
	conf_unref(c);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		c = parse_with(refused[i]);
		assert_mistake(c, "E-VALUE", 5);
		conf_unref(c);
	}
	c = parse_with("credentials = a:/x, a:/y");
	assert_mistake(c, "E-DUP", 5);
	conf_unref(c);
}

/* Where the socket is; an abstract one has no folder, and then it is the default one's. */
static void credentials_are_put_beside_the_socket(void **state)
{
	static const struct { const char *text, *folder, *variable; } cases[] = {
		{ "[reeve]\nsocket = /r/u/n.sock\n[service:x]\ncommand = /x\ncredentials = a:/a\n", "/r/u/credentials/default/x",
		  "CREDENTIALS_DIRECTORY=/r/u/credentials/default/x" },
		{ "[reeve]\nsocket = /r/u/n.sock\n[service:x]\ncommand = /x\nnumprocs = 2\n", "/r/u/credentials/default/x-00", NULL },
		{ "[reeve]\nsocket = /n.sock\n[service:x]\ncommand = /x\n", "//credentials/default/x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse(cases[i].text);
		const char *variable = NULL;

		assert_no_mistake(c);
		assert_string_equal(c->children[0].context.credentials_dir, cases[i].folder);
		for (const char *s = NULL; texts_next(&c->children[0].environment, &s);)
			if (strncmp(s, "CREDENTIALS", 11) == 0)
				variable = s;
		if (cases[i].variable == NULL)
			assert_null(variable);
		else
			assert_string_equal(variable, cases[i].variable);
		conf_unref(c);
	}
	struct conf *c = parse("[reeve]\nsocket = @reeve\n[service:x]\ncommand = /x\n");

	assert_int_equal(c->org.run_dir[0], '/');
	assert_non_null(strstr(c->children[0].context.credentials_dir, "/credentials/default/x"));
	conf_unref(c);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_private_that_was_not_asked_for),
		cmocka_unit_test(what_was_asked_for_is_there),
		cmocka_unit_test(credentials_have_a_name_and_a_path),
		cmocka_unit_test(credentials_are_put_beside_the_socket),
		cmocka_unit_test(each_takes_a_new_process),
		cmocka_unit_test(what_cannot_go_together_is_a_mistake),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

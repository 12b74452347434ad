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

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_private_that_was_not_asked_for),
		cmocka_unit_test(what_was_asked_for_is_there),
		cmocka_unit_test(each_takes_a_new_process),
		cmocka_unit_test(what_cannot_go_together_is_a_mistake),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

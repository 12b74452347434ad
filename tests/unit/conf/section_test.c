/* Sections that refer to each other, and what happens to one when another is bad. */
#include "conf_world.h"

#include <stdlib.h>

#include "base/own.h"
#include "base/text.h"

#define PIN "digest = sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"

static void assert_each_refused(const char *const (*cases)[2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct conf *c = parse(cases[i][0]);

		if (c->errors_n != 1)
			print_message("%s", cases[i][0]);
		assert_int_equal(c->errors_n, 1);
		assert_string_equal(c->errors[0].code, cases[i][1]);
		assert_int_equal(c->bundles_n, 0);
		conf_unref(c);
	}
}

static void a_bundle_has_one_source_that_somebody_vouches_for(void **state)
{
	static const char *const cases[][2] = {
		{ "[bundle:b]\n", "E-VALUE" },
		{ "[bundle:b]\npath = /x\nurl = file:///x\n", "E-VALUE" },
		{ "[registry:r]\nurl = file:///r\nkey = k\n[bundle:b]\npath = /x\nregistry = r\n", "E-VALUE" },
		{ "[bundle:b]\nurl = file:///x\n", "E-VALUE" },
		{ "[bundle:b]\nurl = ftp://x\n" PIN, "E-VALUE" },
		{ "[bundle:b]\nurl = file://host/x\n" PIN, "E-VALUE" },
		{ "[bundle:b]\nurl = https://\n" PIN, "E-VALUE" },
		{ "[bundle:b]\nurl = https://a b\n" PIN, "E-VALUE" },
		{ "[bundle:b]\npath = /x\n" PIN, "E-VALUE" },
		{ "[bundle:b]\nregistry = none\n", "E-REF" },
		{ "[registry:main]\nurl = file:///r\nkey = k\n[bundle:b]\nregistry = mian\n", "E-REF" },
		{ "[registry:r]\nurl = file:///r\n[bundle:b]\nregistry = r\n", "E-VALUE" },
		{ "[bundle:b]\npath = /x\nrollout = rolling=25%%\n", "E-VALUE" },
		{ "[bundle:b]\npath = /x\nrollout = parallel=0\n", "E-VALUE" },
		{ "[bundle:b]\npath = /x\nrollout = parallel=\n", "E-VALUE" },
		{ "[bundle:b]\npath = /x\nverify = never\n", "E-VALUE" },
		{ "[bundle:b]\npath = /x\nchannel = ../x\n", "E-VALUE" },
		{ "[bundle:b]\nurl = file:///x\ndigest = sha256:0123\n", "E-VALUE" },
		{ "[bundle:b]\nurl = file:///x\ndigest = md5:0123456789abcdef0123456789abcdef\n", "E-VALUE" },
	};

	(void)state;
	assert_each_refused(cases, ARRAY_LEN(cases));
}

static void the_strategies_that_exist_are_named(void **state)
{
	struct conf *c = parse("[bundle:b]\npath = /x\nrollout = canary\n");

	(void)state;
	assert_mistake(c, "E-VALUE", 3);
	assert_non_null(strstr(c->errors[0].text, "all or parallel=N"));
	conf_unref(c);
}

static void a_registry_is_checked_as_a_whole(void **state)
{
	static const char *const cases[][2] = {
		{ "[registry:r]\nkey = k\n", "E-VALUE" },
		{ "[registry:r]\nurl = http://example.org/\nkey = k\n", "E-VALUE" },
		{ "[registry:r]\nurl = http://127.0.0.1.example.org/\nkey = k\n", "E-VALUE" },
		{ "[registry:r]\nurl = http://localhost@example.org/\nkey = k\n", "E-VALUE" },
		{ "[registry:r]\nurl = http://localhost.example.org/\nkey = k\n", "E-VALUE" },
		{ "[registry:r]\nurl = file:///r\nkey = k\nthreshold = 2\n", "E-VALUE" },
		{ "[registry:r]\nurl = file:///r\nkey = k\nthreshold = 0\n", "E-VALUE" },
		{ "[registry:r]\nurl = file:///r\nkey = k, k\n", "E-DUP" },
		{ "[registry:r]\nurl = https://x/\nkey = k\nclient_cert = c\n", "E-VALUE" },
	};

	(void)state;
	assert_each_refused(cases, ARRAY_LEN(cases));
}

static void plain_http_is_for_this_machine(void **state)
{
	static const char *const urls[] = {
		"http://127.0.0.1/", "http://127.0.0.1:8080/x", "http://localhost:80/", "http://localhost", "http://[::1]:8080/",
		"http://127.1.2.3/", "https://example.org/", "file:///srv/bundles",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		char text[128];
		struct conf *c;

		(void)snprintf(text, sizeof text, "[registry:r]\nurl = %s\nkey = k\n", urls[i]);
		c = parse(text);
		assert_no_mistake(c);
		assert_string_equal(c->registries[0].url, urls[i]);
		conf_unref(c);
	}
}

static void an_insecure_registry_may_do_both(void **state)
{
	struct conf *c = parse("[registry:r]\nurl = http://example.org/\ninsecure = yes\n[bundle:b]\nregistry = r\n");

	(void)state;
	assert_no_mistake(c);
	assert_true(c->registries[0].insecure);
	assert_int_equal(c->registries[0].keys.count, 0);
	assert_ptr_equal(c->bundles[0].registry, &c->registries[0]);
	assert_int_equal(c->bundles[0].source, SOURCE_REGISTRY);
	conf_unref(c);
}

static void bundles_have_their_defaults(void **state)
{
	struct conf *c = parse("[bundle:a/b]\npath = tree\n[bundle:c]\nurl = file:///x\n" PIN "rollout = parallel=16\nverify = full\n");
	const struct bundle_conf *b = conf_bundle(c, "a/b");

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(b->source, SOURCE_PATH);
	assert_string_equal(b->path, "/etc/reeve/tree");
	assert_string_equal(b->url, "");
	assert_string_equal(b->channel, "stable");
	assert_int_equal(b->verify, VERIFY_STAT);
	assert_int_equal(b->rollout.parallel, 1);
	assert_true(b->retry_dead);
	assert_true(digest_is_none(&b->digest));
	b = conf_bundle(c, "c");
	assert_int_equal(b->source, SOURCE_URL);
	assert_int_equal(b->rollout.parallel, 16);
	assert_int_equal(b->verify, VERIFY_FULL);
	assert_false(digest_is_none(&b->digest));
	assert_null(conf_bundle(c, "none"));
	conf_unref(c);
}

static void a_bad_section_is_left_out_and_the_rest_stands(void **state)
{
	struct conf *c = parse("[registry:bad]\nurl = nothing\n"
	                       "[bundle:b]\nregistry = bad\n"
	                       "[service:with]\nbundle = b\ncommand = bin/x\n"
	                       "[service:typo]\ncommnd = /bin/x\n"
	                       "[service:sound]\ncommand = /bin/x\n");

	(void)state;
	assert_int_equal(c->errors_n, 4);
	assert_string_equal(c->errors[0].code, "E-VALUE");
	assert_string_equal(c->errors[1].code, "E-REF");
	assert_string_equal(c->errors[2].code, "E-REF");
	assert_string_equal(c->errors[3].code, "E-KEY");
	assert_int_equal(c->registries_n + c->bundles_n, 0);
	assert_int_equal(c->services_n, 1);
	assert_int_equal(c->children_n, 1);
	assert_string_equal(c->children[0].name, "default:sound");
	assert_ptr_equal(c->children[0].service, &c->services[0]);
	conf_unref(c);
}

static void a_missing_workspace_costs_its_own_children_only(void **state)
{
	struct conf *c = parse("[workspace:acme]\n[workspace:bad]\nadmins = *\n"
	                       "[service:x]\ncommand = /bin/x\nworkspaces = acme, acne, bad, default\n");

	(void)state;
	assert_int_equal(c->errors_n, 3);
	assert_string_equal(c->errors[0].code, "E-VALUE");
	assert_string_equal(c->errors[1].code, "E-REF");
	assert_string_equal(c->errors[2].code, "E-REF");
	assert_int_equal(c->children_n, 2);
	assert_string_equal(c->children[0].name, "acme:x");
	assert_string_equal(c->children[1].name, "default:x");
	conf_unref(c);
}

static void exit_code_from_names_a_child(void **state)
{
	static const char web[] = "[service:web]\ncommand = /bin/x\n";
	char text[128];
	struct conf *c;

	(void)state;
	(void)snprintf(text, sizeof text, "[reeve]\nexit_code_from = default:web\n%s", web);
	c = parse(text);
	assert_no_mistake(c);
	assert_string_equal(c->org.exit_code_from, "default:web");
	conf_unref(c);
	(void)snprintf(text, sizeof text, "[reeve]\nexit_code_from = web\n%s", web);
	c = parse(text);
	assert_mistake(c, "E-REF", 2);
	assert_non_null(strstr(c->errors[0].text, "did you mean default:web"));
	conf_unref(c);
	c = parse("[reeve]\nexit_code_from = default:other\n[service:other]\ncomand = /bin/x\n");
	assert_int_equal(c->errors_n, 2); /* a child that was left out is nobody */
	assert_string_equal(c->errors[0].code, "E-REF");
	conf_unref(c);
}

static void every_mistake_of_a_section_is_told_at_once(void **state)
{
	struct conf *c = parse("[service:x]\ncomand = /bin/x\nuser = 0\nstartsecs = soon\nbundle = none\nworkspaces = nope\n");

	(void)state;
	assert_int_equal(c->errors_n, 5);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(c->errors[i].line, i + 2);
	conf_unref(c);
}

static void the_default_workspace_may_be_declared(void **state)
{
	struct conf *c = parse("[workspace:default]\nenvironment = A=1\n[service:x]\ncommand = /bin/x\n");

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->workspaces_n, 1);
	assert_string_equal(texts_at(&c->children[0].environment, 1), "A=1");
	conf_unref(c);
}

static void there_is_a_most_of_children(void **state)
{
	struct conf *c = parse("[workspace:a]\n[workspace:b]\n[service:x]\ncommand = /bin/x\nworkspaces = a, b\nnumprocs = 10000\n"
	                       "[service:y]\ncommand = /bin/y\n");

	(void)state;
	assert_mistake(c, "E-LIMIT", 3);
	assert_int_equal(c->children_n, 1); /* all of a service's or none */
	conf_unref(c);
	c = parse("[service:x]\ncommand = /bin/x\nnumprocs = 16384\n");
	assert_no_mistake(c);
	assert_int_equal(c->children_n, CONF_CHILDREN_MAX);
	assert_non_null(conf_child(c, "default:x-16383"));
	assert_non_null(conf_child(c, "default:x-00"));
	conf_unref(c);
}

/* The head, then n times a number between two texts. */
static struct conf *parse_many(const char *head, const char *before, const char *after, int n)
{
	size_t max = strlen(head) + (size_t)n * 64 + 1;
	OWN(mem) char *buf = malloc(max);
	struct text t;

	assert_non_null(buf);
	text_init(&t, buf, max);
	text_add(&t, head);
	for (int i = 0; i < n; i++)
		text_addf(&t, "%s%d%s", before, i, after);
	assert_false(t.full);
	return parse_bytes(buf, t.len);
}

static void there_is_a_most_of_sections(void **state)
{
	struct conf *c = parse_many("", "[workspace:w", "]\n", CONF_SECTIONS_MAX);

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->workspaces_n, CONF_SECTIONS_MAX + 1); /* and the default one */
	conf_unref(c);
	c = parse_many("", "[workspace:w", "]\n", CONF_SECTIONS_MAX + 100);
	assert_mistake(c, "E-LIMIT", CONF_SECTIONS_MAX + 1);
	conf_unref(c);
}

static void there_is_a_most_of_items(void **state)
{
	static const char service[] = "[service:x]\ncommand = /bin/x\n";
	char head[128];
	struct conf *c;

	(void)state;
	(void)snprintf(head, sizeof head, "%s%s", service, "environment = Z=1\n");
	c = parse_many(head, "\t,A", "=1\n", CONF_ITEMS_MAX - 1);
	assert_no_mistake(c);
	assert_int_equal(c->children[0].environment.count, CONF_ITEMS_MAX + 5);
	conf_unref(c);
	c = parse_many(head, "\t,A", "=1\n", CONF_ITEMS_MAX);
	assert_mistake(c, "E-LIMIT", 3);
	conf_unref(c);
	(void)snprintf(head, sizeof head, "%s%s", service, "groups =\n");
	c = parse_many(head, "\tg", "\n", CONF_ITEMS_MAX + 1);
	assert_mistake(c, "E-LIMIT", 3);
	conf_unref(c);
}

static void there_is_a_most_of_memory(void **state)
{
	struct conf *c = parse_many("[service:x]\nnumprocs = 10000\ncommand = /bin/x %(process_num)d\n",
	                            "\t'a word of this service ", "'\n", 1500);

	(void)state;
	assert_mistake(c, "E-LIMIT", 1);
	assert_int_equal(c->children_n, 0);
	conf_unref(c);
}

static void thousands_of_missing_sections_are_told_soon(void **state)
{
	struct conf *c = parse_many("", "[service:a", "]\nbundle = b\ncommand = c\n", 10000);

	(void)state;
	assert_int_equal(c->errors_n, CONF_ERRORS_MAX);
	assert_int_equal(c->children_n, 0);
	conf_unref(c);
}

static void children_are_sorted_by_name(void **state)
{
	struct conf *c = parse("[workspace:b]\n[workspace:a]\n[service:z]\ncommand = /bin/x\nworkspaces = b, a\n"
	                       "[service:y]\ncommand = /bin/x\nworkspaces = a, b\n");
	static const char *const names[] = { "a:y", "a:z", "b:y", "b:z" };

	(void)state;
	assert_no_mistake(c);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(c->children[i].name, names[i]);
	conf_unref(c);
}

static void equal_texts_are_kept_once(void **state)
{
	struct conf *c = parse("[workspace:a]\n[workspace:b]\n[service:x]\ncommand = /bin/x --long --arguments\nworkspaces = a, b\n");

	(void)state;
	assert_ptr_equal(c->children[0].argv.packed, c->children[1].argv.packed);
	assert_ptr_equal(c->children[0].context.user, c->children[1].context.user);
	conf_unref(c);
}

static void a_conf_lives_as_long_as_somebody_holds_it(void **state)
{
	struct conf *c = parse("[service:x]\ncommand = /bin/x\n");

	(void)state;
	assert_ptr_equal(conf_ref(c), c);
	conf_unref(c);
	assert_string_equal(c->children[0].name, "default:x");
	conf_unref(c);
	conf_unref(NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bundle_has_one_source_that_somebody_vouches_for),
		cmocka_unit_test(the_strategies_that_exist_are_named),
		cmocka_unit_test(a_registry_is_checked_as_a_whole),
		cmocka_unit_test(plain_http_is_for_this_machine),
		cmocka_unit_test(an_insecure_registry_may_do_both),
		cmocka_unit_test(bundles_have_their_defaults),
		cmocka_unit_test(a_bad_section_is_left_out_and_the_rest_stands),
		cmocka_unit_test(a_missing_workspace_costs_its_own_children_only),
		cmocka_unit_test(exit_code_from_names_a_child),
		cmocka_unit_test(every_mistake_of_a_section_is_told_at_once),
		cmocka_unit_test(the_default_workspace_may_be_declared),
		cmocka_unit_test(there_is_a_most_of_children),
		cmocka_unit_test(there_is_a_most_of_sections),
		cmocka_unit_test(there_is_a_most_of_items),
		cmocka_unit_test(there_is_a_most_of_memory),
		cmocka_unit_test(thousands_of_missing_sections_are_told_soon),
		cmocka_unit_test(children_are_sorted_by_name),
		cmocka_unit_test(equal_texts_are_kept_once),
		cmocka_unit_test(a_conf_lives_as_long_as_somebody_holds_it),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "ctl/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/rows.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	assert_non_null(s);
	return s;
}

static void every_kind_of_field_has_its_json(void **state)
{
	static const struct problem_row row = {
		.subject = "acme:mail", .original = true,
		.problem = { .class = PROBLEM_HOST, .code = "no-user", .path = "mail", .remedy = "useradd mail" },
	};
	static const struct child_row child = {
		.name = "acme:mail", .state = "running", .wanted = true, .pid = 42, .since_ms = 1ull << 40,
		.workspace = "", .service = "", .exit = "", .bundle = "", .version = "", .reason = "", .log_error = "",
		.digest = { .bytes = { 0xab } },
	};
	json_t *problem = json_from_record(&record_problem_row, &row);
	json_t *object = json_from_record(&record_child_row, &child);
	const json_t *inner = json_object_get(problem, "problem");

	(void)state;
	assert_true(json_is_true(json_object_get(problem, "original")));
	assert_true(json_is_false(json_object_get(problem, "advisory")));
	assert_string_equal(text_of(inner, "class"), "host");
	assert_string_equal(text_of(inner, "remedy"), "useradd mail");
	assert_string_equal(text_of(inner, "got"), "");
	assert_int_equal(json_integer_value(json_object_get(object, "pid")), 42);
	assert_true(json_integer_value(json_object_get(object, "since_ms")) == 1ll << 40);
	assert_int_equal(strncmp(text_of(object, "digest"), "sha256:ab00", 11), 0);
	assert_int_equal(strlen(text_of(object, "digest")), 7 + 64);
	json_decref(problem);
	json_decref(object);
}

static void no_digest_is_null_and_a_list_is_an_array(void **state)
{
	static const uint8_t packed[] = "\4\0\0\0acme\0" "\6\0\0\0globex";
	struct bundle_row row = {
		.name = "acme/mail", .source = "registry", .version = "",
		.workspaces = { packed, 2, sizeof packed },
	};
	json_t *object = json_from_record(&record_bundle_row, &row);
	const json_t *list = json_object_get(object, "workspaces");

	(void)state;
	assert_true(json_is_null(json_object_get(object, "digest")));
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_array_get(list, 1)), "globex");
	json_decref(object);
}

static void bytes_that_are_not_utf8_are_escaped(void **state)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "plain", "plain" }, { "", "" }, { "b\xc3\xbc", "b\xc3\xbc" },
		{ "\xff", "\\xff" }, { "a\xc3", "a\\xc3" }, { "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\x1b[31m\xff", "\\x1b[31m\\xff" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outcome_row row = { .name = cases[i].in, .action = "", .error = "" };
		json_t *object = json_from_record(&record_outcome_row, &row);

		assert_string_equal(text_of(object, "name"), cases[i].out);
		json_decref(object);
	}
}

static void a_document_has_an_array_for_each_kind_of_row(void **state)
{
	static const struct outcome_row row = { .name = "acme:mail", .action = "started", .ok = true, .error = "" };
	static const struct error_row error = { .code = "busy", .text = "no", .needs = "" };
	static const struct progress_row progress = { .subject = "s", .phase = "p", .unit = "u" };
	struct json j;

	(void)state;
	json_init(&j, false);
	json_add(&j, MSG_OUTCOME, &row);
	json_add(&j, MSG_OUTCOME, &row);
	json_add(&j, MSG_PROGRESS, &progress);
	json_add(&j, MSG_ERROR, &error);
	assert_int_equal(json_array_size(json_object_get(j.document, "outcomes")), 2);
	assert_string_equal(text_of(json_object_get(j.document, "error"), "code"), "busy");
	assert_int_equal(json_object_size(j.document), 2); /* progress is for eyes */
	json_done(&j);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_field_has_its_json),
		cmocka_unit_test(no_digest_is_null_and_a_list_is_an_array),
		cmocka_unit_test(bytes_that_are_not_utf8_are_escaped),
		cmocka_unit_test(a_document_has_an_array_for_each_kind_of_row),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

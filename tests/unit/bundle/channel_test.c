#include "bundle/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/own.h"

#define D(c) "\"sha256:" c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c "\""
#define A D("aa")
#define B D("bb")
#define HEAD "\"_type\":\"reeve-channel\",\"name\":\"acme/web\",\"channel\":\"stable\",\"rev\":7," \
	"\"expires\":\"2026-11-21T10:00:00Z\""
#define ONE "{\"version\":\"1.0\",\"seq\":1,\"digest\":" A ",\"size\":100}"
#define TWO "{\"version\":\"1.1\",\"seq\":4,\"digest\":" B ",\"size\":200,\"min_from_seq\":1}"

static int parse(const char *json, struct channel_file **ret, struct problem *p)
{
	return channel_file_parse(json, strlen(json), "acme/web", "stable", ret, p);
}

static void everything_it_says_is_read(void **state)
{
	struct channel_file *c = NULL;
	struct problem p;
	struct digest none = { { 0 } };

	(void)state;
	assert_int_equal(parse("{" HEAD ",\"releases\":[" ONE "," TWO "],\"latest\":" B ",\"blocked\":[" A "],\"x\":1}",
	                       &c, &p), 0);
	assert_int_equal(c->rev, 7);
	assert_int_equal(c->expires_s, 1795255200);
	assert_int_equal(c->releases_n, 2);
	assert_int_equal(c->latest, 1);
	assert_true(c->releases[0].blocked);
	assert_false(c->releases[1].blocked);
	assert_string_equal(c->releases[1].version, "1.1");
	assert_int_equal(c->releases[1].min_from_seq, 1);
	assert_int_equal(c->releases[1].size, 200);
	assert_ptr_equal(channel_file_find(c, &c->releases[1].digest), &c->releases[1]);
	assert_null(channel_file_find(c, &none));
	channel_file_free(c);
}

static void what_is_built_reads_back(void **state)
{
	struct channel_release releases[] = {
		{ .version = "1", .seq = 1, .digest.bytes = { 1 }, .size = 10, .blocked = true },
		{ .version = "2", .seq = 9, .digest.bytes = { 2 }, .size = 20, .min_from_seq = 1 },
	};
	struct channel_file c = {
		.name = "acme/web", .channel = "stable", .rev = 3, .expires_s = 1795255200,
		.releases = releases, .releases_n = 2, .latest = 1,
	}, *back = NULL;
	OWN(mem) char *text = NULL;
	struct problem p;
	size_t len;

	(void)state;
	assert_int_equal(channel_file_build(&c, &text, &len), 0);
	assert_int_equal(len, strlen(text));
	assert_int_equal(parse(text, &back, &p), 0);
	assert_int_equal(back->rev, 3);
	assert_int_equal(back->expires_s, c.expires_s);
	assert_int_equal(back->latest, 1);
	assert_memory_equal(back->releases, releases, sizeof releases);
	channel_file_free(back);
}

static void channels_that_are_not_sound_are_refused(void **state)
{
#define TAIL ",\"releases\":[" ONE "," TWO "],\"latest\":" B "}"
	static const struct { const char *code, *json; } cases[] = {
		{ "json-syntax", "" }, { "json-syntax", "[]" }, { "json-syntax", "{" HEAD },
		{ "json-syntax", "<html>200 OK</html>" },
		{ "json-syntax", "{" HEAD ",\"rev\":8" TAIL },
		{ "json-missing", "{}" },
		{ "type", "{\"_type\":\"reeve-bundle\",\"name\":\"acme/web\",\"channel\":\"stable\",\"rev\":7,"
		          "\"expires\":\"2026-11-21T10:00:00Z\"" TAIL },
		{ "name", "{\"_type\":\"reeve-channel\",\"name\":\"acme/mail\",\"channel\":\"stable\",\"rev\":7,"
		          "\"expires\":\"2026-11-21T10:00:00Z\"" TAIL },
		{ "name", "{\"_type\":\"reeve-channel\",\"name\":\"acme/web\",\"channel\":\"beta\",\"rev\":7,"
		          "\"expires\":\"2026-11-21T10:00:00Z\"" TAIL },
		{ "rev", "{\"_type\":\"reeve-channel\",\"name\":\"acme/web\",\"channel\":\"stable\",\"rev\":0,"
		         "\"expires\":\"2026-11-21T10:00:00Z\"" TAIL },
		{ "json-type", "{\"_type\":\"reeve-channel\",\"name\":\"acme/web\",\"channel\":\"stable\",\"rev\":-1,"
		               "\"expires\":\"2026-11-21T10:00:00Z\"" TAIL },
		{ "date", "{\"_type\":\"reeve-channel\",\"name\":\"acme/web\",\"channel\":\"stable\",\"rev\":1,"
		          "\"expires\":\"never\"" TAIL },
		{ "json-type", "{" HEAD ",\"releases\":[],\"latest\":" A "}" },
		{ "json-type", "{" HEAD ",\"latest\":" A "}" },
		{ "json-type", "{" HEAD ",\"releases\":{},\"latest\":" A "}" },
		{ "json-missing", "{" HEAD ",\"releases\":[" ONE "]}" },
		{ "latest", "{" HEAD ",\"releases\":[" ONE "],\"latest\":" B "}" },
		{ "latest", "{" HEAD ",\"releases\":[" ONE "],\"latest\":" A ",\"blocked\":[" A "]}" },
		{ "seq", "{" HEAD ",\"releases\":[" TWO "," ONE "],\"latest\":" A "}" },
		{ "seq", "{" HEAD ",\"releases\":[" ONE ",{\"version\":\"1\",\"seq\":1,\"digest\":" B ",\"size\":1}],"
		         "\"latest\":" A "}" },
		{ "seq", "{" HEAD ",\"releases\":[{\"version\":\"1\",\"seq\":0,\"digest\":" A ",\"size\":1}],"
		         "\"latest\":" A "}" },
		{ "seq", "{" HEAD ",\"releases\":[{\"version\":\"1\",\"seq\":2,\"digest\":" A ",\"size\":1,"
		         "\"min_from_seq\":2}],\"latest\":" A "}" },
		{ "digest-twice", "{" HEAD ",\"releases\":[" ONE ",{\"version\":\"1\",\"seq\":2,\"digest\":" A
		                  ",\"size\":1}],\"latest\":" A "}" },
		{ "json-type", "{" HEAD ",\"releases\":[{\"version\":\"1\",\"seq\":2,\"digest\":\"sha256:AA\","
		               "\"size\":1}],\"latest\":" A "}" },
		{ "json-type", "{" HEAD ",\"releases\":[{\"version\":\"1\",\"seq\":2,\"digest\":" A ","
		               "\"size\":99999999}],\"latest\":" A "}" },
		{ "json-type", "{" HEAD ",\"releases\":[" ONE "],\"latest\":" A ",\"blocked\":{}}" },
		{ "json-type", "{" HEAD ",\"releases\":[" ONE "],\"latest\":" A ",\"blocked\":[1]}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct channel_file *c = NULL;
		struct problem p = { .code = "" };

		if (parse(cases[i].json, &c, &p) != -EBADMSG || strcmp(p.code, cases[i].code) != 0)
			fail_msg("case %zu: %s instead of %s", i, p.code, cases[i].code);
		assert_null(c);
	}
}

static void too_much_is_not_even_read(void **state)
{
	OWN(mem) char *json = calloc(1, CHANNEL_BYTES_MAX + 2);
	struct channel_file *c = NULL;
	struct problem p;

	(void)state;
	assert_non_null(json);
	memset(json, ' ', CHANNEL_BYTES_MAX + 1);
	assert_int_equal(parse(json, &c, &p), -EBADMSG);
	assert_string_equal(p.code, "too-big");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_it_says_is_read),
		cmocka_unit_test(what_is_built_reads_back),
		cmocka_unit_test(channels_that_are_not_sound_are_refused),
		cmocka_unit_test(too_much_is_not_even_read),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "bundle/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/own.h"
#include "bundle/hash.h"

#define H1 "\"h\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\""
#define FILE_A "{\"p\":\"a\",\"t\":\"f\",\"m\":\"r\",\"s\":3," H1 "}"
#define HEAD "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"acme/web\",\"version\":\"1.0\",\"seq\":5"

static const char whole[] =
	"{" HEAD ",\"released\":\"2026-01-31T12:00:00Z\",\"min_from_seq\":2,\"critical\":true,"
	"\"platform\":{\"os\":\"linux\",\"arch\":\"x86_64\",\"libc\":\"glibc\",\"cpu\":[]},"
	"\"host\":{\"abi\":1,\"min\":\"0.1\",\"requires\":{\"state\":{\"level\":2},\"notify\":{}},\"wants\":[]},"
	"\"env\":{\"required\":[\"PORT\",\"_T9\"],\"optional\":[\"X\"]},"
	"\"needs\":{\"commands\":[\"sh\",\"/usr/bin/env\"],\"files\":[\"/etc/ssl/certs\"],\"users\":[\"www\"],"
	"\"groups\":[],\"ports\":[\"8080\",\"127.0.0.1:53/udp\"]},"
	"\"state\":[{\"path\":\"cache\"},{\"path\":\"spool/x\",\"mode\":\"0700\"}],"
	"\"files\":["
	"{\"p\":\"bin\",\"t\":\"d\"},"
	"{\"p\":\"bin/web\",\"t\":\"f\",\"m\":\"x\",\"s\":10," H1 "},"
	"{\"p\":\"lib\",\"t\":\"d\"},"
	"{\"p\":\"lib/l.so\",\"t\":\"l\",\"to\":\"l.so.1\"},"
	"{\"p\":\"lib/l.so.1\",\"t\":\"l\",\"to\":\"./../lib/l.so.1.2\"},"
	"{\"p\":\"lib/l.so.1.2\",\"t\":\"f\",\"m\":\"r\",\"s\":5," H1 "},"
	"{\"p\":\"lib64\",\"t\":\"l\",\"to\":\"lib\"}],"
	"\"payloads\":[{\"media\":\"application/vnd.reeve.bundle.payload.v1.tar+gzip\"," H1 ",\"s\":99,\"u\":15,\"n\":7},"
	"{\"media\":\"image/erofs\"," H1 ",\"s\":9,\"u\":15,\"n\":7}],"
	"\"a key of the future\":{\"deep\":[1,2,3]}}";

static struct manifest *take(const char *json)
{
	struct manifest *m = NULL;
	struct problem p;
	int r = manifest_parse(json, strlen(json), NULL, &m, &p);

	if (r < 0)
		fail_msg("refused: %s %s %s", p.code, p.path, p.got);
	return m;
}

static void expect_refused(const char *json, size_t len, const char *code)
{
	struct manifest *m = NULL;
	struct problem p = { .code = "" };
	int r = manifest_parse(json, len, NULL, &m, &p);

	if (r != -EBADMSG || strcmp(p.code, code) != 0)
		fail_msg("%d %s instead of %s: %.300s", r, p.code, code, json);
	assert_int_equal(p.class, PROBLEM_BUNDLE);
	assert_true(p.remedy[0] != '\0' && p.got[0] != '\0');
	assert_null(m);
}

static void everything_it_says_is_read(void **state)
{
	struct manifest *m = take(whole);
	struct digest d;
	char name[64];

	(void)state;
	assert_string_equal(m->name, "acme/web");
	assert_string_equal(m->version, "1.0");
	assert_int_equal(m->seq, 5);
	assert_int_equal(m->min_from_seq, 2);
	assert_true(m->critical);
	assert_string_equal(m->released, "2026-01-31T12:00:00Z");
	assert_string_equal(m->platform, "linux-x86_64-glibc");
	assert_int_equal(m->host_abi, 1);
	assert_int_equal(m->files_n, 7);
	assert_int_equal(m->files_bytes, 15);
	assert_int_equal(m->files[1].type, ENTRY_EXECUTABLE);
	assert_string_equal(m->files[6].target, "lib");
	assert_int_equal(m->states_n, 2);
	assert_int_equal(m->states[0].mode, 0750);
	assert_int_equal(m->states[1].mode, 0700);
	assert_int_equal(m->lists_n[INDEX_ENV_REQUIRED], 2);
	assert_int_equal(m->lists_n[INDEX_NEEDS_COMMANDS], 2);
	assert_string_equal(m->lists[INDEX_NEEDS_PORTS][1], "127.0.0.1:53/udp");
	assert_string_equal(m->lists[INDEX_HOST_REQUIRES][0], "state=2");
	assert_string_equal(m->lists[INDEX_HOST_REQUIRES][1], "notify=1");
	assert_int_equal(m->payloads_n, 2);
	assert_int_equal(m->payloads[0].media, PAYLOAD_TAR_GZIP);
	assert_int_equal(manifest_payload_name(m, 0, name, sizeof name), 0);
	assert_string_equal(name, "payload.linux-x86_64-glibc.tar.gz");
	assert_int_equal(manifest_payload_name(m, 1, name, sizeof name), -ENOTSUP);
	hash_bytes(whole, strlen(whole), &d);
	assert_true(digest_is_equal(&d, &m->digest));
	manifest_free(m);
}

static void it_compiles_to_an_index_that_says_the_same(void **state)
{
	struct manifest *m = take(whole);
	OWN(mem) void *data = NULL;
	struct index *x = NULL;
	struct index_entry e;
	uint32_t at;
	size_t len;

	(void)state;
	assert_int_equal(manifest_compile(m, &data, &len), 0);
	assert_int_equal(index_from_memory(data, len, &x), 0);
	assert_true(digest_is_equal(index_manifest_digest(x), &m->digest));
	assert_string_equal(index_platform(x), "linux-x86_64-glibc");
	assert_int_equal(index_count(x), 7);
	assert_true(index_find(x, "lib/l.so", &at));
	index_entry(x, at, &e);
	assert_string_equal(e.target, "l.so.1");
	assert_string_equal(index_list_at(x, INDEX_HOST_REQUIRES, 0), "state=2");
	assert_int_equal(index_state_count(x), 2);
	index_free(x);
	manifest_free(m);
}

static void the_least_is_enough(void **state)
{
	struct manifest *m = take("{" HEAD ",\"files\":[" FILE_A "]}");

	(void)state;
	assert_string_equal(m->platform, "any");
	assert_int_equal(m->payloads_n, 0);
	manifest_free(m);
}

static void another_name_than_asked_for_is_refused(void **state)
{
	struct manifest *m = NULL;
	struct problem p;

	(void)state;
	assert_int_equal(manifest_parse(whole, strlen(whole), "acme/web", &m, &p), 0);
	manifest_free(m);
	assert_int_equal(manifest_parse(whole, strlen(whole), "acme/mail", &m, &p), -EBADMSG);
	assert_string_equal(p.code, "name");
	assert_string_equal(p.expected, "acme/mail");
}

static void heads_that_are_not_sound_are_refused(void **state)
{
	static const struct { const char *code, *head; } cases[] = {
		{ "json-missing", "\"schema\":1,\"name\":\"a\",\"version\":\"1\",\"seq\":1" },
		{ "type", "\"_type\":\"reeve-channel\",\"schema\":1,\"name\":\"a\",\"version\":\"1\",\"seq\":1" },
		{ "gate-schema", "\"_type\":\"reeve-bundle\",\"schema\":2,\"name\":\"a\",\"version\":\"1\",\"seq\":1" },
		{ "gate-schema", "\"_type\":\"reeve-bundle\",\"schema\":0,\"name\":\"a\",\"version\":\"1\",\"seq\":1" },
		{ "json-type", "\"_type\":\"reeve-bundle\",\"schema\":\"1\",\"name\":\"a\",\"version\":\"1\",\"seq\":1" },
		{ "name", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"../a\",\"version\":\"1\",\"seq\":1" },
		{ "name", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"Acme\",\"version\":\"1\",\"seq\":1" },
		{ "name", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"a/b/c/d/e\",\"version\":\"1\",\"seq\":1" },
		{ "json-type", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"\",\"version\":\"1\",\"seq\":1" },
		{ "json-type", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"a\",\"version\":\"1\\u001b[31m\",\"seq\":1" },
		{ "json-type", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"a\",\"version\":1,\"seq\":1" },
		{ "seq", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"a\",\"version\":\"1\",\"seq\":0" },
		{ "json-type", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"a\",\"version\":\"1\",\"seq\":-1" },
		{ "json-type", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"a\",\"version\":\"1\",\"seq\":1.5" },
		{ "json-syntax", "\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"a\",\"version\":\"1\",\"seq\":9223372036854775808" },
		{ "json-syntax", HEAD ",\"seq\":6" },
		{ "json-syntax", HEAD ",\"x\":\"a\\u0000b\"" },
		{ "json-syntax", HEAD ",\"x\":\"\xff\"" },
		{ "json-syntax", HEAD ",\"x\":01" },
		{ "json-syntax", HEAD ",\"x\":NaN" },
		{ "json-syntax", HEAD ",,\"x\":1" },
		{ "seq", HEAD ",\"min_from_seq\":5" },
		{ "date", HEAD ",\"released\":\"yesterday\"" },
		{ "json-type", HEAD ",\"critical\":1" },
	};
	char json[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		(void)snprintf(json, sizeof json, "{%s,\"files\":[" FILE_A "]}", cases[i].head);
		expect_refused(json, strlen(json), cases[i].code);
	}
}

static void files_that_are_not_sound_are_refused(void **state)
{
	static const struct { const char *code, *files; } cases[] = {
		{ "json-type", "" },
		{ "json-type", "7" },
		{ "json-missing", "{\"t\":\"d\"}" },
		{ "json-missing", "{\"p\":\"a\"}" },
		{ "path-unsafe", "{\"p\":\"/a\",\"t\":\"d\"}" },
		{ "path-unsafe", "{\"p\":\"../a\",\"t\":\"d\"}" },
		{ "path-unsafe", "{\"p\":\"a/..\",\"t\":\"d\"}" },
		{ "path-unsafe", "{\"p\":\"a//b\",\"t\":\"d\"}" },
		{ "path-unsafe", "{\"p\":\"a/\",\"t\":\"d\"}" },
		{ "path-unsafe", "{\"p\":\"./a\",\"t\":\"d\"}" },
		{ "path-unsafe", "{\"p\":\".\",\"t\":\"d\"}" },
		{ "json-type", "{\"p\":\"\",\"t\":\"d\"}" },
		{ "json-type", "{\"p\":\"a\\nb\",\"t\":\"d\"}" },
		{ "path-unsafe", "{\"p\":\"1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3\",\"t\":\"d\"}" },
		{ "path-twice", FILE_A "," FILE_A },
		{ "path-order", "{\"p\":\"b\",\"t\":\"d\"}," FILE_A },
		{ "path-parent", FILE_A ",{\"p\":\"a/x\",\"t\":\"d\"}" },
		{ "path-parent", "{\"p\":\"q/x\",\"t\":\"d\"}" },
		{ "path-case", "{\"p\":\"A\",\"t\":\"d\"}," FILE_A },
		{ "file-kind", "{\"p\":\"a\",\"t\":\"f\",\"s\":3," H1 "}" },
		{ "file-kind", "{\"p\":\"a\",\"t\":\"f\",\"m\":\"w\",\"s\":3," H1 "}" },
		{ "json-type", "{\"p\":\"a\",\"t\":\"f\",\"m\":\"rx\",\"s\":3," H1 "}" },
		{ "file-kind", "{\"p\":\"a\",\"t\":\"f\",\"m\":\"r\"," H1 "}" },
		{ "file-kind", "{\"p\":\"a\",\"t\":\"f\",\"m\":\"r\",\"s\":3}" },
		{ "file-kind", "{\"p\":\"a\",\"t\":\"c\"}" },
		{ "file-kind", "{\"p\":\"a\",\"t\":\"h\",\"to\":\"b\"}" },
		{ "file-kind", "{\"p\":\"a\",\"t\":\"d\",\"s\":0}" },
		{ "file-kind", "{\"p\":\"a\",\"t\":\"d\",\"to\":\"b\"}" },
		{ "file-kind", "{\"p\":\"a\",\"t\":\"l\"}" },
		{ "json-type", "{\"p\":\"a\",\"t\":\"f\",\"m\":\"r\",\"s\":-1," H1 "}" },
		{ "json-type", "{\"p\":\"a\",\"t\":\"f\",\"m\":\"r\",\"s\":9007199254740993," H1 "}" },
		{ "json-type", "{\"p\":\"a\",\"t\":\"f\",\"m\":\"r\",\"s\":3,\"h\":\"E3B0\"}" },
		{ "json-type", "{\"p\":\"a\",\"t\":\"f\",\"m\":\"r\",\"s\":3,\"h\":\"md5:00\"}" },
		{ "json-unknown", "{\"p\":\"a\",\"t\":\"f\",\"m\":\"r\",\"s\":3," H1 ",\"suid\":true}" },
		{ "link-outside", "{\"p\":\"a\",\"t\":\"l\",\"to\":\"/etc/passwd\"}" },
		{ "link-outside", "{\"p\":\"a\",\"t\":\"l\",\"to\":\"../x\"}" },
		{ "link-outside", "{\"p\":\"a\",\"t\":\"l\",\"to\":\".\"}" },
		{ "link-outside", "{\"p\":\"d\",\"t\":\"d\"},{\"p\":\"d/l\",\"t\":\"l\",\"to\":\"../../x\"}" },
		{ "link-outside", FILE_A ",{\"p\":\"l\",\"t\":\"l\",\"to\":\"a/../a\"}" },
		{ "link-outside", "{\"p\":\"d\",\"t\":\"d\"},{\"p\":\"k\",\"t\":\"l\",\"to\":\"d\"},{\"p\":\"l\",\"t\":\"l\",\"to\":\"k/../d\"}" },
		{ "link-dangling", "{\"p\":\"a\",\"t\":\"l\",\"to\":\"b\"}" },
		{ "link-loop", "{\"p\":\"a\",\"t\":\"l\",\"to\":\"a\"}" },
		{ "link-loop", "{\"p\":\"a\",\"t\":\"l\",\"to\":\"b\"},{\"p\":\"b\",\"t\":\"l\",\"to\":\"a\"}" },
	};
	char json[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		(void)snprintf(json, sizeof json, "{" HEAD ",\"files\":[%s]}", cases[i].files);
		expect_refused(json, strlen(json), cases[i].code);
	}
	expect_refused("{" HEAD "}", strlen("{" HEAD "}"), "json-type");
}

static void needs_that_are_not_sound_are_refused(void **state)
{
	static const struct { const char *code, *more; } cases[] = {
		{ "json-type", "\"env\":[]" },
		{ "json-type", "\"env\":{\"required\":\"PORT\"}" },
		{ "json-type", "\"env\":{\"required\":[7]}" },
		{ "json-type", "\"env\":{\"required\":[\"A=B\"]}" },
		{ "json-type", "\"env\":{\"required\":[\"\"]}" },
		{ "json-type", "\"env\":{\"required\":[\"1A\"]}" },
		{ "json-type", "\"needs\":{\"files\":[\"etc/x\"]}" },
		{ "json-type", "\"needs\":{\"files\":[\"/etc/../x\"]}" },
		{ "json-type", "\"needs\":{\"commands\":[\"bin/x\"]}" },
		{ "json-type", "\"needs\":{\"users\":[\"a:b\"]}" },
		{ "json-type", "\"needs\":{\"ports\":[8080]}" },
		{ "json-type", "\"needs\":{\"ports\":[\"0\"]}" },
		{ "json-type", "\"needs\":{\"ports\":[\"65536\"]}" },
		{ "json-type", "\"needs\":{\"ports\":[\"80/sctp\"]}" },
		{ "json-type", "\"needs\":{\"ports\":[\":80\"]}" },
		{ "json-type", "\"host\":[]" },
		{ "json-type", "\"host\":{\"abi\":\"1\"}" },
		{ "json-type", "\"host\":{\"requires\":[]}" },
		{ "json-type", "\"host\":{\"requires\":{\"state\":2}}" },
		{ "json-type", "\"host\":{\"requires\":{\"State\":{}}}" },
		{ "json-unknown", "\"host\":{\"requires\":{\"state\":{\"lvel\":2}}}" },
		{ "json-type", "\"platform\":\"linux\"" },
		{ "json-missing", "\"platform\":{\"os\":\"linux\"}" },
		{ "json-type", "\"platform\":{\"os\":\"linux\",\"arch\":\"x86/64\"}" },
		{ "gate-platform", "\"platform\":{\"os\":\"linux\",\"arch\":\"x86_64\",\"cpu\":[\"avx2\"]}" },
		{ "json-missing", "\"state\":[{}]" },
		{ "path-unsafe", "\"state\":[{\"path\":\"../x\"}]" },
		{ "json-type", "\"state\":[{\"path\":\"x\",\"mode\":\"4755\"}]" },
		{ "json-type", "\"state\":[{\"path\":\"x\",\"mode\":\"rwx\"}]" },
		{ "json-missing", "\"payloads\":[{}]" },
		{ "payload", "\"payloads\":[{\"media\":\"m\"," H1 ",\"s\":9,\"u\":4,\"n\":1}]" },
		{ "payload", "\"payloads\":[{\"media\":\"m\"," H1 ",\"s\":9,\"u\":3,\"n\":2}]" },
		{ "too-many", "\"payloads\":[1,2,3,4,5,6,7,8,9]" },
	};
	char json[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		(void)snprintf(json, sizeof json, "{" HEAD ",%s,\"files\":[" FILE_A "]}", cases[i].more);
		expect_refused(json, strlen(json), cases[i].code);
	}
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	for (size_t len = 0; len < strlen(whole); len++)
		expect_refused(whole, len, "json-syntax");
	expect_refused("\xef\xbb\xbf{}", 5, "json-syntax");
	expect_refused("[]", 2, "json-syntax");
	expect_refused("{} x", 4, "json-syntax");
}

static void too_deep_is_refused_and_brackets_in_texts_do_not_count(void **state)
{
	char json[1024], deep[64] = "", strings[64];
	struct manifest *m;

	(void)state;
	memset(deep, '[', 32);
	memset(deep + 32, ']', 32 - 1);
	(void)snprintf(json, sizeof json, "{" HEAD ",\"x\":%s", deep);
	expect_refused(json, strlen(json), "json-deep");
	memset(strings, '[', 40);
	strings[40] = '\0';
	(void)snprintf(json, sizeof json, "{" HEAD ",\"x\":\"\\\"%s\",\"files\":[" FILE_A "]}", strings);
	m = take(json);
	manifest_free(m);
}

static char *with_files(unsigned count, size_t *ret_len)
{
	size_t room = 300 + (size_t)count * 64, len;
	char *json = malloc(room);

	assert_non_null(json);
	len = (size_t)snprintf(json, room, "{" HEAD ",\"files\":[");
	for (unsigned i = 0; i < count; i++)
		len += (size_t)snprintf(json + len, room - len, "%s{\"p\":\"d%06u\",\"t\":\"d\"}", i > 0 ? "," : "", i);
	len += (size_t)snprintf(json + len, room - len, "]}");
	*ret_len = len;
	return json;
}

static void a_hundred_thousand_files_are_taken_and_one_more_is_not(void **state)
{
	struct manifest *m = NULL;
	struct problem p;
	size_t len;
	char *json = with_files(INDEX_ENTRIES_MAX, &len);

	(void)state;
	assert_int_equal(manifest_parse(json, len, NULL, &m, &p), 0);
	assert_int_equal(m->files_n, INDEX_ENTRIES_MAX);
	manifest_free(m);
	free(json);
	json = with_files(INDEX_ENTRIES_MAX + 1, &len);
	expect_refused(json, len, "too-many");
	free(json);
}

static void more_than_sixteen_mebibytes_are_not_even_read(void **state)
{
	OWN(mem) char *json = calloc(1, MANIFEST_BYTES_MAX + 1);

	(void)state;
	assert_non_null(json);
	memset(json, ' ', MANIFEST_BYTES_MAX + 1);
	expect_refused(json, MANIFEST_BYTES_MAX + 1, "too-big");
	expect_refused(json, MANIFEST_BYTES_MAX, "json-syntax");
}

static void every_altered_byte_is_survived(void **state)
{
	static const char values[] = { '\0', '"', '[', '{', '9', '-', '\\', '\xff' };
	OWN(mem) char *json = malloc(sizeof whole);

	(void)state;
	assert_non_null(json);
	memcpy(json, whole, sizeof whole);
	for (size_t at = 0; at < strlen(whole); at++)
		for (size_t v = 0; v < sizeof values; v++) {
			struct manifest *m = NULL;
			struct problem p;
			int r;

			json[at] = values[v];
			r = manifest_parse(json, strlen(whole), NULL, &m, &p);
			json[at] = whole[at];
			assert_true(r == 0 ? m != NULL : r == -EBADMSG && m == NULL);
			manifest_free(m);
		}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_it_says_is_read),
		cmocka_unit_test(it_compiles_to_an_index_that_says_the_same),
		cmocka_unit_test(the_least_is_enough),
		cmocka_unit_test(another_name_than_asked_for_is_refused),
		cmocka_unit_test(heads_that_are_not_sound_are_refused),
		cmocka_unit_test(files_that_are_not_sound_are_refused),
		cmocka_unit_test(needs_that_are_not_sound_are_refused),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(too_deep_is_refused_and_brackets_in_texts_do_not_count),
		cmocka_unit_test(a_hundred_thousand_files_are_taken_and_one_more_is_not),
		cmocka_unit_test(more_than_sixteen_mebibytes_are_not_even_read),
		cmocka_unit_test(every_altered_byte_is_survived),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

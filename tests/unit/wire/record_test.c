#include "wire/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/message.h"
#include "wire/rows.h"

/* Every kind of field at once; no message has them all. */
struct all_kinds {
	bool           yes;
	uint32_t       small;
	int32_t        below;
	uint64_t       large;
	struct digest  digest;
	const char    *text;
	struct texts   list;
	struct problem problem;
};

static const struct field all_kinds_fields[] = {
	FIELD(all_kinds, yes), FIELD(all_kinds, small), FIELD(all_kinds, below), FIELD(all_kinds, large),
	FIELD(all_kinds, digest), FIELD(all_kinds, text), FIELD(all_kinds, list), FIELD(all_kinds, problem),
};
static const struct record all_kinds = RECORD(all_kinds, all_kinds_fields);

static size_t encode_sample(uint8_t *buf, size_t max)
{
	uint8_t packed[64];
	struct all_kinds in = {
		.yes = true, .small = UINT32_MAX, .below = INT32_MIN, .large = UINT64_MAX,
		.digest = { .bytes = { 1, 2, 3 } }, .text = "a text \xff",
	};
	size_t len = 0;

	problem_set(&in.problem, PROBLEM_HOST, "no-such-user", "mail", "user %s", "mail");
	assert_int_equal(texts_add(&in.list, packed, sizeof packed, "one"), 0);
	assert_int_equal(texts_add(&in.list, packed, sizeof packed, ""), 0);
	assert_int_equal(texts_add(&in.list, packed, sizeof packed, "three"), 0);
	assert_int_equal(record_encode(&all_kinds, &in, buf, max, &len), 0);
	return len;
}

static void every_kind_comes_back_as_it_went(void **state)
{
	uint8_t buf[1024];
	struct all_kinds out;
	size_t len = encode_sample(buf, sizeof buf);

	(void)state;
	assert_int_equal(record_decode(&all_kinds, buf, len, &out), 0);
	assert_true(out.yes);
	assert_int_equal(out.small, UINT32_MAX);
	assert_int_equal(out.below, INT32_MIN);
	assert_true(out.large == UINT64_MAX);
	assert_int_equal(out.digest.bytes[2], 3);
	assert_string_equal(out.text, "a text \xff");
	assert_int_equal(out.list.count, 3);
	assert_string_equal(texts_at(&out.list, 0), "one");
	assert_string_equal(texts_at(&out.list, 1), "");
	assert_string_equal(texts_at(&out.list, 2), "three");
	assert_null(texts_at(&out.list, 3));
	assert_int_equal(out.problem.class, PROBLEM_HOST);
	assert_string_equal(out.problem.got, "user mail");
}

static void a_body_cut_short_or_too_long_is_refused(void **state)
{
	uint8_t buf[1024] = { 0 };
	struct all_kinds out;
	size_t len = encode_sample(buf, sizeof buf);

	(void)state;
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(record_decode(&all_kinds, buf, cut, &out), -EBADMSG);
	assert_int_equal(record_decode(&all_kinds, buf, len + 1, &out), -EBADMSG);
}

static void encoding_never_writes_past_its_room(void **state)
{
	uint8_t buf[1024];
	size_t whole = encode_sample(buf, sizeof buf);
	struct all_kinds in;

	(void)state;
	assert_int_equal(record_decode(&all_kinds, buf, whole, &in), 0);
	for (size_t room = 0; room <= whole; room++) {
		uint8_t *small = malloc(room + 1); /* a sanitizer sees the byte behind it */
		size_t len = 0;

		assert_non_null(small);
		small[room] = 0xa5;
		assert_int_equal(record_encode(&all_kinds, &in, small, room, &len), room < whole ? -ENOBUFS : 0);
		assert_int_equal(small[room], 0xa5);
		free(small);
	}
}

static void a_missing_text_travels_as_an_empty_one(void **state)
{
	struct error_row in = { .code = "busy" }, out;
	uint8_t buf[64];
	size_t len = 0;

	(void)state;
	assert_int_equal(record_encode(&record_error_row, &in, buf, sizeof buf, &len), 0);
	assert_int_equal(record_decode(&record_error_row, buf, len, &out), 0);
	assert_string_equal(out.text, "");
	assert_string_equal(out.needs, "");
}

struct hostile {
	const char    *why;
	const uint8_t *bytes;
	size_t         len;
};
#define HOSTILE(why, s) { why, (const uint8_t *)(s), sizeof(s) - 1 }

static void hostile_name_lists_are_refused(void **state)
{
	static const struct hostile cases[] = {
		HOSTILE("no count", ""),
		HOSTILE("half a count", "\1\0"),
		HOSTILE("a text that is not there", "\1\0\0\0"),
		HOSTILE("more texts than bytes", "\xff\xff\xff\xff\0\0\0\0\0"),
		HOSTILE("one text too many", "\2\0\0\0\1\0\0\0a\0"),
		HOSTILE("text without its NUL", "\1\0\0\0\1\0\0\0ab"),
		HOSTILE("NUL inside a text", "\1\0\0\0\3\0\0\0a\0b\0"),
		HOSTILE("text longer than the body", "\1\0\0\0\x40\0\0\0a\0"),
		HOSTILE("text of 2^32-1 bytes", "\1\0\0\0\xff\xff\xff\xff" "a\0"),
		HOSTILE("text of 2^31 bytes", "\1\0\0\0\0\0\0\x80" "a\0"),
		HOSTILE("bytes behind the end", "\0\0\0\0x"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct ask_names out;
		uint8_t *exact = malloc(cases[i].len + 1);
		int r;

		assert_non_null(exact);
		memcpy(exact, cases[i].bytes, cases[i].len);
		r = record_decode(&record_ask_names, exact, cases[i].len, &out);
		if (r != -EBADMSG)
			fail_msg("%s: %d", cases[i].why, r);
		assert_null(texts_at(&out.names, 0)); /* what was refused cannot be walked either */
		free(exact);
	}
}

static void a_list_of_thousands_is_walked_once(void **state)
{
	static uint8_t packed[16384], body[20000];
	struct ask_names in = { .names = { 0 } }, out;
	uint32_t count = 0, seen = 0;
	size_t len = 0;

	(void)state;
	while (texts_add(&in.names, packed, sizeof packed, "") == 0)
		count++;
	assert_int_equal(count, sizeof packed / 5);
	assert_int_equal(record_encode(&record_ask_names, &in, body, sizeof body, &len), 0);
	assert_int_equal(record_decode(&record_ask_names, body, len, &out), 0);
	for (const char *s = NULL; texts_next(&out.names, &s);)
		seen++;
	assert_int_equal(seen, count);
}

static void a_bool_is_nought_or_one(void **state)
{
	struct ask_check out;

	(void)state;
	assert_int_equal(record_decode(&record_ask_check, (const uint8_t *)"\1\0\0\0\0\0\0\0", 8, &out), 0);
	assert_true(out.full);
	assert_int_equal(record_decode(&record_ask_check, (const uint8_t *)"\2\0\0\0\0\0\0\0", 8, &out), -EBADMSG);
}

static void a_problem_too_long_or_of_no_class_is_refused(void **state)
{
	struct problem_row in = { .subject = "acme:mail" }, out;
	uint8_t buf[2048];
	size_t len = 0, class_at = 4 + 9 + 1 + 4 + 4;

	(void)state;
	memset(in.problem.code, 'c', sizeof in.problem.code - 1);
	assert_int_equal(record_encode(&record_problem_row, &in, buf, sizeof buf, &len), 0);
	assert_int_equal(record_decode(&record_problem_row, buf, len, &out), 0);
	buf[class_at] = PROBLEM_CLASS_COUNT;
	assert_int_equal(record_decode(&record_problem_row, buf, len, &out), -EBADMSG);
	buf[class_at] = 0;
	memmove(buf + class_at + 9, buf + class_at + 8, len - class_at - 8); /* one byte more in the code */
	buf[class_at + 4]++;
	assert_int_equal(record_decode(&record_problem_row, buf, len + 1, &out), -EBADMSG);
}

static size_t kind_size(enum field_kind kind)
{
	static const size_t sizes[] = {
		[FIELD_BOOL] = sizeof(bool), [FIELD_U32] = 4, [FIELD_I32] = 4, [FIELD_U64] = 8,
		[FIELD_DIGEST] = sizeof(struct digest), [FIELD_TEXT] = sizeof(char *),
		[FIELD_TEXTS] = sizeof(struct texts), [FIELD_PROBLEM] = sizeof(struct problem),
	};

	return sizes[kind];
}

/* A member that no row names would be lost on the way in silence: it shows as a hole. */
static void every_member_of_every_struct_has_its_row(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < MSG_LIMIT; n++) {
		const struct record *r = msg_rule(n)->record;
		size_t end = 0;

		for (size_t i = 0; r != NULL && i < r->count; i++) {
			const struct field *f = &r->fields[i];

			if (f->at < end || f->at - end >= 8)
				fail_msg("%s: a hole or a wrong order before %s", r->name, f->name);
			end = f->at + kind_size(f->kind);
		}
		if (r != NULL && r->size - end >= 8)
			fail_msg("%s: a member behind the last row", r->name);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_back_as_it_went),
		cmocka_unit_test(a_body_cut_short_or_too_long_is_refused),
		cmocka_unit_test(encoding_never_writes_past_its_room),
		cmocka_unit_test(a_missing_text_travels_as_an_empty_one),
		cmocka_unit_test(hostile_name_lists_are_refused),
		cmocka_unit_test(a_list_of_thousands_is_walked_once),
		cmocka_unit_test(a_bool_is_nought_or_one),
		cmocka_unit_test(a_problem_too_long_or_of_no_class_is_refused),
		cmocka_unit_test(every_member_of_every_struct_has_its_row),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

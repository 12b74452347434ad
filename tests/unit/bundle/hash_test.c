#include "bundle/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/own.h"

static void the_vectors_of_fips_180_come_out(void **state)
{
	static const struct { const char *text, *hex; } cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct digest d;

		hash_bytes(cases[i].text, strlen(cases[i].text), &d);
		assert_string_equal(digest_to_hex(&d).text, cases[i].hex);
	}
}

static void bytes_in_pieces_hash_as_in_one(void **state)
{
	char data[1000];
	struct digest whole, pieces;
	struct hash h;

	(void)state;
	memset(data, 'x', sizeof data);
	hash_bytes(data, sizeof data, &whole);
	hash_begin(&h);
	for (size_t at = 0; at < sizeof data; at += 8)
		hash_add(&h, data + at, 8);
	hash_end(&h, &pieces);
	assert_true(digest_is_equal(&whole, &pieces));
}

static void a_descriptor_is_hashed_from_its_place_to_the_end(void **state)
{
	char name[] = "hash_test.XXXXXX", data[200000];
	OWN(fd) int fd = mkstemp(name);
	struct digest want, got;
	uint64_t size = 0;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(unlink(name), 0);
	memset(data, 7, sizeof data);
	assert_int_equal(io_write_all(fd, data, sizeof data), 0);
	assert_int_equal(lseek(fd, 1000, SEEK_SET), 1000);
	hash_bytes(data, sizeof data - 1000, &want);
	assert_int_equal(hash_fd(fd, &got, &size), 0);
	assert_int_equal(size, sizeof data - 1000);
	assert_true(digest_is_equal(&want, &got));
}

static void a_folder_is_an_error_not_a_hash(void **state)
{
	OWN(fd) int fd = open("/", O_RDONLY | O_CLOEXEC);
	struct digest d;
	uint64_t size;

	(void)state;
	assert_int_equal(hash_fd(fd, &d, &size), -EISDIR);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_fips_180_come_out),
		cmocka_unit_test(bytes_in_pieces_hash_as_in_one),
		cmocka_unit_test(a_descriptor_is_hashed_from_its_place_to_the_end),
		cmocka_unit_test(a_folder_is_an_error_not_a_hash),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

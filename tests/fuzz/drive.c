/*
 * Runs a fuzz target without libFuzzer: every honest input, every truncation of it, and some thousand
 * mutations that are the same on every machine. With a folder as argument it writes the honest inputs
 * there instead, as libFuzzer's first corpus.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/own.h"

enum { INPUT_MAX = 64 * 1024, TRUNCATIONS_MAX = 2048, MUTATIONS = 4000 };

/* xorshift64 (Marsaglia 2003): the same sequence everywhere. */
static uint64_t next_number(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A copy of exactly that length, so that a sanitizer sees one byte too many. */
static void try_bytes(const uint8_t *data, size_t size)
{
	OWN(mem) uint8_t *copy = calloc(1, size > 0 ? size : 1);

	if (copy == NULL)
		abort();
	memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size); /* always 0 */
}

static size_t mutate(uint8_t *data, size_t size, uint64_t *state)
{
	static const uint8_t telling[] = { 0, 1, 0x7f, 0x80, 0xff, '\n', '"', '/', '%', '\\' };
	size_t at = size > 0 ? next_number(state) % size : 0;
	size_t left = size - at;

	switch (next_number(state) % 5) {
	case 0:
		data[at] ^= (uint8_t)(1U << next_number(state) % 8);
		return size;
	case 1:
		data[at] = telling[next_number(state) % sizeof telling];
		return size;
	case 2: /* a piece goes */
		left = left > 0 ? next_number(state) % left : 0;
		memmove(data + at, data + at + left, size - at - left);
		return size - left;
	case 3: /* a piece comes twice */
		left = left < INPUT_MAX - size ? left : INPUT_MAX - size;
		memmove(data + at + left, data + at, size - at);
		return size + left;
	default:
		data[at] = (uint8_t)next_number(state);
		return size;
	}
}

static void mutations_of(const uint8_t *seed, size_t size, uint64_t *state)
{
	static uint8_t data[INPUT_MAX];

	for (int round = 0; round < MUTATIONS; round++) {
		size_t n = size;

		memcpy(data, seed, size);
		for (uint64_t times = 1 + next_number(state) % 4; times > 0; times--)
			n = mutate(data, n, state);
		try_bytes(data, n);
	}
}

static int write_seed(const char *folder, unsigned i, const uint8_t *seed, size_t size)
{
	OWN(fd) int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[16];

	(void)snprintf(name, sizeof name, "seed-%u", i);
	return dir < 0 ? -1 : io_replace_file(dir, name, seed, size, 0644);
}

int main(int argc, char **argv)
{
	static uint8_t seed[INPUT_MAX];
	uint64_t state = 88172645463325252U;
	size_t size;
	unsigned i;

	try_bytes(seed, 0);
	for (i = 0; (size = fuzz_seed(i, seed, sizeof seed)) > 0; i++) {
		if (argc > 1) {
			if (write_seed(argv[1], i, seed, size) < 0)
				return 1;
			continue;
		}
		for (size_t n = 0; n <= size; n += n < TRUNCATIONS_MAX ? 1 : 97)
			try_bytes(seed, n);
		mutations_of(seed, size, &state);
	}
	printf("%u honest inputs\n", i);
	return i > 0 ? 0 : 1;
}

#include "bundle/blake2b.h"

#include <stdbool.h>
#include <string.h>

enum { BLOCK = 128, ROUNDS = 12 };

static const uint64_t iv[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static const uint8_t sigma[10][16] = {
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	{ 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
	{ 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 },
	{ 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
	{ 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 },
	{ 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
	{ 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 },
	{ 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
	{ 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 },
	{ 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
};

/* The words that each of the eight mixings of a round takes: columns, then diagonals. */
static const uint8_t lanes[8][4] = {
	{ 0, 4, 8, 12 }, { 1, 5, 9, 13 }, { 2, 6, 10, 14 }, { 3, 7, 11, 15 },
	{ 0, 5, 10, 15 }, { 1, 6, 11, 12 }, { 2, 7, 8, 13 }, { 3, 4, 9, 14 },
};

static uint64_t rotate(uint64_t x, unsigned n)
{
	return x >> n | x << (64 - n);
}

static uint64_t load(const uint8_t *at)
{
	uint64_t x = 0;

	for (size_t i = 8; i > 0; i--)
		x = x << 8 | at[i - 1];
	return x;
}

static void mix(uint64_t v[16], const uint8_t lane[4], uint64_t x, uint64_t y)
{
	uint64_t *a = &v[lane[0]], *b = &v[lane[1]], *c = &v[lane[2]], *d = &v[lane[3]];

	*a += *b + x;
	*d = rotate(*d ^ *a, 32);
	*c += *d;
	*b = rotate(*b ^ *c, 24);
	*a += *b + y;
	*d = rotate(*d ^ *a, 16);
	*c += *d;
	*b = rotate(*b ^ *c, 63);
}

/* One block into h; counted is how many bytes that makes so far. */
static void compress(uint64_t h[8], const uint8_t block[BLOCK], uint64_t counted, bool last)
{
	uint64_t v[16], m[16];

	for (size_t i = 0; i < 16; i++)
		m[i] = load(block + 8 * i);
	memcpy(v, h, 8 * sizeof *v);
	memcpy(v + 8, iv, sizeof iv);
	v[12] ^= counted;
	if (last)
		v[14] = ~v[14];
	for (size_t round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < 8; i++) {
			const uint8_t *s = sigma[round % 10];

			mix(v, lanes[i], m[s[2 * i]], m[s[2 * i + 1]]);
		}
	for (size_t i = 0; i < 8; i++)
		h[i] ^= v[i] ^ v[i + 8];
}

void blake2b_256(const void *data, size_t len, uint8_t ret[BLAKE2B_256_LEN])
{
	const uint8_t *at = data;
	uint8_t block[BLOCK] = { 0 };
	uint64_t h[8], counted = 0;

	memcpy(h, iv, sizeof h);
	h[0] ^= 0x01010000 ^ BLAKE2B_256_LEN;
	for (; len > BLOCK; len -= BLOCK, at += BLOCK) {
		counted += BLOCK;
		compress(h, at, counted, false);
	}
	memcpy(block, at, len);
	compress(h, block, counted + len, true);
	for (size_t i = 0; i < BLAKE2B_256_LEN; i++)
		ret[i] = (uint8_t)(h[i / 8] >> (8 * (i % 8)));
}

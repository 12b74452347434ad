/* The low-level calls are deprecated in name only; hash.h says why they are what is wanted here. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "bundle/hash.h"

#include <errno.h>
#include <openssl/sha.h>
#include <unistd.h>

enum { HASH_BUFFER = 64 * 1024 };

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct hash), "struct hash has room for libcrypto's state");

static SHA256_CTX *state_of(struct hash *h)
{
	return (SHA256_CTX *)(void *)h->room;
}

void hash_begin(struct hash *h)
{
	(void)SHA256_Init(state_of(h)); /* it and the two below cannot fail: they only compute */
}

void hash_add(struct hash *h, const void *data, size_t len)
{
	(void)SHA256_Update(state_of(h), data, len);
}

void hash_end(struct hash *h, struct digest *ret)
{
	(void)SHA256_Final(ret->bytes, state_of(h));
}

void hash_bytes(const void *data, size_t len, struct digest *ret)
{
	struct hash h;

	hash_begin(&h);
	hash_add(&h, data, len);
	hash_end(&h, ret);
}

int hash_fd(int fd, struct digest *ret, uint64_t *ret_size)
{
	unsigned char buf[HASH_BUFFER];
	uint64_t size = 0;
	struct hash h;

	hash_begin(&h);
	for (;;) {
		ssize_t n = read(fd, buf, sizeof buf);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		hash_add(&h, buf, (size_t)n);
		size += (uint64_t)n;
	}
	hash_end(&h, ret);
	*ret_size = size;
	return 0;
}

#include "launch/ldcache.h"

#include <fcntl.h>
#include <string.h>

#include "base/io.h"
#include "base/own.h"

#define CACHE_NEW "glibc-ld.so.cache1.1"
#define CACHE_OLD "ld.so-1.7.0"

enum {
	CACHE_MAX   = 16 << 20,
	NEW_HEAD    = 48,    /* magic 20, nlibs 4, len_strings 4, flags and padding 4, extensions 4, unused 12 */
	NEW_ENTRY   = 24,    /* flags 4, key 4, value 4, osversion 4, hwcap 8 */
	OLD_HEAD    = 16,    /* magic with its NUL and padding 12, nlibs 4 */
	OLD_ENTRY   = 12,
};

static uint32_t u32_at(const struct ldcache *c, size_t at)
{
	uint32_t n;

	memcpy(&n, c->data + at, sizeof n);
	return n; /* host order: ldconfig writes for the machine it runs on */
}

/* An old cache may stand before the new one, which then begins at the next multiple of 8. */
static size_t skip_old(const struct ldcache *c)
{
	size_t n;

	if (c->len < OLD_HEAD || memcmp(c->data, CACHE_OLD, sizeof CACHE_OLD - 1) != 0)
		return 0;
	n = OLD_HEAD + (size_t)u32_at(c, OLD_HEAD - 4) * OLD_ENTRY;
	return (n + 7) & ~(size_t)7;
}

void ldcache_from_memory(char *data, size_t len, struct ldcache *ret)
{
	struct ldcache c = { .data = data, .len = len };

	*ret = (struct ldcache){ 0 };
	c.start = skip_old(&c);
	if (c.start > len || len - c.start < NEW_HEAD || data[len] != '\0' ||
	    memcmp(data + c.start, CACHE_NEW, sizeof CACHE_NEW - 1) != 0)
		return;
	c.count = u32_at(&c, c.start + 20);
	if (c.count > (len - c.start - NEW_HEAD) / NEW_ENTRY)
		return;
	*ret = c;
}

void ldcache_read(const char *path, struct ldcache *ret)
{
	OWN(mem) char *data = NULL;
	size_t len;

	*ret = (struct ldcache){ 0 };
	if (io_read_file(AT_FDCWD, path, CACHE_MAX, &data, &len) < 0)
		return;
	ldcache_from_memory(data, len, ret);
	if (ret->data != NULL)
		(void)take_ptr(data); /* the cache's from here on */
}

/* The text at this offset; every text ends at the latest with the NUL behind the data. */
static const char *text_at(const struct ldcache *c, uint32_t offset)
{
	return offset < c->len - c->start ? c->data + c->start + offset : "";
}

const char *ldcache_find(const struct ldcache *c, const char *name, uint32_t *at)
{
	while (*at < c->count) {
		size_t entry = c->start + NEW_HEAD + (size_t)(*at)++ * NEW_ENTRY;

		if (strcmp(text_at(c, u32_at(c, entry + 4)), name) == 0)
			return text_at(c, u32_at(c, entry + 8));
	}
	return NULL;
}

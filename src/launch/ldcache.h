/*
 * The loader's cache of libraries, /etc/ld.so.cache in the format "glibc-ld.so.cache1.1" (glibc,
 * sysdeps/generic/dl-cache.h). Read into memory once, checked, and then searched.
 */
#ifndef LAUNCH_LDCACHE_H
#define LAUNCH_LDCACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct ldcache {
	char    *data;       /* NULL: there is no cache, and nothing is found in it */
	size_t   len;
	size_t   start;      /* of the new format's header: its offsets count from there */
	uint32_t count;
};

/* An empty cache when the file is absent or is not sound: ld.so ignores it then, too. The caller frees ret->data. */
void ldcache_read(const char *path, struct ldcache *ret);
void ldcache_from_memory(char *data, size_t len, struct ldcache *ret);

/*
 * The next path that the cache has for a library's name: *at starts at 0. NULL at the end. There may be several,
 * for other machines or processors.
 */
const char *ldcache_find(const struct ldcache *c, const char *name, uint32_t *at);

#endif

/*
 * A registry: a folder behind file://, http:// or https:// that holds, beneath one address (layout R1,
 * reeve-bundle(5)):
 *
 *	b/<name>/channel/<channel>.json  .minisig  .<keyid>.minisig
 *	b/<name>/<digest>/bundle.json
 *	b/<name>/<digest>/payload.<platform>.tar.gz  .tar.zst
 *	o/<2>/<62>
 *
 * It is not trusted: nothing that comes from here is used before its digest or signature is good.
 */
#ifndef STORE_REGISTRY_H
#define STORE_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "store/asker.h"
#include "wire/orders.h"

enum { URL_MAX = 4096 };

struct registry {
	const struct store_open *order;  /* the address, and what it takes to be let in */
	struct asker *asker;             /* who wants to know, and where failures are written */
	bool     is_local;               /* file://; after registry_look() */
	bool     is_near;                /* file://, or this very machine */
	uint64_t bytes;                  /* fetched so far */
};

/* Looks at the address, as every fetch does first; FAULT_URL for one that we would not ask. */
int registry_look(struct registry *r) MUST_CHECK;

/* One file of the registry, to be written at the descriptor's end. */
struct download {
	const char *path;      /* beneath the address */
	const char *phase;     /* for progress */
	uint64_t    max;       /* refuse more bytes */
	uint64_t    total;     /* for progress; 0 not known */
	uint64_t    have;      /* of these bytes there are already, at the front of out */
	char        etag[128]; /* that those came with; and afterwards, that this came with */
	int         out;
};

/*
 * Fetches it, with retries. FAULT_NOT_FOUND when the registry is there and the file is not. Bytes that
 * came before a failure stay in d->out.
 */
int registry_get(struct registry *r, struct download *d) MUST_CHECK;

/* The same into memory of its own, with a NUL behind it; the caller frees. */
int registry_read(struct registry *r, const char *path, uint64_t max, char **ret_data, size_t *ret_len) MUST_CHECK;

/* The address of a file. */
int registry_url(const struct registry *r, const char *path, char *buf, size_t max) MUST_CHECK;

/* The same for messages: what does not fit is named by its path alone. Returns buf or path. */
const char *registry_name(const struct registry *r, const char *path, char *buf, size_t max);

#endif

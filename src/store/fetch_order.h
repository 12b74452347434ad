/*
 * What the fetch role is told. Descriptors: 4 to write to, 5 the CA's certificates, 6 and 7 our own
 * certificate and its key.
 */
#ifndef STORE_FETCH_ORDER_H
#define STORE_FETCH_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/record.h"

struct fetch_order {
	const char *url;
	const char *etag;       /* of the bytes that are there; "" none */
	uint64_t    have;       /* go on behind so many */
	uint64_t    max;        /* of the whole file */
	uint64_t    total;      /* for progress; 0 not known */
	bool        has_ca, has_client;
	uint64_t    connect_ms, slow_bytes, slow_s, fetch_ms;
};

extern const struct record record_fetch_order;

#endif

/*
 * Unpacking: the archive only carries bytes. The signed index says which paths there are, of which
 * type and size; the role that reads the archive puts the bytes of entry i into a file named "i", in
 * one flat folder, and never sees a path of the store. Digests are checked by who adopts the files.
 */
#ifndef STORE_UNPACK_H
#define STORE_UNPACK_H

#include <stdint.h>

#include "base/attr.h"
#include "base/problem.h"
#include "bundle/index.h"
#include "store/asker.h"

/*
 * Takes the entries i with wanted[i] != 0 out of the archive that payload reads, into files "i" of the
 * folder stage. blob is the compiled index. Any entry that the index does not list exactly so refuses
 * the whole archive, wanted or not.
 */
struct unpacking {
	int            payload, stage;
	const void    *blob;
	size_t         blob_len;
	const uint8_t *wanted;
	uint32_t       count;
};

int unpack_run(const struct unpacking *u, struct asker *a) MUST_CHECK;

/* The role's side: descriptors 4 payload, 5 stage, 6 the index, 7 what is wanted. Its exit code. */
int unpack_role(void);

#endif

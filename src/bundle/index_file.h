/*
 * The bytes of a compiled index: head, entries, states, list items, texts. Private to index.c, which
 * reads them, and index_build.c, which writes them. Every number is little-endian and every struct
 * here has its natural layout without holes, so that on a little-endian machine the file is read in
 * place; other machines are refused by the mark.
 */
#ifndef BUNDLE_INDEX_FILE_H
#define BUNDLE_INDEX_FILE_H

#include <stdint.h>

#include "bundle/index.h"

#define INDEX_MAGIC "reeveix"   /* with its NUL: 8 bytes */

enum { INDEX_FORMAT = 1, INDEX_MARK = 0x01020304, INDEX_NO_TEXT = UINT32_MAX };

struct index_head {
	char     magic[8];
	uint32_t mark, format;
	uint64_t length;                    /* of the whole file */
	uint64_t seq;
	uint8_t  manifest[32];
	uint32_t schema, host_abi;
	uint32_t name, version, platform;   /* places in the texts */
	uint32_t entries_n, states_n;
	uint32_t lists_n[INDEX_LIST_COUNT];
	uint32_t texts_len;
	uint32_t zero;
};

struct index_row {
	uint64_t size;
	uint8_t  digest[32];
	uint32_t path, target;              /* places in the texts; target INDEX_NO_TEXT for none */
	uint32_t type;
	uint32_t parent;
};

struct index_state_row {
	uint32_t path, mode;
};

_Static_assert(sizeof(struct index_head) == 128, "no holes");
_Static_assert(sizeof(struct index_row) == 56, "no holes");
_Static_assert(sizeof(struct index_state_row) == 8, "no holes");

#endif

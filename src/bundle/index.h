/*
 * The compiled manifest: what bundle.json says, flat and checked, so that whoever starts a child maps
 * a file and reads it in place and never parses JSON. reeve-store writes one beside each tree, at
 * trees/<name+>/<hex>.index, from the verified manifest; reeve-launch reads it.
 *
 * The file is little-endian: a head, the entries in byte order of their paths, then the texts.
 * index_open() checks every offset and length once; after that the accessors need no further doubt.
 */
#ifndef BUNDLE_INDEX_H
#define BUNDLE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"

enum entry_type { ENTRY_FILE, ENTRY_EXECUTABLE, ENTRY_FOLDER, ENTRY_LINK };

struct index_entry {
	const char     *path;       /* relative, plain (path_is_plain) */
	enum entry_type type;
	uint64_t        size;       /* of a file */
	struct digest   digest;     /* of a file */
	const char     *target;     /* of a link; NULL otherwise */
};

/* A mutable folder that the bundle needs beside its tree. */
struct index_state {
	const char *path;           /* beneath the child's state_dir */
	uint32_t    mode;
};

enum {
	INDEX_ENTRIES_MAX = 100000,
	INDEX_DEPTH_MAX   = 32,       /* parts of a path */
	INDEX_BYTES_MAX   = 64 << 20
};

enum index_list {               /* lists of texts that preflight looks at */
	INDEX_ENV_REQUIRED, INDEX_NEEDS_COMMANDS, INDEX_NEEDS_FILES, INDEX_NEEDS_USERS,
	INDEX_NEEDS_GROUPS, INDEX_NEEDS_PORTS, INDEX_HOST_REQUIRES /* "name=level" */, INDEX_LIST_COUNT
};

struct index;

/* Everything that goes into an index; what it points to stays the caller's. */
struct index_draft {
	struct digest             manifest;
	const char               *name, *version, *platform;
	uint64_t                  seq;
	uint32_t                  schema, host_abi;
	const struct index_entry *entries; /* in byte order of their paths, parents listed */
	uint32_t                  entries_n;
	const struct index_state *states;
	uint32_t                  states_n;
	const char *const        *lists[INDEX_LIST_COUNT];
	uint32_t                  lists_n[INDEX_LIST_COUNT];
};

/*
 * Writes the draft as the bytes of an index, which the caller frees. What index_open() would refuse is
 * refused here already, with -EBADMSG; -EFBIG when it is too much.
 */
int index_build(const struct index_draft *draft, void **ret_data, size_t *ret_len) MUST_CHECK;

/* Maps and checks the file `name` in the folder dir; -EBADMSG for anything that is not a sound index. */
int index_open(int dir, const char *name, struct index **ret) MUST_CHECK;

/* The same from memory that outlives it. */
int index_from_memory(const void *data, size_t len, struct index **ret) MUST_CHECK;
void index_free(struct index *x);

const struct digest *index_manifest_digest(const struct index *x);
const char *index_name(const struct index *x);
const char *index_version(const struct index *x);
const char *index_platform(const struct index *x);   /* "linux-x86_64-glibc", "any" */
uint64_t index_seq(const struct index *x);
uint32_t index_schema(const struct index *x);
uint32_t index_host_abi(const struct index *x);

uint32_t index_count(const struct index *x);
void index_entry(const struct index *x, uint32_t i, struct index_entry *ret);

/* The entry that holds entry i: the number of a folder, or INDEX_ROOT for the tree itself. */
enum { INDEX_ROOT = UINT32_MAX };
uint32_t index_parent(const struct index *x, uint32_t i);

/* The entry of this path, by bisection; false when there is none. */
bool index_find(const struct index *x, const char *path, uint32_t *ret_i);

uint32_t index_state_count(const struct index *x);
void index_state(const struct index *x, uint32_t i, struct index_state *ret);

uint32_t index_list_count(const struct index *x, enum index_list list);
const char *index_list_at(const struct index *x, enum index_list list, uint32_t i);

#endif

/*
 * bundle.json: everything a version of a bundle holds and needs, as its publisher wrote and signed it.
 * reeve-bundle(5) documents every key. Read once, where a version enters a store, and compiled to an
 * index; nobody who starts a child parses JSON.
 *
 * Keys that we do not know are ignored at the top, so that a later publisher can say more; within
 * files[] and host.requires they are refused, because there a misspelt word would change what is checked.
 */
#ifndef BUNDLE_MANIFEST_H
#define BUNDLE_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/problem.h"
#include "bundle/index.h"

enum {
	MANIFEST_BYTES_MAX    = 16 << 20,
	MANIFEST_SCHEMA       = 1,
	MANIFEST_VERSION_MAX  = 64,
	MANIFEST_PAYLOADS_MAX = 8,
	MANIFEST_PLATFORM_MAX = 63,
	MANIFEST_LIST_MAX     = 1024
};

enum payload_media { PAYLOAD_TAR_GZIP, PAYLOAD_TAR_ZSTD, PAYLOAD_OTHER, PAYLOAD_MEDIA_COUNT };

/* All files of the bundle in one archive, in one encoding. */
struct manifest_payload {
	enum payload_media media;
	struct digest      digest;     /* of the archive */
	uint64_t           size;       /* of the archive */
	uint64_t           unpacked;   /* sizes of all files together */
	uint32_t           entries;    /* files, folders and links */
};

struct manifest {
	struct json_t            *json;        /* owns the texts */
	struct digest             digest;      /* of the very bytes */
	const char               *name, *version;
	const char               *released;    /* "" when it does not say */
	uint64_t                  seq;
	uint64_t                  min_from_seq;
	bool                      critical;
	char                      platform[MANIFEST_PLATFORM_MAX + 1]; /* "any", "linux-x86_64-glibc" */
	uint32_t                  schema, host_abi;
	struct index_entry       *files;       /* in byte order of their paths */
	uint32_t                  files_n;
	uint64_t                  files_bytes; /* sizes of all files together */
	struct index_state       *states;
	uint32_t                  states_n;
	const char              **lists[INDEX_LIST_COUNT];
	uint32_t                  lists_n[INDEX_LIST_COUNT];
	char                     *requires;    /* owns the texts of INDEX_HOST_REQUIRES */
	struct manifest_payload   payloads[MANIFEST_PAYLOADS_MAX];
	uint32_t                  payloads_n;
};

/*
 * Reads a manifest out of len bytes. want_name is the name that was asked for, NULL when any will do.
 * -EBADMSG, with *ret_problem filled, for anything that is not a sound manifest; -ENOMEM.
 */
int manifest_parse(const char *data, size_t len, const char *want_name, struct manifest **ret,
                   struct problem *ret_problem) MUST_CHECK;
void manifest_free(struct manifest *m);

/* The bytes of its index (index.h), which the caller frees. */
int manifest_compile(const struct manifest *m, void **ret_data, size_t *ret_len) MUST_CHECK;

/* "application/vnd.reeve.bundle.payload.v1.tar+gzip" and back. */
const char *payload_media_name(enum payload_media media);

/* "tar.gz", "tar.zst"; "" for PAYLOAD_OTHER. */
const char *payload_media_suffix(enum payload_media media);

/*
 * Its name within a registry, "payload.linux-x86_64.tar.gz"; -ENOTSUP for an encoding that we do not
 * know.
 */
int manifest_payload_name(const struct manifest *m, uint32_t i, char *buf, size_t max) MUST_CHECK;

#endif

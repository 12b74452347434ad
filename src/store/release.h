/*
 * A release: one version of a bundle by its manifest, read, checked against the digest that stands
 * for it, and compiled. From here on the digest is trusted and so is everything the index says.
 */
#ifndef STORE_RELEASE_H
#define STORE_RELEASE_H

#include <stddef.h>

#include "base/attr.h"
#include "base/digest.h"
#include "bundle/index.h"
#include "bundle/manifest.h"

struct job;

struct release {
	struct digest    digest;
	char            *bytes;      /* of bundle.json, as they were signed */
	size_t           len;
	struct manifest *manifest;
	void            *blob;       /* the compiled index */
	size_t           blob_len;
	struct index    *index;      /* NULL: no release */
};

/* Loads the release of this digest from the store, else from the registry. FAULT_MANIFEST and others. */
int release_load(struct job *j, const struct digest *digest, struct release *ret) MUST_CHECK;
void release_clear(struct release *r);

/* Writes what the store keeps of it beside the tree: the manifest and the index. Durable when it returns. */
int release_keep(struct job *j, const struct release *r) MUST_CHECK;

/* The first payload that we can unpack; NULL when there is none. path gets its place in the registry. */
const struct manifest_payload *release_payload(const struct release *r, char *path, size_t max);

#endif

/*
 * The larger parts of a manifest, each in a file of its own. Private to manifest.c. Each fills m and is
 * false with the document's problem set.
 */
#ifndef BUNDLE_MANIFEST_PARTS_H
#define BUNDLE_MANIFEST_PARTS_H

#include "bundle/document.h"
#include "bundle/manifest.h"

/*
 * files[]: paths that are plain, sorted, unique even without regard to case, with their folders
 * listed, and links that stay inside.
 */
bool manifest_read_files(struct document *d, struct manifest *m) MUST_CHECK;

/* env, needs and host. */
bool manifest_read_needs(struct document *d, struct manifest *m) MUST_CHECK;

#endif

/*
 * files[] of a manifest: paths that are plain, sorted, unique even without regard to case, with their
 * folders listed, and links that stay inside. Private to manifest.c.
 */
#ifndef BUNDLE_MANIFEST_FILES_H
#define BUNDLE_MANIFEST_FILES_H

#include "bundle/document.h"
#include "bundle/manifest.h"

/* Fills m->files; false with the document's problem set. */
bool manifest_read_files(struct document *d, struct manifest *m) MUST_CHECK;

#endif

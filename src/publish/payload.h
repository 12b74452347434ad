/*
 * The archive of a bundle: pax, in byte order of the paths, owned by nobody in particular, without
 * times; so the same folder gives the same bytes. Reading holds it to the manifest, entry by entry.
 */
#ifndef PUBLISH_PAYLOAD_H
#define PUBLISH_PAYLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/problem.h"
#include "bundle/manifest.h"
#include "publish/newfile.h"
#include "publish/scan.h"

/* Whether this libarchive writes the encoding itself. */
bool payload_can_write(enum payload_media media);

/* Writes everything that was scanned into f. A file that is not what it was is refused. */
int payload_write(const struct scan *s, enum payload_media media, struct newfile *f,
                  struct problem *p) MUST_CHECK;

/* Where the files of a payload go. */
struct payload_sink {
	/* The descriptor that gets the bytes of this file, or -1 to check them only; -ECANCELED. */
	int  (*begin)(struct payload_sink *sink, const struct index_entry *e, int *ret_fd, struct problem *p);
	/* Its bytes were written, and are the right ones. */
	int  (*end)(struct payload_sink *sink, const struct index_entry *e, struct problem *p);
};

/*
 * Reads the archive from fd: every entry is one that the manifest lists, with its type, size and
 * digest, once; and none is missing. sink may be NULL. name is for problems.
 */
int payload_read(int fd, const char *name, const struct manifest *m, struct payload_sink *sink,
                 struct problem *p) MUST_CHECK;

#endif

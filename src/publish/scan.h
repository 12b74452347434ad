/*
 * A folder as a bundle sees it: its files with size and digest, its folders, its links, in byte order
 * of their paths. What a bundle cannot hold is refused here, by name.
 */
#ifndef PUBLISH_SCAN_H
#define PUBLISH_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/problem.h"
#include "bundle/index.h"

struct scan {
	int                 dir;       /* the folder, opened */
	struct index_entry *entries;   /* path and target are its own */
	uint32_t            n, room;
	uint64_t            bytes;     /* of all files */
	bool                has_elf;   /* so it is for one platform only */
};

int scan_folder(const char *path, struct scan *ret, struct problem *p) MUST_CHECK;
void scan_done(struct scan *s);

#endif

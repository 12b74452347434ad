/*
 * Bringing all contents of a release into the object store: what is there and sound is kept, what is
 * missing is fetched, from single objects when they are little and from the payload otherwise.
 */
#ifndef STORE_CONTENTS_H
#define STORE_CONTENTS_H

#include <stdint.h>

#include "base/attr.h"
#include "store/job.h"

struct contents_count {
	uint64_t fresh, reused;   /* objects */
};

/*
 * When it returns 0 every object of the release is there, sound and durable; stage is a folder of
 * the job's alone. No object is added before all that is missing was fetched and checked.
 */
int contents_bring(struct job *j, const struct release *rel, int stage, struct contents_count *ret) MUST_CHECK;

#endif

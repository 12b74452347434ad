/*
 * Cleaning up: at boot what a crash left half done, and now and then what nobody needs any more.
 * Neither ever touches a tree that a pointer names or a child runs from.
 */
#ifndef STORE_RECOVER_H
#define STORE_RECOVER_H

#include "base/attr.h"
#include "store/job.h"

/*
 * Answers STORE_RECOVER: staging of processes that are gone, the trash, files that were being
 * replaced; generations that say pending are marked by what the pointer says; open journals closed.
 */
int recover_run(struct job *j) MUST_CHECK;

#endif

/*
 * One reeve-store's work: who asked, for which bundle of which store, and what is staged for it. All
 * requests of a process work on the same job.
 */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include <stdbool.h>

#include "base/problem.h"
#include "store/asker.h"
#include "store/digests.h"
#include "store/json.h"
#include "store/place.h"
#include "store/registry.h"
#include "store/offer.h"
#include "store/release.h"
#include "store/store.h"
#include "wire/orders.h"

struct job {
	struct asker      asker;
	struct store_open order;        /* its texts live in opened */
	void             *opened;
	bool              is_open;      /* STORE_OPEN was carried out */
	bool              is_locked;    /* the bundle's lock and the store's are ours */
	struct store      store;
	struct place      place;        /* when order.bundle is not "" */
	struct registry   registry;
	struct release    staged;       /* what the last pull staged; no index: nothing */
	struct index     *from;         /* of what the pointer named then; NULL: nothing or unreadable */
	struct offer      offer;        /* what it was asked for */
	int               journal;      /* -1 until the first record */
	json_t           *children;     /* rows of the report to come; NULL: none yet */
	struct digests    in_use;       /* trees that children run from, for the GC to come */
	struct problem    problem;      /* why the request at hand failed */
};

/* The requests; each fills job->problem and returns -ECANCELED when it fails. */
int job_open(struct job *j, const void *body, size_t len) MUST_CHECK;
void job_close(struct job *j);

/* The bundle's lock and the store's; once per job. */
int job_lock(struct job *j) MUST_CHECK;

#endif

#include "store/job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "store/fault.h"

int job_open(struct job *j, const void *body, size_t len)
{
	struct problem *p = &j->problem;
	int r;

	if (j->is_open)
		return fault(p, FAULT_REQUEST, "STORE_OPEN", "a second one");
	j->journal = -1;
	j->opened = malloc(len + 1); /* the order's texts point in here for as long as we live */
	if (j->opened == NULL)
		return fault_errno(p, -ENOMEM, "STORE_OPEN", "cannot take the order");
	memcpy(j->opened, body, len);
	r = record_decode(&record_store_open, j->opened, len, &j->order);
	if (r < 0)
		return fault(p, FAULT_REQUEST, "STORE_OPEN", "nonsense");
	j->registry = (struct registry){ .order = &j->order, .asker = &j->asker };
	j->asker.subject = j->order.bundle[0] != '\0' ? j->order.bundle : "store";
	r = store_enter(&j->store, j->order.store, p);
	if (r < 0)
		return r;
	if (j->order.bundle[0] != '\0') {
		r = place_enter(&j->place, &j->store, j->order.bundle, p);
		if (r < 0) {
			store_leave(&j->store);
			return r;
		}
	}
	j->is_open = true;
	return 0;
}

void job_close(struct job *j)
{
	if (j->is_open) {
		own_fd(&j->journal);
		if (j->order.bundle[0] != '\0')
			place_leave(&j->place);
		store_leave(&j->store);
	}
	release_clear(&j->staged);
	index_free(j->from);
	j->from = NULL;
	json_decref(j->children);
	digests_done(&j->in_use);
	free(j->opened);
	j->opened = NULL;
	j->is_open = false;
}

int job_lock(struct job *j)
{
	int r;

	if (j->is_locked)
		return 0;
	r = place_lock(&j->place, &j->problem);
	if (r < 0)
		return r;
	r = store_lock(&j->store, false);
	if (r == -EAGAIN)
		return fault(&j->problem, FAULT_BUSY, j->store.path, "the store is being cleaned up");
	if (r < 0)
		return fault_errno(&j->problem, r, j->store.path, "cannot lock the store");
	j->is_locked = true;
	return 0;
}

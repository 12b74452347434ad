/*
 * What the store holds: the pointer of every bundle, for people and for reeve at its start.
 */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include "base/attr.h"
#include "store/job.h"

/* Answers STORE_LIST with one STORE_CURRENT per bundle that has a pointer. */
int list_run(struct job *j) MUST_CHECK;

#endif

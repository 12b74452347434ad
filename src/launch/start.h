/*
 * One start: the order, what preflight found out about it, and what the steps then use. It lives in
 * the forked process alone, which ends in exec or _exit: nothing in it is ever freed.
 */
#ifndef LAUNCH_START_H
#define LAUNCH_START_H

#include "launch/credentials.h"
#include "launch/identity.h"
#include "launch/pin.h"
#include "launch/program.h"
#include "launch/report.h"
#include "launch/root.h"
#include "wire/orders.h"

struct start {
	struct launch_order order;
	int                 stdio[3];
	struct report       report;
	struct identity     identity;
	struct pin          pin;
	struct root         root;
	struct program      program;
	struct credentials  credentials;
	bool                variables_bad; /* a file of variables was not taken: some may be missing */
	bool                is_in_cgroup;  /* since it was forked */
	int                 pids_error;    /* why it is not process 1 of a namespace, where it should be */
	uint32_t            damages;   /* problems that P1 to P6 found */
	char                said[640]; /* by a step that refuses and has more to say than a name */
};

/* The folder that the child starts in. */
const char *start_directory(const struct start *s);

#endif

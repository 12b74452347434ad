/*
 * A role: a process of this same program that does one dangerous thing with hardly any rights, and
 * tells how it went in notes over a socket. It is started anew for each piece of work, gets all it may
 * touch as descriptors, and is not trusted: what it hands back is checked against signed digests.
 *
 * In the role, descriptor 3 is the socket and the others follow from 4 on.
 */
#ifndef STORE_ROLE_H
#define STORE_ROLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/problem.h"
#include "store/asker.h"
#include "wire/record.h"

enum { ROLE_SOCKET = 3, ROLE_FIRST_FD = 4, UNPACK_STAGE = 5, ROLE_FDS_MAX = 4, ROLE_NOTE_MAX = 8192, ROLE_ORDER_MAX = 256 * 1024 };

/* What a role tells: progress while it is not done, its outcome when it is. */
struct role_note {
	bool        done;
	uint32_t    fault;      /* enum fault; FAULT_COUNT: all went well */
	int32_t     error;      /* errno, where it was one */
	const char *where;      /* entry or URL */
	const char *got;
	const char *etag;       /* of a download */
	uint32_t    status;     /* HTTP */
	bool        again;      /* trying again may help */
	uint64_t    pause_ms;   /* that the registry asked for before that; 0 none */
	uint64_t    amount;     /* bytes or entries so far */
	uint64_t    total;      /* 0 unknown */
};

struct role {
	pid_t   pid;
	int     socket;
	uint8_t buf[ROLE_NOTE_MAX]; /* the texts of the last note are in here */
};

extern const struct record record_role_note;

/*
 * Starts the role of this name with the order (of the record, NULL for none) and these descriptors,
 * which stay the caller's.
 */
int role_start(struct role *r, const char *name, const int *fds, size_t n) MUST_CHECK;
int role_order(struct role *r, const struct record *record, const void *order) MUST_CHECK;

/*
 * Waits for the role to be done and reaps it; phase names its progress, in bytes, to the asker. The
 * last note's texts live in r. A role that dies, stalls or breaks the rules is FAULT_NO_ROLE.
 */
int role_finish(struct role *r, struct asker *a, const char *phase, struct role_note *ret) MUST_CHECK;

/* Ends a role whose work is not wanted any more. */
void role_stop(struct role *r);

/* For the role itself: its order, and its notes. */
int role_read_order(const struct record *record, uint8_t *buf, size_t max, void *ret) MUST_CHECK;
void role_tell(const struct role_note *note);

#endif

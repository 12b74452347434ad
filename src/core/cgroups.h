/*
 * Where reeve's control groups are: one folder of this reeve's own, and in it one for each child, made
 * when the child starts and removed when it is down.
 *
 *	FOLDER                     [reeve] cgroup, or the one that reeve was started in
 *	FOLDER/reeve-HASH          ours: locked while we live, named after the control socket
 *	FOLDER/reeve-HASH/acme:web a child's
 *	FOLDER/reeve-HASH.self     reeve and its helpers, where controllers ask for that (cgroups(7), the rule
 *	                           of no inner processes)
 *
 * The name comes back with the same reeve, so that what a former one left is found; the lock keeps
 * two apart who share a folder and do not know of each other. That there are none is no error:
 * cgroups_folder() says so, and why_not says why.
 */
#ifndef CORE_CGROUPS_H
#define CORE_CGROUPS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "conf/conf.h"

struct cgroups {
	char     folder[PATH_MAX];  /* ours; "" there are none */
	char     self[PATH_MAX];    /* reeve's own, where it had to move; "" it did not */
	int      lock;              /* -1 */
	unsigned controllers;       /* enabled for children: bits of enum sys_controller */
	char     why_not[192];      /* there are none; "" */
};

/* Zeroes: there are none, and nobody asked. */
void cgroups_init(struct cgroups *c);

/* Takes a folder, kills what a former reeve left in it, enables what controllers it can. */
void cgroups_take(struct cgroups *c, const struct org_conf *org);

/* Removes what is empty of it. */
void cgroups_leave(struct cgroups *c);

/*
 * The same without changing anything: what cgroups_take() would find. c->folder is what would be used,
 * c->controllers what is there for it.
 */
void cgroups_look(struct cgroups *c, const struct org_conf *org);

/* The folder of the child of that name; -ENOENT when there are none. */
int cgroups_child(const struct cgroups *c, const char *name, char *buf, size_t max) MUST_CHECK;

/* "cpu memory" for bits, "none" for 0. */
void cgroups_format(unsigned controllers, char *buf, size_t max);

#endif

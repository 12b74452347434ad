/*
 * Who a child will be: user, group, supplementary groups, looked up once and then either lent for
 * the length of a question ("may this user enter that folder?") or taken for good.
 */
#ifndef LAUNCH_IDENTITY_H
#define LAUNCH_IDENTITY_H

#include <grp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "wire/orders.h"

struct identity {
	bool        changes;     /* something was configured; otherwise the child is who we are */
	uid_t       uid;
	gid_t       gid;
	gid_t      *groups;
	size_t      groups_n;
	bool        groups_given; /* by the settings, not by who the user is */
	int         error;       /* negative errno when a name stands for nobody */
	const char *unknown;     /* that name */
	const char *setting;     /* "user", "group", "groups": where it was written */
};

/* Looks the order's names up; a name service may take its time. What is wrong is kept in who->error. */
void identity_find(const struct launch_order *order, struct identity *who);

/* -EPERM when this process may not become who: it is not root, and who is somebody else or has other groups. */
int identity_may_become(const struct identity *who) MUST_CHECK;

/*
 * Asks the kernel as that user: file accesses between the two calls are judged as the child's will be
 * (setfsuid(2)). They nest not.
 */
void identity_lend(const struct identity *who);
void identity_return(const struct identity *who);

/* For good, in the order that cannot be undone: groups, gid, uid; each is verified. Nothing after an error, which P11 told. */
int identity_take_groups(const struct identity *who) MUST_CHECK;
int identity_take_group(const struct identity *who) MUST_CHECK;
int identity_take_user(const struct identity *who) MUST_CHECK;

#endif

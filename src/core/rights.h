/*
 * Who may do what: the admins and observers of reeve.ini, as numbers, against what the kernel says of
 * the other end of a socket. Default deny. Three roles: an org admin does everything, a workspace admin
 * steers the children of his workspaces, an observer looks.
 *
 * Names are looked up once, when a configuration comes into force; asking allocates and reads nothing.
 */
#ifndef CORE_RIGHTS_H
#define CORE_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "conf/conf.h"

enum { PEER_GROUPS_MAX = 256 };

/* The process at the other end, as it was when it connected. */
struct peer {
	uid_t  uid;
	gid_t  groups[PEER_GROUPS_MAX]; /* its own and the supplementary ones */
	size_t groups_n;
};

struct rights;

/* The files that names are looked up in; for tests. NULL stands for an empty one. */
struct accounts_text {
	const char *passwd, *group;
};

/* What conf grants, with names out of /etc/passwd and /etc/group. Those that are not there are logged. */
int rights_new(struct conf *conf, struct rights **ret) MUST_CHECK;
int rights_from(struct conf *conf, const struct accounts_text *accounts, struct rights **ret) MUST_CHECK;
void rights_free(struct rights *r); /* NULL is fine */

/* The configuration that it was made from; held as long as r lives. */
const struct conf *rights_conf(const struct rights *r);

/* Who is at the other end of the socket. */
int peer_of_socket(int socket, struct peer *ret) MUST_CHECK;

bool rights_is_org_admin(const struct rights *r, const struct peer *p);

/* May act on the workspace's children: its admins, and those of the org. */
bool rights_may_act(const struct rights *r, const struct peer *p, const char *workspace);

/* May look at it: who may act, its observers, and those of the org. NULL: at the org as a whole. */
bool rights_may_see(const struct rights *r, const struct peer *p, const char *workspace);

/* Has a role anywhere at all. */
bool rights_is_known(const struct rights *r, const struct peer *p);

#endif

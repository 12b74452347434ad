/*
 * Numbers for names out of the text of /etc/passwd and /etc/group (passwd(5), group(5)): PID 1 must not
 * wait in a name service, so accounts that only LDAP knows are named by number, "uid:N" or "gid:N".
 */
#ifndef CORE_ACCOUNTS_H
#define CORE_ACCOUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * The third field of the line that begins with name, in either file: the uid of a user, the gid of a
 * group. -ENOENT; -EBADMSG when the line is there and has no number. Lines that make no sense are passed over.
 */
int accounts_find(const char *text, size_t len, const char *name, uint32_t *ret_id) MUST_CHECK;

#endif

/*
 * What reeve-log may do when root started it: nothing that takes a capability. It reads orders from reeve
 * and bytes from children, and neither needs any; its log files do not either, when they are its own.
 *
 * With a user's name it becomes that user. Without one it stays the uid it is, because existing log
 * folders belong to root more often than not; uid 0 without capabilities is an ordinary owner of root's
 * files and no more, and can never get anything back (no_new_privs, an empty bounding set).
 */
#ifndef LOG_PRIVILEGE_H
#define LOG_PRIVILEGE_H

#include "base/attr.h"

/* Gives up everything. user may be NULL; -ESRCH: there is no such user. */
int privilege_drop(const char *user) MUST_CHECK;

#endif

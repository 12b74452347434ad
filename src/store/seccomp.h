/*
 * Which system calls a role keeps (seccomp(2)): the unpack role a short list, all else gives EPERM; the
 * fetch role, whose libraries need much, all but those that no honest download makes.
 */
#ifndef STORE_SECCOMP_H
#define STORE_SECCOMP_H

#include "base/attr.h"
#include "store/sandbox.h"

/* Enters the filter for good; 0 where the machine has none. Needs no_new_privs. */
int seccomp_enter(enum sandbox which) MUST_CHECK;

#endif

/*
 * The names of Linux capabilities (capabilities(7)): all that this was built with knows. A set of them is
 * one bit each, in 64.
 */
#ifndef BASE_CAPNAME_H
#define BASE_CAPNAME_H

#include <stddef.h>

#include "base/attr.h"

/* No kernel has more: its own sets are 64 bits wide (capget(2)). */
enum { CAPABILITY_MAX = 64 };

/* "net_bind_service" or "CAP_NET_BIND_SERVICE", in any case, of len bytes; -ENOENT when no capability has the name. */
int capname_parse(const char *s, size_t len, unsigned *ret) MUST_CHECK;

/* "cap_net_bind_service"; "a capability without a name" for a number that has none here. */
const char *capname(unsigned capability);

/* The name spelled most like s, with or without its prefix; NULL when none is near. */
const char *capname_nearest(const char *s);

#endif

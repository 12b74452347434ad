/*
 * The gate: is this bundle for this host at all? It looks at what the index says of schema, host ABI,
 * platform and required capabilities, never at a file; what it refuses no repair can cure, only
 * another version.
 */
#ifndef BUNDLE_GATE_H
#define BUNDLE_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "bundle/index.h"

enum {
	GATE_SCHEMA_MAX = 1,   /* the newest manifest schema that we understand */
	GATE_HOST_ABI   = 1    /* what reeve promises to a child; see reeve-bundle(5) */
};

struct gate_host {
	const char        *platform;       /* "linux-x86_64-glibc" */
	uint32_t           abi;
	const char *const *capabilities;   /* "name=level" */
	size_t             capabilities_n;
};

/* The platform this program was built for. */
const char *gate_platform_here(void);

/*
 * Whether a bundle for one platform runs on a host of another. Both are os-arch-libc; in the bundle's
 * "any" fits everything, and so does a part that is "any" or left out at the end.
 */
bool gate_platform_fits(const char *bundle, const char *host);

/*
 * Tells of everything that does not fit, with the codes gate-schema gate-host-abi gate-platform
 * gate-capability, all of class PROBLEM_BUNDLE; returns how many that were.
 */
unsigned gate_check(const struct index *x, const struct gate_host *host, problem_fn *tell, void *arg);

#endif

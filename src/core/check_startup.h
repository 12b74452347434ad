/*
 * reeve --check-startup: the preflight of every child that is configured, side by side, without a
 * running reeve and without starting anyone.
 */
#ifndef CORE_CHECK_STARTUP_H
#define CORE_CHECK_STARTUP_H

#include "core/exit_code.h"

struct core;
struct options;

/*
 * One line per problem on standard output, by child, then the verdict. core is initialised and not
 * started.
 */
enum exit_code check_startup(struct core *core, const struct options *options);

#endif

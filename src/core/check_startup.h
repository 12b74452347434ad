/*
 * reeve --check-startup: the preflight of every child that is configured, side by side, without a
 * running reeve and without starting anyone.
 */
#ifndef CORE_CHECK_STARTUP_H
#define CORE_CHECK_STARTUP_H

#include <stdbool.h>

#include "core/exit_code.h"

struct conf;
struct core;
struct options;

/* What this machine has and lacks, a line each; false, and the verdict: no child can start here. */
bool check_startup_machine(const struct conf *conf, const struct options *options);

/*
 * One line per problem on standard output, by child, then the verdict. core is initialised and not
 * started.
 */
enum exit_code check_startup(struct core *core, const struct options *options);

#endif

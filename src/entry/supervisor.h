/*
 * The supervisor proper, reeve-core, to which the front makes way for everything that is not one child. It
 * is found as the helpers are: where REEVE_HELPER_DIR says; else beside the front's own file, as in a
 * build folder; else where it was installed.
 */
#ifndef ENTRY_SUPERVISOR_H
#define ENTRY_SUPERVISOR_H

#include <stddef.h>

#include "base/attr.h"

/* Executes it with these arguments and our environment; else says why not, and in ret_path where it was looked for. */
int supervisor_execute(char **argv, char *ret_path, size_t max) MUST_CHECK;

#endif

/*
 * The command line as a whole: options may stand anywhere, before the command or behind it.
 */
#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include "base/attr.h"
#include "ctl/ctl.h"

/*
 * Fills c from the command line and the environment (REEVE_SOCKET, NO_COLOR); *ret_command is the first
 * word, NULL when there is none. -EINVAL after having said what is wrong.
 */
int options_parse(struct ctl *c, int argc, char **argv, const char **ret_command) MUST_CHECK;

/* "--full", for the one bit of OPTION_*. */
const char *options_name(unsigned option);

#endif

/*
 * The first line of a script as the kernel reads it (execve(2), "Interpreter scripts"), and what
 * `#!/usr/bin/env NAME` then looks for.
 */
#ifndef LAUNCH_SCRIPT_H
#define LAUNCH_SCRIPT_H

#include "base/attr.h"

enum { SCRIPT_LINE_MAX = 256 };

struct script {
	char interpreter[SCRIPT_LINE_MAX];
	char argument[SCRIPT_LINE_MAX];   /* "" none; all the rest of the line is one */
};

/*
 * -ENOEXEC when there is no "#!", -ENODATA when nothing follows it, -ENAMETOOLONG when the kernel
 * would cut the interpreter's name, -EILSEQ when the line ends as on DOS, with a CR.
 */
int script_parse(const char *head, unsigned long len, struct script *ret) MUST_CHECK;
int script_read(int fd, struct script *ret) MUST_CHECK;

/* The name that env(1) would search the PATH for, to buf; "" when the interpreter is not env, or it names none. */
void script_env_name(const struct script *s, char buf[SCRIPT_LINE_MAX]);

#endif

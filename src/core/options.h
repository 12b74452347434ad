/* The command line of reeve: what to do, with which configuration, about whom. */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include <stdbool.h>

#include "base/attr.h"

enum task { TASK_RUN, TASK_CHECK_CONFIG, TASK_CHECK_STARTUP, TASK_VERSION, TASK_HELP };

struct options {
	enum task    task;
	const char  *file;
	bool         full;      /* --check-startup hashes everything */
	bool         json;      /* --check-startup answers in it */
	char *const *names;     /* of --check-startup, NULL at the end; none: all */
};

/* -EINVAL after having said on standard error what is wrong. */
int options_read(int argc, char *const *argv, struct options *ret) MUST_CHECK;

void options_help(void);

#endif

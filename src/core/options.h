/* The command line of reeve: what to do, with which configuration, about whom. */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include <stdbool.h>

#include "base/attr.h"

/* What reeve exits with; reeve(8). */
enum exit_code {
	EXIT_DONE       = 0,    /* stopped as asked; a check found nothing */
	EXIT_FOUND      = 1,    /* a check found something */
	EXIT_USAGE      = 2,
	EXIT_NOTHING    = 70,   /* the configuration leaves nothing to run */
	EXIT_CRITICAL   = 71,   /* a critical child was given up, without a status of its own */
	EXIT_REFUSED    = 72,   /* a critical child was given up, as its bundle is damaged */
	EXIT_CANNOT     = 73,   /* the host refused something: the socket, memory */
};

enum task { TASK_RUN, TASK_CHECK_CONFIG, TASK_CHECK_STARTUP, TASK_VERSION, TASK_HELP };

struct options {
	enum task    task;
	const char  *file;
	bool         full;      /* --check-startup hashes everything */
	char *const *names;     /* of --check-startup, NULL at the end; none: all */
};

/* -EINVAL after having said on standard error what is wrong. */
int options_read(int argc, char *const *argv, struct options *ret) MUST_CHECK;

void options_help(void);

#endif

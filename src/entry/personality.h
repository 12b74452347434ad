/*
 * Under which names the front is known, and what each of them takes and says: `reeve -- CMD` is one row, and
 * so is each small init whose place it can take. Exit codes and defaults are that program's own.
 */
#ifndef ENTRY_PERSONALITY_H
#define ENTRY_PERSONALITY_H

#include <stdbool.h>

#include "base/attr.h"
#include "entry/option.h"
#include "entry/plan.h"

enum { PERSONALITY_NAMES_MAX = 2 };

/* A variable of the environment that is heard like an option. */
struct personality_variable {
	const char *name;               /* NULL: the last row */
	const char *value;              /* heard with this value only; NULL: with any */
	int       (*set)(struct plan *plan, const char *value);
};

struct personality {
	const char                        *names[PERSONALITY_NAMES_MAX];   /* basenames of argv[0] */
	bool                               mixed;           /* options may stand behind the program */
	const struct option_row           *options;
	const struct personality_variable *variables;
	struct plan                        defaults;
	const char                        *help;
	const char                        *version;
	int                                words_fd;        /* where help goes when asked for */
	int                                version_fd;
	struct {
		int usage;                              /* the command line makes no sense */
		int not_found, not_executable, other;   /* the program: ENOENT, EACCES, anything else */
		int cannot;                             /* no process, no subreaper */
	} exit;
};

/* The row for a program that was called like this; the row of `reeve --` for every other name. */
const struct personality *personality_find(const char *argv0);

/* Whether this is that row, which alone stands aside for the supervisor. */
bool personality_is_reeve(const struct personality *p);

#endif

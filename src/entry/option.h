/*
 * Command lines read by a table: clusters (-vvg), values (-e5, -e 5, --rewrite=15:3, --rewrite 15:3), long
 * names shortened as far as they stay clear, "--". For four programs' tables alike, and without getopt(3),
 * which keeps its place in globals and differs from one C library to the next.
 */
#ifndef ENTRY_OPTION_H
#define ENTRY_OPTION_H

#include <stdbool.h>

#include "base/attr.h"

struct plan;

struct option_row {
	char        letter;             /* '\0': it has a long name only */
	const char *name;               /* NULL: it has none; the table's last row has neither */
	bool        takes_value;
	int       (*set)(struct plan *plan, const char *value);     /* -EINVAL: not such a value; 1: the last to be read */
};

/* What was wrong, for a message: "unknown option ", "--bogus". */
struct option_wrong {
	const char *what, *which;
};

/*
 * Applies the options of argv[1] and on to plan, and has plan->command be what is left, NULL at the end,
 * with a place of argv before it. mixed: options may follow operands, up to "--", and argv is
 * rearranged. Returns 1 when "--" was there, else 0; -EINVAL and *ret_wrong.
 */
int option_read(const struct option_row *rows, bool mixed, char **argv, struct plan *plan,
                struct option_wrong *ret_wrong) MUST_CHECK;

#endif

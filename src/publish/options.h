/*
 * The command line: one struct of everything that any command may be told, and rows that say which
 * option fills which field. Help and parser read the same rows.
 */
#ifndef PUBLISH_OPTIONS_H
#define PUBLISH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum { OPTION_LIST_MAX = 64, OPERANDS_MAX = 2 };

struct option_list {
	const char *at[OPTION_LIST_MAX];
	size_t      n;
};

struct options {
	bool               help, json, files;
	const char        *operands[OPERANDS_MAX];
	size_t             operands_n;
	const char        *name, *version, *seq, *platform, *meta, *output;
	const char        *channel, *expires, *public, *secret, *threshold;
	struct option_list keys, entries, states, require_env, need_commands;
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_LIST };

struct option_row {
	const char      *name;    /* without its dashes; NULL ends the rows */
	char             letter;  /* 0: none */
	enum option_kind kind;
	size_t           at;      /* in struct options */
	const char      *value;   /* what help calls its value */
	const char      *help;
};

/* What every command knows. */
extern const struct option_row options_common[];

/*
 * Reads the arguments into *ret. -EINVAL, with a sentence in error, for what the rows do not have, for
 * a missing or second value, or for an operand too many.
 */
int options_parse(const struct option_row *rows, char **argv, struct options *ret,
                  char *error, size_t error_max) MUST_CHECK;

/* One line for each row. */
void options_help(const struct option_row *rows);

#endif

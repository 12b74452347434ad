/*
 * Files of variables for a child (`env_file`), read at every start with reeve's rights, so that they may be
 * root's alone. Line by line, reeve.ini(5) has it for people:
 *
 *	KEY=value     the rest of the line, without the blanks around it
 *	KEY='value'   everything as it stands, also over several lines
 *	KEY="value"   the same, but for a backslash before one of \ " $ `
 *	# comment     and empty lines
 *
 * Nothing is expanded. A value is never shown: what is wrong is told by its line.
 */
#ifndef LAUNCH_ENV_FILE_H
#define LAUNCH_ENV_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "wire/record.h"

struct start;

enum {
	ENV_FILE_MAX           = 256 << 10,   /* bytes of one file */
	ENV_FILE_VALUE_MAX     = 64 << 10,    /* bytes of one value, as in reeve.ini */
	ENV_FILE_VARIABLES_MAX = 1000,        /* of one file */
	ENV_FILE_PACKED_MAX    = 2 * ENV_FILE_MAX,
};

struct env_file_mistake {
	unsigned    line;
	const char *what;
};

/*
 * Takes the len bytes at text apart, in place: text[len] is NUL and will not stay the only one. Each variable
 * is added to list, packed in ENV_FILE_PACKED_MAX bytes at buf. -EINVAL for the first mistake, in ret_wrong.
 */
int env_file_parse(char *text, size_t len, struct texts *list, uint8_t *buf, struct env_file_mistake *ret_wrong) MUST_CHECK;

/*
 * Reads the files of the order and puts their variables in place of those that the order has; a later file
 * wins over an earlier one. What is wrong is told, and then s->variables_bad is set.
 */
void env_file_read_all(struct start *s);

#endif

/*
 * %(name)s in values, as supervisord spells it: one pass, so that what was put in is never looked at
 * again; at most CONF_VALUE_MAX bytes come out. "%%" is a percent sign, any other "%" is a mistake.
 * A mistake names its column and never lists what the environment has.
 */
#ifndef CONF_EXPAND_H
#define CONF_EXPAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/text.h"
#include "wire/record.h"

/* What may stand between the parentheses; a NULL text is a name that this place does not have. */
struct expand_names {
	const char  *here;           /* folder of the file */
	const char  *program_name;
	const char  *group_name;
	const char  *state_dir;
	const char  *credentials_dir;
	bool         has_process_num;
	uint32_t     process_num;
	const struct texts *own[2];  /* variables before those of environment, the first list wins; NULL: none */
	char *const *environment;    /* "KEY=value", NULL at the end; NULL: none */
};

/* Appends s to out with every name filled in; -EINVAL, and why in the text why. */
int expand_add(struct text *out, const char *s, const struct expand_names *names,
               struct text *why) MUST_CHECK;

/* The value of name in environment; NULL when it is not set. */
const char *expand_variable(char *const *environment, const char *name);

#endif

/*
 * What is wrong, where, and what to do about it: one value of fixed size that a check fills, a frame
 * carries and a person reads. The class says who can cure it: the bundle's registry, this host's
 * admin, or whoever wrote the configuration.
 */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include <stddef.h>

#include "base/attr.h"

enum problem_class {
	PROBLEM_BUNDLE,   /* ours to repair: heal may pull */
	PROBLEM_HOST,     /* a library, a command, a user, a port: never a reason to pull */
	PROBLEM_CONFIG,   /* a setting */
	PROBLEM_CLASS_COUNT
};

struct problem {
	enum problem_class class;
	char code[32];      /* stable, for programs: "file-altered" */
	char path[256];     /* where: a path, or file:line */
	char expected[96];  /* may be empty */
	char got[160];      /* may be empty */
	char remedy[192];   /* what to do now: a sentence or a command */
};

/* Told of one problem; it does not keep p. */
typedef void problem_fn(void *arg, const struct problem *p);

/* "bundle", "host", "config". */
const char *problem_class_name(enum problem_class class);

/*
 * Fills p; what is too long is cut, what is hostile is escaped. NULL stands for "". The got text is a
 * printf format.
 */
void problem_set(struct problem *p, enum problem_class class, const char *code, const char *path,
                 const char *got, ...) PRINTF_LIKE(5, 6);

/* Adds to a problem that problem_set() made; a printf format each. */
void problem_expect(struct problem *p, const char *format, ...) PRINTF_LIKE(2, 3);
void problem_remedy(struct problem *p, const char *format, ...) PRINTF_LIKE(2, 3);

/* "path: got (expected …). remedy" in one line, what is empty left out. */
void problem_format(const struct problem *p, char *buf, size_t max);

#endif

/*
 * What reeve-bundle answers: lines for a person, coloured on a terminal only, or one JSON object. A
 * problem goes to standard error for a person and into "problems" of the object otherwise.
 */
#ifndef PUBLISH_SAY_H
#define PUBLISH_SAY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/problem.h"

struct say {
	bool      json, colour;
	unsigned  problems;
	json_t   *object;     /* only for JSON */
	json_t   *list;       /* of problems, within object */
};

void say_init(struct say *s, bool json);

/* A line for a person: a bold word and what it is. */
void say_line(const struct say *s, const char *word, const char *format, ...) PRINTF_LIKE(3, 4);

/* The same for a program; takes the value. */
void say_value(struct say *s, const char *key, json_t *value);
void say_text(struct say *s, const char *key, const char *value);
void say_number(struct say *s, const char *key, uint64_t value);

/* A problem_fn for struct say. */
void say_problem(void *say, const struct problem *p);

/* Writes the object. The exit status: 0, or 1 when there was a problem or it could not be written. */
int say_done(struct say *s);

#endif

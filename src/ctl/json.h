/*
 * An answer as JSON, written from the record tables: whatever is a row on the wire is an object here with
 * the same names. A document has one array per kind of row, the error where there is one, and exit_code;
 * a stream has one object a line. Text that is not UTF-8 is escaped as \xNN.
 */
#ifndef CTL_JSON_H
#define CTL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "wire/message.h"

struct json {
	json_t *document;   /* NULL: a stream, or nothing yet */
	bool    lines;
};

void json_init(struct json *j, bool lines);
void json_done(struct json *j);

/* Adds a row, or prints it when these are lines. */
void json_add(struct json *j, enum msg type, const void *row);

/* Prints the document. */
void json_print(struct json *j, uint32_t exit_code);

/* A document that says only why there is no answer. */
void json_print_trouble(const char *code, const char *text, int exit_code);

/* A line of a child's output, as reeve-log writes one: bytes that are no UTF-8 make it "escaped", no end "partial". */
void json_print_line(const char *child, const char *line, size_t len, bool has_newline);

/* Any bytes as a string. */
json_t *json_from_bytes(const char *s, size_t len);

/* A row as an object of its own. */
json_t *json_from_record(const struct record *record, const void *row);

#endif

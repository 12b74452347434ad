/* What the tests of conf/ have in common: texts in, structs and mistakes out. */
#ifndef CONF_WORLD_H
#define CONF_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"

#define FILE_NAME "/etc/reeve/reeve.ini"

/* Parses text with the environment {HOME=/root, X=ex, Q=a b"c}. */
static inline struct conf *parse_bytes(const char *text, size_t len)
{
	static char home[] = "HOME=/root", x[] = "X=ex", q[] = "Q=a b,\"c";
	static char *const environment[] = { home, x, q, NULL };
	struct conf *c = NULL;

	assert_int_equal(conf_parse(text, len, FILE_NAME, environment, &c), 0);
	assert_non_null(c);
	return c;
}

static inline struct conf *parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static inline void print_errors(const struct conf *c)
{
	char line[1024];

	for (size_t i = 0; i < c->errors_n; i++) {
		conf_error_format(&c->errors[i], line, sizeof line);
		print_message("%s\n", line);
	}
}

/* The one mistake in c: its code and line. */
static inline void assert_mistake(const struct conf *c, const char *code, uint32_t line)
{
	if (c->errors_n != 1)
		print_errors(c);
	assert_int_equal(c->errors_n, 1);
	assert_string_equal(c->errors[0].code, code);
	assert_int_equal(c->errors[0].line, line);
}

static inline void assert_no_mistake(const struct conf *c)
{
	print_errors(c);
	assert_int_equal(c->errors_n, 0);
}

#endif

#include "base/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const class_names[PROBLEM_CLASS_COUNT] = {
	[PROBLEM_BUNDLE] = "bundle",
	[PROBLEM_HOST]   = "host",
	[PROBLEM_CONFIG] = "config",
};

const char *problem_class_name(enum problem_class class)
{
	return class < PROBLEM_CLASS_COUNT ? class_names[class] : "?";
}

static void fill_escaped(char *buf, size_t max, const char *s)
{
	struct text t;

	text_init(&t, buf, max);
	text_add_escaped(&t, s, strlen(s));
}

static void fill(char *buf, size_t max, const char *format, va_list args) PRINTF_LIKE(3, 0);
static void fill(char *buf, size_t max, const char *format, va_list args)
{
	char raw[512];

	(void)vsnprintf(raw, sizeof raw, format, args); /* cutting is what is wanted */
	fill_escaped(buf, max, raw);
}

void problem_set(struct problem *p, enum problem_class class, const char *code, const char *path,
                 const char *got, ...)
{
	va_list args;

	*p = (struct problem){ .class = class };
	(void)snprintf(p->code, sizeof p->code, "%s", code); /* codes are short by choice */
	fill_escaped(p->path, sizeof p->path, path != NULL ? path : "");
	va_start(args, got);
	fill(p->got, sizeof p->got, got, args);
	va_end(args);
}

void problem_expect(struct problem *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(p->expected, sizeof p->expected, format, args);
	va_end(args);
}

void problem_remedy(struct problem *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(p->remedy, sizeof p->remedy, format, args);
	va_end(args);
}

void problem_format(const struct problem *p, char *buf, size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	if (p->path[0] != '\0')
		text_addf(&t, "%s: ", p->path);
	text_add(&t, p->got[0] != '\0' ? p->got : p->code);
	if (p->expected[0] != '\0')
		text_addf(&t, " (expected %s)", p->expected);
	if (p->remedy[0] != '\0')
		text_addf(&t, ". %s", p->remedy);
}

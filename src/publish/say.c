#include "publish/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static bool wants_colour(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && getenv("NO_COLOR") == NULL && term != NULL && strcmp(term, "dumb") != 0;
}

void say_init(struct say *s, bool json)
{
	*s = (struct say){ .json = json, .colour = wants_colour(STDOUT_FILENO) };
	if (json) {
		s->object = json_object();
		s->list = json_array();
	}
}

void say_line(const struct say *s, const char *word, const char *format, ...)
{
	char raw[1024], line[2048];
	struct text t;
	va_list args;

	if (s->json)
		return;
	va_start(args, format);
	(void)vsnprintf(raw, sizeof raw, format, args); /* cutting is what is wanted */
	va_end(args);
	text_init(&t, line, sizeof line);
	text_add_escaped(&t, raw, strlen(raw));
	(void)printf("%s%-12s%s %s\n", s->colour ? "\033[1m" : "", word, s->colour ? "\033[0m" : "", line);
}

void say_value(struct say *s, const char *key, json_t *value)
{
	if (!s->json)
		json_decref(value);
	else
		(void)json_object_set_new(s->object, key, value); /* out of memory: the key is missing */
}

void say_text(struct say *s, const char *key, const char *value)
{
	if (s->json)
		say_value(s, key, json_string(value));
}

void say_number(struct say *s, const char *key, uint64_t value)
{
	if (s->json)
		say_value(s, key, json_integer((json_int_t)value));
}

static json_t *problem_to_json(const struct problem *p)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "class", problem_class_name(p->class),
	                 "code", p->code, "path", p->path, "expected", p->expected, "got", p->got,
	                 "remedy", p->remedy);
}

void say_problem(void *say, const struct problem *p)
{
	struct say *s = say;
	char line[1024];

	s->problems++;
	if (s->json) {
		(void)json_array_append_new(s->list, problem_to_json(p)); /* counted all the same */
		return;
	}
	problem_format(p, line, sizeof line);
	(void)fprintf(stderr, "%sreeve-bundle:%s %s\n", wants_colour(STDERR_FILENO) ? "\033[1;31m" : "",
	              wants_colour(STDERR_FILENO) ? "\033[0m" : "", line);
}

int say_done(struct say *s)
{
	bool good = s->problems == 0;

	if (s->json) {
		say_value(s, "ok", json_boolean(good));
		say_value(s, "problems", s->list);
		good &= json_dumpf(s->object, stdout, JSON_INDENT(1)) == 0;
		(void)putchar('\n'); /* seen by the flush */
		json_decref(s->object);
	}
	return fflush(stdout) == 0 && good ? 0 : 1;
}

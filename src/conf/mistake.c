/* What is told about a configuration, and the draft that is bad because of it. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/text.h"
#include "conf/load.h"

static int add_mistake(struct load *l, const struct conf_error *at, const char *text)
{
	struct conf_error *e;

	if (l->errors_n == CONF_ERRORS_MAX)
		return 0; /* the last one said so */
	if (l->errors_n == l->errors_room) {
		size_t room = l->errors_room == 0 ? 16 : l->errors_room * 2;
		struct conf_error *grown = realloc(l->errors, room * sizeof grown[0]);

		if (grown == NULL)
			return -ENOMEM;
		l->errors = grown;
		l->errors_room = room;
	}
	e = &l->errors[l->errors_n];
	*e = *at;
	if (l->errors_n == CONF_ERRORS_MAX - 1) {
		e->code = "E-LIMIT";
		text = "there are more mistakes than these: correct them and look again";
	}
	e->text = arena_text(l->arena, text);
	if (e->text == NULL)
		return -ENOMEM;
	l->errors_n++;
	return 0;
}

static int tell(struct load *l, const struct conf_error *at, const char *format, va_list args)
	PRINTF_LIKE(3, 0);
static int tell(struct load *l, const struct conf_error *at, const char *format, va_list args)
{
	char buf[512];
	struct text t;

	text_init(&t, buf, sizeof buf);
	text_addv(&t, format, args);
	return add_mistake(l, at, buf);
}

int load_mistake(struct load *l, const struct conf_error *at, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = tell(l, at, format, args);
	va_end(args);
	return r;
}

static int refuse(struct load *l, struct draft *d, const struct conf_error *at, const char *format,
                  va_list args) PRINTF_LIKE(4, 0);
static int refuse(struct load *l, struct draft *d, const struct conf_error *at, const char *format,
                  va_list args)
{
	int r = tell(l, at, format, args);

	d->bad = true;
	return r < 0 ? r : -EBADMSG;
}

int draft_refuse(struct load *l, struct draft *d, uint32_t line, const char *code,
                 const char *format, ...)
{
	struct conf_error at = { d->file, line != 0 ? line : d->line, d->header, code, NULL };
	va_list args;
	int r;

	va_start(args, format);
	r = refuse(l, d, &at, format, args);
	va_end(args);
	return r;
}

int setting_refuse(struct setting *s, const char *code, const char *format, ...)
{
	struct conf_error at = { s->draft->file, s->line != 0 ? s->line : s->draft->line,
		                 s->draft->header, code, NULL };
	va_list args;
	int r;

	va_start(args, format);
	r = refuse(s->load, s->draft, &at, format, args);
	va_end(args);
	return r;
}

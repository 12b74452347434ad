#include "conf/expand.h"

#include <errno.h>
#include <string.h>

#include "conf/conf.h"

enum { NAME_MAX_SHOWN = 64, WIDTH_MAX = 9 };

/* One "%(name)02d" taken apart. */
struct place {
	char     name[NAME_MAX_SHOWN + 1];
	unsigned width;         /* of a number; zeros fill it when zeros is set */
	bool     zeros;
	char     form;          /* 's' or 'd' */
	size_t   len;           /* of all of it */
};

const char *expand_variable(char *const *environment, const char *name)
{
	size_t len = strlen(name);

	for (; environment != NULL && *environment != NULL; environment++)
		if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
			return *environment + len + 1;
	return NULL;
}

/* The value of name in a list of "KEY=value"; NULL when it is not set there. */
static const char *listed_variable(const struct texts *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *s = NULL; list != NULL && texts_next(list, &s);)
		if (strncmp(s, name, len) == 0 && s[len] == '=')
			return s + len + 1;
	return NULL;
}

/* What the child will have is what counts; what reeve has comes after. */
static const char *named_variable(const struct expand_names *names, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names->own); i++) {
		const char *value = listed_variable(names->own[i], name);

		if (value != NULL)
			return value;
	}
	return expand_variable(names->environment, name);
}

/* Reads the place that begins at s, "%("; NULL, or what is wrong with it. */
static const char *read_place(const char *s, struct place *ret)
{
	const char *close = strchr(s, ')');
	size_t len = close != NULL ? (size_t)(close - s) - 2 : 0;
	const char *p;

	if (close == NULL)
		return "%( without )";
	if (len == 0 || len > NAME_MAX_SHOWN)
		return "a name between %( and ) has 1 to 64 bytes";
	*ret = (struct place){ .len = 0 };
	memcpy(ret->name, s + 2, len);
	p = close + 1;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (*p == '0' && ret->width == 0)
			ret->zeros = true;
		ret->width = ret->width * 10 + (unsigned)(*p - '0');
		if (ret->width > WIDTH_MAX)
			return "a number is at most 9 digits wide";
	}
	if (*p != 's' && *p != 'd')
		return "s or d follows the )";
	ret->form = *p;
	ret->len = (size_t)(p + 1 - s);
	return NULL;
}

static const char *named_text(const struct expand_names *names, const char *name)
{
	const struct { const char *name, *text; } known[] = {
		{ "here", names->here }, { "program_name", names->program_name },
		{ "group_name", names->group_name }, { "state_dir", names->state_dir },
		{ "credentials_dir", names->credentials_dir },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].text;
	return text_starts_with(name, "ENV_") ? named_variable(names, name + 4) : NULL;
}

/* Appends what the place stands for; NULL, or what is wrong. */
static const char *fill_place(struct text *out, const struct place *at,
                              const struct expand_names *names)
{
	const char *text = named_text(names, at->name);

	if (names->has_process_num && strcmp(at->name, "process_num") == 0) {
		if (at->zeros)
			text_addf(out, "%0*u", (int)at->width, names->process_num);
		else
			text_addf(out, "%*u", (int)at->width, names->process_num);
		return NULL;
	}
	if (text == NULL && text_starts_with(at->name, "ENV_"))
		return names->own[0] != NULL
		               ? "this variable is set neither for the child nor in the environment that reeve was started with"
		               : "this variable is not set in the environment that reeve was started with";
	if (text == NULL)
		return names->program_name != NULL
		               ? "known here are here, program_name, group_name, process_num, state_dir, credentials_dir and ENV_NAME"
		               : "known here are here and ENV_NAME";
	if (at->form != 's' || at->width != 0)
		return "this is a text: write %(name)s";
	text_add(out, text);
	return NULL;
}

static int refuse(struct text *why, const char *s, const char *p, const struct place *at,
                  const char *text)
{
	text_addf(why, "column %zu", (size_t)(p - s) + 1);
	if (at->name[0] != '\0') {
		text_add(why, ", %(");
		text_add_escaped(why, at->name, strlen(at->name));
		text_add(why, ")");
	}
	text_addf(why, ": %s", text);
	return -EINVAL;
}

int expand_add(struct text *out, const char *s, const struct expand_names *names, struct text *why)
{
	for (const char *p = s; *p != '\0';) {
		size_t plain = strcspn(p, "%");
		struct place at = { .name = "" };
		const char *wrong;

		text_add_bytes(out, p, plain);
		p += plain;
		if (*p == '\0')
			break;
		if (p[1] == '%') {
			text_add(out, "%");
			p += 2;
			continue;
		}
		wrong = p[1] != '(' ? "a percent sign is written %%" : read_place(p, &at);
		if (wrong == NULL)
			wrong = fill_place(out, &at, names);
		if (wrong == NULL && out->full)
			wrong = "the expanded value is too long";
		if (wrong != NULL)
			return refuse(why, s, p, &at, wrong);
		p += at.len;
	}
	return out->full ? refuse(why, s, s, &(struct place){ .name = "" },
	                          "the expanded value is too long")
	                 : 0;
}

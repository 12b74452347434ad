#include "publish/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define AT(member) offsetof(struct options, member)

const struct option_row options_common[] = {
	{ "json", 0,   OPTION_FLAG, AT(json), NULL, "answer in JSON" },
	{ "help", 'h', OPTION_FLAG, AT(help), NULL, "show this" },
	{ .name = NULL },
};

/* The row of a word like --name, --name=value or -n; *ret_value is what follows its "=". */
static const struct option_row *find_in(const struct option_row *rows, const char *word,
                                        const char **ret_value)
{
	size_t len = strcspn(word, "=");

	for (const struct option_row *r = rows; r->name != NULL; r++) {
		bool is_long = word[1] == '-' && strlen(r->name) == len - 2 &&
		               strncmp(word + 2, r->name, len - 2) == 0;
		bool is_short = r->letter != 0 && word[1] == r->letter && word[2] == '\0';

		if (is_long || is_short) {
			*ret_value = is_long && word[len] == '=' ? word + len + 1 : NULL;
			return r;
		}
	}
	return NULL;
}

static const struct option_row *find(const struct option_row *rows, const char *word,
                                     const char **ret_value)
{
	const struct option_row *r = find_in(rows, word, ret_value);

	return r != NULL ? r : find_in(options_common, word, ret_value);
}

static int refuse(char *error, size_t max, const char *format, const char *what)
{
	struct text t;

	text_init(&t, error, max);
	text_add(&t, format);
	text_add_escaped(&t, what, strlen(what));
	return -EINVAL;
}

static const char *take_value(const struct option_row *r, const char *value, struct options *ret)
{
	void *at = (char *)ret + r->at;
	struct option_list *list = at;
	const char **text = at;

	if (r->kind == OPTION_LIST) {
		if (list->n == OPTION_LIST_MAX)
			return "too often: --";
		list->at[list->n++] = value;
		return NULL;
	}
	if (*text != NULL)
		return "given twice: --";
	*text = value;
	return NULL;
}

int options_parse(const struct option_row *rows, char **argv, struct options *ret,
                  char *error, size_t error_max)
{
	bool only_operands = false;

	*ret = (struct options){ .operands_n = 0 };
	for (; *argv != NULL; argv++) {
		const char *value = NULL, *wrong;
		const struct option_row *r;

		if (only_operands || argv[0][0] != '-' || argv[0][1] == '\0') {
			if (ret->operands_n == OPERANDS_MAX)
				return refuse(error, error_max, "one word too many: ", *argv);
			ret->operands[ret->operands_n++] = *argv;
			continue;
		}
		if (strcmp(*argv, "--") == 0) {
			only_operands = true;
			continue;
		}
		r = find(rows, *argv, &value);
		if (r == NULL)
			return refuse(error, error_max, "no such option: ", *argv);
		if (r->kind == OPTION_FLAG) {
			if (value != NULL)
				return refuse(error, error_max, "takes no value: --", r->name);
			*(bool *)((char *)ret + r->at) = true;
			continue;
		}
		if (value == NULL)
			value = *++argv;
		if (value == NULL)
			return refuse(error, error_max, "a value is missing: --", r->name);
		wrong = take_value(r, value, ret);
		if (wrong != NULL)
			return refuse(error, error_max, wrong, r->name);
	}
	return 0;
}

void options_help(const struct option_row *rows)
{
	for (const struct option_row *r = rows; r->name != NULL; r++) {
		char words[64];

		(void)snprintf(words, sizeof words, "%s%c%s--%s%s%s", r->letter != 0 ? "-" : " ",
		               r->letter != 0 ? r->letter : ' ', r->letter != 0 ? ", " : "  ", r->name,
		               r->value != NULL ? " " : "", r->value != NULL ? r->value : ""); /* rows are short */
		(void)printf("  %-34s %s\n", words, r->help);
	}
}

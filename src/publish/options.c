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

/* What reading one word needs to know. */
struct reading {
	const struct option_row *rows;
	struct options          *options;
	char                    *error;
	size_t                   error_max;
};

static int take_operand(struct reading *r, const char *word)
{
	if (r->options->operands_n == OPERANDS_MAX)
		return refuse(r->error, r->error_max, "one word too many: ", word);
	r->options->operands[r->options->operands_n++] = word;
	return 0;
}

/* The option at *argv, and its value, which may be the next word: then *argv moves on to it. */
static int take_option(struct reading *r, char ***argv)
{
	const char *value = NULL, *wrong;
	const struct option_row *row = find(r->rows, **argv, &value);

	if (row == NULL)
		return refuse(r->error, r->error_max, "no such option: ", **argv);
	if (row->kind == OPTION_FLAG && value != NULL)
		return refuse(r->error, r->error_max, "takes no value: --", row->name);
	if (row->kind == OPTION_FLAG) {
		*(bool *)((char *)r->options + row->at) = true;
		return 0;
	}
	if (value == NULL && (*argv)[1] == NULL)
		return refuse(r->error, r->error_max, "a value is missing: --", row->name);
	if (value == NULL)
		value = *++*argv;
	wrong = take_value(row, value, r->options);
	return wrong != NULL ? refuse(r->error, r->error_max, wrong, row->name) : 0;
}

int options_parse(const struct option_row *rows, char **argv, struct options *ret,
                  char *error, size_t error_max)
{
	struct reading reading = { rows, ret, error, error_max };
	bool only_operands = false;
	int r = 0;

	*ret = (struct options){ .operands_n = 0 };
	for (; *argv != NULL && r == 0; argv++) {
		if (only_operands || argv[0][0] != '-' || argv[0][1] == '\0')
			r = take_operand(&reading, *argv);
		else if (strcmp(*argv, "--") == 0)
			only_operands = true;
		else
			r = take_option(&reading, &argv);
	}
	return r;
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

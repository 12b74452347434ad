#include "ctl/names.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/session.h"

static void add(struct names *n, const char *name)
{
	char **grown = realloc(n->all, (n->count + 1) * sizeof *grown);
	char *copy = strdup(name);

	if (grown == NULL || copy == NULL) {
		fputs("reevectl: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	n->all = grown;
	n->all[n->count++] = copy;
}

static void take_row(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	(void)c;
	if (type == MSG_CHILD)
		add(arg, row->child.name);
}

static bool is_pattern(const char *word)
{
	return strchr(word, '*') != NULL || strcmp(word, "all") == 0;
}

int names_find(struct ctl *c, int from, struct names *ret)
{
	const struct view view = { .row = take_row, .arg = ret };
	int exit_code;

	*ret = (struct names){ .count = 0 };
	if (c->words_n - from == 1 && !is_pattern(c->words[from])) {
		add(ret, c->words[from]);
		return EXIT_DONE;
	}
	exit_code = session_ask_names(c, MSG_STATUS, from, &view);
	return ret->count > 0 ? EXIT_DONE : exit_code;
}

void names_done(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->all[i]);
	free(n->all);
}

size_t names_width(const struct names *n)
{
	size_t width = 0;

	for (size_t i = 0; i < n->count; i++)
		width = strlen(n->all[i]) > width ? strlen(n->all[i]) : width;
	return width;
}

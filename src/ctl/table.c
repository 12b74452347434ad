#include "ctl/table.h"

#include <stdlib.h>
#include <string.h>

void table_init(struct table *t)
{
	*t = (struct table){ .first = NULL };
	t->last = &t->first;
}

void table_done(struct table *t)
{
	for (struct table_row *row = t->first, *next; row != NULL; row = next) {
		next = row->next;
		for (size_t i = 0; i < TABLE_CELLS_MAX; i++)
			free(row->texts[i]);
		free(row);
	}
}

static void *need(void *memory)
{
	if (memory == NULL) {
		fputs("reevectl: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	return memory;
}

static struct table_row *append(struct table *t, enum tint tint)
{
	struct table_row *row = need(calloc(1, sizeof *row));

	row->tint = tint;
	*t->last = row;
	t->last = &row->next;
	return row;
}

void table_add(struct table *t, enum tint tint, const char *const *texts, size_t cells)
{
	struct table_row *row = append(t, tint);

	for (; row->cells < cells && row->cells < TABLE_CELLS_MAX; row->cells++)
		row->texts[row->cells] = need(strdup(texts[row->cells]));
}

void table_add_note(struct table *t, enum tint tint, const char *text)
{
	append(t, tint)->texts[0] = need(strdup(text));
}

static void print_row(const struct ctl *c, const struct table_row *row, const size_t *widths)
{
	size_t last = row->cells;

	while (last > 1 && row->texts[last - 1][0] == '\0')
		last--; /* no blanks at the end of a line */
	for (size_t i = 0; i < last; i++)
		screen_put_cell(c, row->texts[i], i + 1 < last ? widths[i] + 3 : 0, i == 1 ? row->tint : TINT_NONE);
	putchar('\n');
}

void table_print(const struct ctl *c, const struct table *t)
{
	size_t widths[TABLE_CELLS_MAX] = { 0 };

	for (const struct table_row *row = t->first; row != NULL; row = row->next)
		for (size_t i = 0; i < row->cells; i++) {
			size_t width = screen_width(row->texts[i]);

			widths[i] = width > widths[i] ? width : widths[i];
		}
	for (const struct table_row *row = t->first; row != NULL; row = row->next) {
		if (row->cells > 0) {
			print_row(c, row, widths);
			continue;
		}
		fputs("    ", stdout);
		screen_put_cell(c, row->texts[0], 0, row->tint);
		putchar('\n');
	}
}

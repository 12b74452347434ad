#include "ctl/problems.h"

/* "missing-file: bin/mail: not there (expected a file)", without the remedy. */
static void format(const struct problem_row *row, char *buf, size_t max)
{
	const struct problem *p = &row->problem;
	struct text t;

	text_init(&t, buf, max);
	if (!row->original)
		text_add(&t, "while it was repaired: ");
	if (row->advisory)
		text_add(&t, "warning: ");
	text_addf(&t, "%s: ", p->code);
	if (p->path[0] != '\0')
		text_addf(&t, "%s: ", p->path);
	text_add(&t, p->got);
	if (p->expected[0] != '\0')
		text_addf(&t, " (expected %s)", p->expected);
}

static void format_remedy(const struct problem_row *row, char *buf, size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	text_addf(&t, "  to do: %s", row->problem.remedy);
}

void problems_add_note(struct table *table, const struct problem_row *row)
{
	char line[1024];

	format(row, line, sizeof line);
	table_add_note(table, row->advisory ? TINT_BUSY : TINT_BAD, line);
	if (row->problem.remedy[0] == '\0')
		return;
	format_remedy(row, line, sizeof line);
	table_add_note(table, TINT_NONE, line);
}

void problems_print(const struct ctl *c, const struct problem_row *row)
{
	char line[1024];

	screen_put(stdout, row->subject);
	fputs(": ", stdout);
	format(row, line, sizeof line);
	screen_put_cell(c, line, 0, row->advisory ? TINT_BUSY : TINT_BAD);
	putchar('\n');
	if (row->problem.remedy[0] == '\0')
		return;
	format_remedy(row, line, sizeof line);
	screen_put(stdout, line);
	putchar('\n');
}

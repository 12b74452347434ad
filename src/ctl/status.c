#include <string.h>

#include "ctl/command.h"
#include "ctl/problems.h"
#include "ctl/session.h"
#include "ctl/table.h"

/* What a state looks like, and what there is to say about a child in it. */
static const struct look {
	const char *state;
	enum tint   tint;
	const char *since;   /* before the time in this state; NULL: after it " ago" */
	const char *next;    /* before the time that is left; NULL: does not matter */
} looks[] = {
	{ "running",  TINT_GOOD,  "up ",  NULL },
	{ "starting", TINT_BUSY,  "for ", NULL },
	{ "checking", TINT_BUSY,  "for ", NULL },
	{ "backoff",  TINT_BUSY,  "for ", "again in " },
	{ "stopping", TINT_BUSY,  "for ", "killed in " },
	{ "exited",   TINT_NONE,  NULL,   NULL },
	{ "stopped",  TINT_FAINT, NULL,   NULL },
	{ "dead",     TINT_BAD,   "for ", NULL },
	{ "stuck",    TINT_BAD,   "for ", NULL },
};

static const struct look *look_of(const char *state)
{
	static const struct look unknown = { "", TINT_NONE, "for ", NULL };

	for (size_t i = 0; i < ARRAY_LEN(looks); i++)
		if (strcmp(looks[i].state, state) == 0)
			return &looks[i];
	return &unknown;
}

static void add_part(struct text *t, const char *s)
{
	if (t->len > 0)
		text_add(t, ", ");
	text_add(t, s);
}

static void describe(struct text *t, const struct child_row *row, const struct look *look)
{
	if (look->since == NULL && row->exit[0] == '\0') {
		text_add(t, "not started");
		return;
	}
	if (row->pid != 0)
		text_addf(t, "pid %u", row->pid);
	add_part(t, look->since != NULL ? look->since : "");
	screen_add_age(t, row->since_ms);
	if (look->since == NULL)
		text_add(t, " ago");
	if (look->next != NULL && row->next_in_ms > 0) {
		add_part(t, look->next);
		screen_add_time(t, row->next_in_ms);
	}
	if (row->pid == 0 && row->exit[0] != '\0' && row->reason[0] == '\0') /* else the reason says so */
		add_part(t, row->exit);
	if (row->restarts > 0)
		text_addf(t, ", %u restart%s", row->restarts, row->restarts == 1 ? "" : "s");
	if (row->bundle[0] != '\0') {
		add_part(t, row->bundle);
		text_addf(t, " %s", row->version);
	}
}

static void add_child(struct table *table, const struct child_row *row)
{
	const struct look *look = look_of(row->state);
	char detail[512];
	struct text t;

	text_init(&t, detail, sizeof detail);
	describe(&t, row, look);
	table_add(table, look->tint, (const char *const[]){ row->name, row->state, detail }, 3);
	if (row->reason[0] != '\0' && row->problems == 0) /* else the problems say it all */
		table_add_note(table, look->tint == TINT_BAD ? TINT_BAD : TINT_NONE, row->reason);
}

static void take_row(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	(void)c;
	if (type == MSG_CHILD)
		add_child(arg, &row->child);
	else if (type == MSG_PROBLEM)
		problems_add_note(arg, &row->problem);
}

static void print_all(struct ctl *c, uint32_t exit_code, void *arg)
{
	const struct table *table = arg;

	if (table->first == NULL && exit_code == EXIT_DONE)
		puts("There are no children: reeve.ini has no service in a workspace.");
	table_print(c, table);
}

int run_status(struct ctl *c)
{
	struct table table;
	struct view view = { .row = take_row, .done = print_all, .arg = &table };
	int exit_code;

	table_init(&table);
	exit_code = session_ask_names(c, MSG_STATUS, 0, &view);
	table_done(&table);
	return exit_code;
}

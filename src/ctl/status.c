#include <string.h>

#include "ctl/command.h"
#include "ctl/json.h"
#include "ctl/last.h"
#include "ctl/problems.h"
#include "ctl/session.h"
#include "ctl/table.h"

struct status {
	struct table table;
	unsigned     children;
	char         down[160];   /* the only child, when it is down; "" */
	char         reason[256]; /* of the last child, while only advice has come of it; "" */
	enum tint    tint;        /* of that */
	struct last  last;
};

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
	{ "clearing", TINT_BUSY,  "for ", "stuck in " },
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

/* What of its output was lost, and what stands in the way of more. */
static void add_trouble(struct table *table, const struct child_row *row)
{
	char note[320];
	struct text t;

	text_init(&t, note, sizeof note);
	text_add(&t, row->log_error[0] != '\0' ? "its log is in trouble: " : "its log is sound again");
	text_add(&t, row->log_error);
	if (row->log_lost > 0) {
		text_add(&t, "; ");
		screen_add_size(&t, row->log_lost);
		text_add(&t, " lost so far");
	}
	table_add_note(table, row->log_error[0] != '\0' ? TINT_BAD : TINT_BUSY, note);
}

/* Advice is not why: of a child that has nothing else to tell the reason stands below it. */
static void add_reason(struct status *st)
{
	if (st->reason[0] != '\0')
		table_add_note(&st->table, st->tint, st->reason);
	st->reason[0] = '\0';
}

static void add_child(struct status *st, const struct child_row *row)
{
	const struct look *look = look_of(row->state);
	struct table *table = &st->table;
	char detail[512];
	struct text t;

	text_init(&t, detail, sizeof detail);
	describe(&t, row, look);
	table_add(table, look->tint, (const char *const[]){ row->name, row->state, detail }, 3);
	st->tint = look->tint == TINT_BAD ? TINT_BAD : TINT_NONE;
	text_init(&t, st->reason, sizeof st->reason);
	text_add(&t, row->reason);
	if (row->problems == 0)
		add_reason(st);
	if (row->log_error[0] != '\0' || row->log_lost > 0)
		add_trouble(table, row);
}

static void take_row(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	struct status *st = arg;

	(void)c;
	if (type == MSG_CHILD) {
		add_reason(st);
		add_child(st, &row->child);
	} else if (type == MSG_PROBLEM) {
		problems_add_note(&st->table, &row->problem);
		if (!row->problem.advisory)
			st->reason[0] = '\0'; /* the problems say it all */
	}
}

/* Remembers a child that went down and is the only one asked for: its last words are shown then. */
static void judge(enum msg type, const union row *row, void *arg)
{
	struct status *st = arg;

	if (type != MSG_CHILD)
		return;
	st->down[0] = '\0';
	if (st->children++ == 0 && last_is_telling(&row->child) &&
	    text_copy(st->down, sizeof st->down, row->child.name) < 0)
		return; /* no name is so long */
}

static void print_all(struct ctl *c, uint32_t exit_code, void *arg)
{
	struct status *st = arg;

	add_reason(st);
	if (st->children == 0 && exit_code == EXIT_DONE)
		puts("There are no children: reeve.ini has no service in a workspace.");
	if (st->down[0] != '\0') {
		last_fetch(c, st->down, &st->last);
		last_add_notes(&st->last, &st->table);
	}
	table_print(c, &st->table);
}

static void extend(struct ctl *c, struct json *json, void *arg)
{
	struct status *st = arg;
	json_t *child = json_array_get(json_object_get(json->document, "children"), 0);

	if (st->down[0] == '\0')
		return;
	last_fetch(c, st->down, &st->last);
	(void)json_object_set_new(child, "last_lines", last_to_json(&st->last)); /* no memory: json_print() sees it */
}

int run_status(struct ctl *c)
{
	struct status st = { .children = 0 };
	struct view view = { .row = take_row, .judge = judge, .extend = extend, .done = print_all, .arg = &st };
	int exit_code;

	table_init(&st.table);
	exit_code = session_ask_names(c, MSG_STATUS, 0, &view);
	table_done(&st.table);
	return exit_code;
}

#include <string.h>

#include "ctl/command.h"
#include "ctl/problems.h"
#include "ctl/progress.h"
#include "ctl/session.h"
#include "ctl/table.h"
#include "sys/clock.h"

/* An upgrade as it is shown: the bar while it runs, then a row per child and the line that sums it up. */
struct showing {
	struct progress progress;
	struct table    table;
	char            failed[160];   /* the first child that failed, and the code of why */
	char            summary[768];
};

static void add_child(struct showing *s, const struct upgrade_child_row *row)
{
	char versions[256], states[64], gap[64];
	struct text t;

	if (s->table.first == NULL)
		table_add(&s->table, TINT_NONE, (const char *const[]){ "CHILD", "ACTION", "VERSION", "STATE",
		          "WITHOUT SERVICE" }, 5);
	text_init(&t, versions, sizeof versions);
	text_addf(&t, "%s → %s", row->from_version[0] != '\0' ? row->from_version : "none", row->to_version);
	text_init(&t, states, sizeof states);
	text_addf(&t, "%s → %s", row->state_before, row->state_after);
	text_init(&t, gap, sizeof gap);
	if (row->gap_ms > 0)
		screen_add_time(&t, row->gap_ms);
	table_add(&s->table, row->ok ? TINT_GOOD : TINT_BAD, (const char *const[]){ row->name, row->action,
	          strcmp(row->from_version, row->to_version) != 0 ? versions : row->to_version, states, gap }, 5);
	if (row->error[0] != '\0')
		table_add_note(&s->table, row->ok ? TINT_NONE : TINT_BAD, row->error);
	if (row->ok || s->failed[0] != '\0')
		return;
	text_init(&t, s->failed, sizeof s->failed);
	text_addf(&t, "%s: %s", row->name, row->code[0] != '\0' ? row->code : row->error);
}

static void add_count(struct text *t, uint32_t n, const char *what)
{
	if (n > 0)
		text_addf(t, "%s%u %s", t->at[t->len - 1] == ' ' ? "" : ", ", n, what);
}

/* As in "acme/web 1.4.1 → 1.4.2: 7 ok, 1 failed (ws_b:web: exit 127 …), 1 deferred" */
static void sum_up(struct showing *s, const struct upgrade_row *row)
{
	struct text t;

	text_init(&t, s->summary, sizeof s->summary);
	text_add(&t, row->bundle);
	if (row->upgraded)
		text_addf(&t, " %s → %s", row->from_version[0] != '\0' ? row->from_version : "none", row->to_version);
	else if (row->from_version[0] != '\0')
		text_addf(&t, " %s", row->from_version);
	text_add(&t, ": ");
	if (row->error[0] != '\0') {
		text_addf(&t, "%s, %s", row->result, row->error);
		return;
	}
	add_count(&t, row->respawned, "ok");
	add_count(&t, row->failed, "failed");
	if (row->failed > 0 && s->failed[0] != '\0')
		text_addf(&t, " (%s)", s->failed);
	add_count(&t, row->deferred, "deferred");
	add_count(&t, row->current, "already there");
	add_count(&t, row->excluded, "excluded");
	if (t.at[t.len - 1] == ' ')
		text_add(&t, "nothing to do");
	if (row->bytes > 0) {
		text_add(&t, "; pulled ");
		screen_add_size(&t, row->bytes);
		text_add(&t, " in ");
		screen_add_time(&t, row->pull_ms);
	}
}

static void take_row(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	struct showing *s = arg;

	if (type == MSG_PROGRESS) {
		progress_show(&s->progress, c, &row->progress, sys_now_ms());
		return;
	}
	progress_clear(&s->progress);
	if (type == MSG_UPGRADE_CHILD)
		add_child(s, &row->upgrade_child);
	else if (type == MSG_PROBLEM)
		problems_print(c, &row->problem);
	else if (type == MSG_UPGRADED)
		sum_up(s, &row->upgrade);
}

static void print_report(struct ctl *c, uint32_t exit_code, void *arg)
{
	struct showing *s = arg;

	(void)exit_code;
	progress_clear(&s->progress);
	table_print(c, &s->table);
	if (s->summary[0] == '\0')
		return;
	screen_put(stdout, s->summary);
	putchar('\n');
}

static int ask(struct ctl *c, enum msg type)
{
	struct showing s = { .failed = "" };
	struct view view = { .row = take_row, .done = print_report, .arg = &s };
	struct ask_upgrade body = { .bundle = c->words[0], .to = c->to };
	int exit_code;

	table_init(&s.table);
	exit_code = session_ask(c, type, &body, &view);
	progress_clear(&s.progress);
	table_done(&s.table);
	return exit_code;
}

int run_upgrade(struct ctl *c)
{
	return ask(c, MSG_UPGRADE);
}

int run_rollback(struct ctl *c)
{
	return ask(c, MSG_ROLLBACK);
}

#include <string.h>

#include "ctl/command.h"
#include "ctl/problems.h"
#include "ctl/session.h"
#include "ctl/table.h"

static void add_bundle(struct table *table, const struct bundle_row *row)
{
	bool mixed = row->current < row->running;
	char seq[32], instances[96], digest[16] = "";
	struct text t;

	if (table->first == NULL)
		table_add(table, TINT_NONE, (const char *const[]){ "BUNDLE", "VERSION", "SEQ", "DIGEST", "SOURCE",
		          "CHILDREN" }, 6);
	text_init(&t, seq, sizeof seq);
	if (row->version[0] != '\0')
		text_addf(&t, "%llu", (unsigned long long)row->seq);
	if (!digest_is_none(&row->digest))
		(void)snprintf(digest, sizeof digest, "%.*s", DIGEST_SHORT_LEN, digest_to_hex(&row->digest).text);
	text_init(&t, instances, sizeof instances);
	text_addf(&t, "%u, %u running in %u workspace%s", row->children, row->running, row->workspaces.count,
	          row->workspaces.count == 1 ? "" : "s");
	table_add(table, mixed ? TINT_BUSY : TINT_NONE, (const char *const[]){ row->name,
	          row->version[0] != '\0' ? row->version : "none yet", seq, digest, row->source, instances }, 6);
	if (!mixed)
		return;
	text_init(&t, instances, sizeof instances);
	text_addf(&t, "%u of %u run another version; `reevectl upgrade` moves them", row->running - row->current,
	          row->running);
	table_add_note(table, TINT_BUSY, instances);
}

static void take_bundle(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	(void)c;
	if (type == MSG_BUNDLE)
		add_bundle(arg, &row->bundle);
	else if (type == MSG_PROBLEM)
		problems_add_note(arg, &row->problem);
}

static void print_bundles(struct ctl *c, uint32_t exit_code, void *arg)
{
	const struct table *table = arg;

	if (table->first == NULL && exit_code == EXIT_DONE)
		puts("There are no bundles: reeve.ini has no [bundle:...] section.");
	table_print(c, table);
}

static int ask_into_table(struct ctl *c, enum msg type, struct view *view)
{
	struct table table;
	int exit_code;

	table_init(&table);
	view->arg = &table;
	exit_code = session_ask_names(c, type, 0, view);
	table_done(&table);
	return exit_code;
}

int run_bundles(struct ctl *c)
{
	struct view view = { .row = take_bundle, .done = print_bundles };

	return ask_into_table(c, MSG_BUNDLES, &view);
}

static enum tint verdict_tint(const char *verdict)
{
	if (strcmp(verdict, "newer") == 0)
		return TINT_GOOD;
	if (strcmp(verdict, "unknown") == 0 || strcmp(verdict, "refused") == 0)
		return TINT_BAD;
	return TINT_NONE;
}

static void take_update(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	const struct update_row *update = &row->update;
	struct table *table = arg;
	bool newer;

	(void)c;
	if (type != MSG_UPDATE)
		return;
	if (table->first == NULL)
		table_add(table, TINT_NONE, (const char *const[]){ "BUNDLE", "ANSWER", "HERE", "REGISTRY" }, 4);
	newer = strcmp(update->verdict, "newer") == 0;
	table_add(table, verdict_tint(update->verdict), (const char *const[]){ update->bundle, update->verdict,
	          update->from_version[0] != '\0' ? update->from_version : "none yet",
	          newer ? update->to_version : "" }, 4);
	if (update->reason[0] != '\0')
		table_add_note(table, TINT_NONE, update->reason);
}

static void print_updates(struct ctl *c, uint32_t exit_code, void *arg)
{
	const struct table *table = arg;

	table_print(c, table);
	if (exit_code == EXIT_DONE)
		puts("Everything is up to date.");
}

int run_check_updates(struct ctl *c)
{
	struct view view = { .row = take_update, .done = print_updates };

	return ask_into_table(c, MSG_CHECK_UPDATES, &view);
}

#include "core/bundles.h"
#include "core/core.h"
#include "core/upgrade_parts.h"

static const char lost[] = "the journal is incomplete: reeve-store died";

static void on_progress(void *arg, const struct progress_row *row)
{
	upgrade_tell_progress(arg, row);
}

int upgrade_store_open(struct upgrade *u,
                       void (*current)(void *arg, const struct store_current *row))
{
	struct store_errand errand = {
		.bundle = u->bundle, .id = u->id, .by = u->by,
		.reason = u->is_rollback ? "rollback" : "upgrade",
	};
	struct store_rows rows = { .progress = on_progress, .current = current, .arg = u };

	if (u->store != NULL) {
		store_client_free(u->lost);
		u->lost = u->store;
		u->store = NULL;
	}
	return store_client_new(u->core, &errand, &rows, &u->store);
}

bool upgrade_record(struct upgrade *u, const char *record, struct upgrade_child *c, store_answer_fn *fn)
{
	struct store_journal row = { .record = record };

	if (u->store == NULL)
		return false;
	if (c != NULL) {
		row.child = c->name;
		row.detail = c->phase == CHILD_ENDING ? (c->ok ? "ok" : c->code) : upgrade_action_name(c->action);
	}
	return store_client_ask(u->store, MSG_STORE_JOURNAL, &row, fn, c != NULL ? (void *)c : u) == 0;
}

void upgrade_store_died(struct upgrade *u)
{
	if (u->store == NULL || !store_client_is_dead(u->store))
		return; /* another one who waited for it was told before */
	if (u->is_store_retried || upgrade_store_open(u, NULL) < 0)
		u->report.error = lost;
	u->is_store_retried = true;
}

/* The children's rows; those that failed first, so that a report which is cut keeps them. */
static void tell_children(struct upgrade *u)
{
	for (int ok = 0; ok <= 1; ok++) {
		for (size_t i = 0; i < u->count; i++) {
			struct upgrade_child_row row;

			if (u->children[i].ok != (ok == 1))
				continue;
			upgrade_child_row(&u->children[i], &row);
			if (store_client_tell(u->store, MSG_STORE_REPORT_CHILD, &row) < 0)
				return; /* cut: the counts are in the report itself */
		}
	}
}

bool upgrade_record_report(struct upgrade *u, store_answer_fn *fn)
{
	if (u->store == NULL || store_client_is_dead(u->store) || !u->is_journaled)
		return false;
	tell_children(u);
	return store_client_ask(u->store, MSG_STORE_REPORT, &u->report, fn, u) == 0;
}

#include "wire/rows.h"

static const struct field ask_names_fields[] = {
	FIELD(ask_names, names),
};

static const struct field ask_signal_fields[] = {
	FIELD(ask_signal, signo),
	FIELD(ask_signal, names),
};

static const struct field ask_check_fields[] = {
	FIELD(ask_check, full),
	FIELD(ask_check, names),
};

static const struct field ask_upgrade_fields[] = {
	FIELD(ask_upgrade, bundle),
	FIELD(ask_upgrade, to),
};

static const struct field ask_tail_fields[] = {
	FIELD(ask_tail, child),
	FIELD(ask_tail, lines),
	FIELD(ask_tail, follow),
	FIELD(ask_tail, whole),
	FIELD(ask_tail, err),
	FIELD(ask_tail, since_ms),
};

static const struct field child_row_fields[] = {
	FIELD(child_row, name),
	FIELD(child_row, workspace),
	FIELD(child_row, service),
	FIELD(child_row, state),
	FIELD(child_row, wanted),
	FIELD(child_row, pid),
	FIELD(child_row, since_ms),
	FIELD(child_row, next_in_ms),
	FIELD(child_row, restarts),
	FIELD(child_row, exit),
	FIELD(child_row, bundle),
	FIELD(child_row, version),
	FIELD(child_row, seq),
	FIELD(child_row, digest),
	FIELD(child_row, reason),
	FIELD(child_row, log_lost),
	FIELD(child_row, log_error),
	FIELD(child_row, problems),
};

static const struct field problem_row_fields[] = {
	FIELD(problem_row, subject),
	FIELD(problem_row, original),
	FIELD(problem_row, advisory),
	FIELD(problem_row, problem),
};

static const struct field outcome_row_fields[] = {
	FIELD(outcome_row, name),
	FIELD(outcome_row, action),
	FIELD(outcome_row, ok),
	FIELD(outcome_row, error),
};

static const struct field change_row_fields[] = {
	FIELD(change_row, name),
	FIELD(change_row, change),
	FIELD(change_row, detail),
};

static const struct field bundle_row_fields[] = {
	FIELD(bundle_row, name),
	FIELD(bundle_row, source),
	FIELD(bundle_row, version),
	FIELD(bundle_row, seq),
	FIELD(bundle_row, digest),
	FIELD(bundle_row, children),
	FIELD(bundle_row, running),
	FIELD(bundle_row, current),
	FIELD(bundle_row, workspaces),
	FIELD(bundle_row, generation),
};

static const struct field update_row_fields[] = {
	FIELD(update_row, bundle),
	FIELD(update_row, verdict),
	FIELD(update_row, from_version),
	FIELD(update_row, from_seq),
	FIELD(update_row, to_version),
	FIELD(update_row, to_seq),
	FIELD(update_row, reason),
};

static const struct field progress_row_fields[] = {
	FIELD(progress_row, subject),
	FIELD(progress_row, phase),
	FIELD(progress_row, done),
	FIELD(progress_row, total),
	FIELD(progress_row, unit),
};

static const struct field upgrade_child_row_fields[] = {
	FIELD(upgrade_child_row, name),
	FIELD(upgrade_child_row, action),
	FIELD(upgrade_child_row, ok),
	FIELD(upgrade_child_row, code),
	FIELD(upgrade_child_row, error),
	FIELD(upgrade_child_row, from),
	FIELD(upgrade_child_row, to),
	FIELD(upgrade_child_row, from_version),
	FIELD(upgrade_child_row, to_version),
	FIELD(upgrade_child_row, state_before),
	FIELD(upgrade_child_row, state_after),
	FIELD(upgrade_child_row, gap_ms),
	FIELD(upgrade_child_row, ready_ms),
	FIELD(upgrade_child_row, schedule),
};

static const struct field upgrade_row_fields[] = {
	FIELD(upgrade_row, id),
	FIELD(upgrade_row, bundle),
	FIELD(upgrade_row, strategy),
	FIELD(upgrade_row, result),
	FIELD(upgrade_row, upgraded),
	FIELD(upgrade_row, ok),
	FIELD(upgrade_row, from_version),
	FIELD(upgrade_row, from_seq),
	FIELD(upgrade_row, from),
	FIELD(upgrade_row, to_version),
	FIELD(upgrade_row, to_seq),
	FIELD(upgrade_row, to),
	FIELD(upgrade_row, started_ms),
	FIELD(upgrade_row, ended_ms),
	FIELD(upgrade_row, bytes),
	FIELD(upgrade_row, objects_new),
	FIELD(upgrade_row, objects_reused),
	FIELD(upgrade_row, pull_ms),
	FIELD(upgrade_row, respawned),
	FIELD(upgrade_row, failed),
	FIELD(upgrade_row, deferred),
	FIELD(upgrade_row, current),
	FIELD(upgrade_row, excluded),
	FIELD(upgrade_row, error),
	FIELD(upgrade_row, exit_code),
};

static const struct field event_row_fields[] = {
	FIELD(event_row, seq),
	FIELD(event_row, wall_ms),
	FIELD(event_row, level),
	FIELD(event_row, subject),
	FIELD(event_row, event),
	FIELD(event_row, fields),
};

static const struct field version_row_fields[] = {
	FIELD(version_row, version),
	FIELD(version_row, pid),
	FIELD(version_row, started_ms),
	FIELD(version_row, conf),
	FIELD(version_row, children),
	FIELD(version_row, running),
	FIELD(version_row, bugs),
};

static const struct field error_row_fields[] = {
	FIELD(error_row, code),
	FIELD(error_row, text),
	FIELD(error_row, needs),
};

static const struct field end_row_fields[] = {
	FIELD(end_row, exit_code),
};

const struct record record_ask_names = RECORD(ask_names, ask_names_fields);
const struct record record_ask_signal = RECORD(ask_signal, ask_signal_fields);
const struct record record_ask_check = RECORD(ask_check, ask_check_fields);
const struct record record_ask_upgrade = RECORD(ask_upgrade, ask_upgrade_fields);
const struct record record_ask_tail = RECORD(ask_tail, ask_tail_fields);
const struct record record_child_row = RECORD(child_row, child_row_fields);
const struct record record_problem_row = RECORD(problem_row, problem_row_fields);
const struct record record_outcome_row = RECORD(outcome_row, outcome_row_fields);
const struct record record_change_row = RECORD(change_row, change_row_fields);
const struct record record_bundle_row = RECORD(bundle_row, bundle_row_fields);
const struct record record_update_row = RECORD(update_row, update_row_fields);
const struct record record_progress_row = RECORD(progress_row, progress_row_fields);
const struct record record_upgrade_child_row = RECORD(upgrade_child_row, upgrade_child_row_fields);
const struct record record_upgrade_row = RECORD(upgrade_row, upgrade_row_fields);
const struct record record_event_row = RECORD(event_row, event_row_fields);
const struct record record_version_row = RECORD(version_row, version_row_fields);
const struct record record_error_row = RECORD(error_row, error_row_fields);
const struct record record_end_row = RECORD(end_row, end_row_fields);

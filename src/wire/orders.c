#include "wire/orders.h"

static const struct field launch_order_fields[] = {
	FIELD(launch_order, check_only),
	FIELD(launch_order, full),
	FIELD(launch_order, name),
	FIELD(launch_order, workspace),
	FIELD(launch_order, service),
	FIELD(launch_order, argv),
	FIELD(launch_order, environment),
	FIELD(launch_order, required),
	CONTEXT_FIELDS(launch_order),
	FIELD(launch_order, cgroup),
	FIELD(launch_order, mark),
	FIELD(launch_order, state_dir),
	FIELD(launch_order, store),
	FIELD(launch_order, bundle),
	FIELD(launch_order, tree),
	FIELD(launch_order, digest),
	FIELD(launch_order, platform),
	FIELD(launch_order, capabilities),
};

static const struct field launch_pid_fields[] = {
	FIELD(launch_pid, pid),
};

static const struct field launch_pinned_fields[] = {
	FIELD(launch_pinned, digest),
	FIELD(launch_pinned, version),
	FIELD(launch_pinned, seq),
};

static const struct field launch_refused_fields[] = {
	FIELD(launch_refused, step),
	FIELD(launch_refused, error),
	FIELD(launch_refused, text),
};

static const struct field launch_checked_fields[] = {
	FIELD(launch_checked, problems),
	FIELD(launch_checked, advisories),
};

static const struct field launch_sweep_fields[] = {
	FIELD(launch_sweep, kill),
	FIELD(launch_sweep, mark),
	FIELD(launch_sweep, starts),
};

static const struct field launch_left_fields[] = {
	FIELD(launch_left, mark),
	FIELD(launch_left, count),
	FIELD(launch_left, pid),
};

static const struct field launch_forget_fields[] = {
	FIELD(launch_forget, credentials_dir),
};

static const struct field launch_swept_fields[] = {
	FIELD(launch_swept, killed),
};

static const struct field store_open_fields[] = {
	FIELD(store_open, store),
	FIELD(store_open, bundle),
	FIELD(store_open, url),
	FIELD(store_open, channel),
	FIELD(store_open, keys),
	FIELD(store_open, threshold),
	FIELD(store_open, pin),
	FIELD(store_open, ca_file),
	FIELD(store_open, client_cert),
	FIELD(store_open, client_key),
	FIELD(store_open, insecure),
	FIELD(store_open, id),
	FIELD(store_open, by),
	FIELD(store_open, reason),
};

static const struct field store_pull_fields[] = {
	FIELD(store_pull, to),
	FIELD(store_pull, repair),
	FIELD(store_pull, digest),
};

static const struct field store_staged_fields[] = {
	FIELD(store_staged, same),
	FIELD(store_staged, from_version),
	FIELD(store_staged, from_seq),
	FIELD(store_staged, from),
	FIELD(store_staged, to_version),
	FIELD(store_staged, to_seq),
	FIELD(store_staged, to),
	FIELD(store_staged, bytes),
	FIELD(store_staged, objects_new),
	FIELD(store_staged, objects_reused),
	FIELD(store_staged, ms),
};

static const struct field store_committed_fields[] = {
	FIELD(store_committed, generation),
};

static const struct field store_journal_fields[] = {
	FIELD(store_journal, record),
	FIELD(store_journal, child),
	FIELD(store_journal, detail),
};

static const struct field store_current_fields[] = {
	FIELD(store_current, bundle),
	FIELD(store_current, version),
	FIELD(store_current, seq),
	FIELD(store_current, digest),
	FIELD(store_current, generation),
};

static const struct field log_attach_fields[] = {
	FIELD(log_attach, stream),
	FIELD(log_attach, child),
	FIELD(log_attach, label),
	FIELD(log_attach, block),
	FIELD(log_attach, sinks),
};

static const struct field log_sink_fields[] = {
	FIELD(log_sink, stream),
	FIELD(log_sink, kind),
	FIELD(log_sink, format),
	FIELD(log_sink, target),
	FIELD(log_sink, maxbytes),
	FIELD(log_sink, maxage_ms),
	FIELD(log_sink, backups),
	FIELD(log_sink, total),
	FIELD(log_sink, compress),
	FIELD(log_sink, mode),
	FIELD(log_sink, facility),
};

static const struct field log_feed_fields[] = {
	FIELD(log_feed, stream),
	FIELD(log_feed, logger),
};

static const struct field log_lost_fields[] = {
	FIELD(log_lost, stream),
	FIELD(log_lost, bytes),
	FIELD(log_lost, error),
};

static const struct field log_stream_fields[] = {
	FIELD(log_stream, stream),
};

static const struct field log_tail_fields[] = {
	FIELD(log_tail, stream),
	FIELD(log_tail, lines),
	FIELD(log_tail, follow),
	FIELD(log_tail, whole),
	FIELD(log_tail, since_ms),
};

const struct record record_launch_order = RECORD(launch_order, launch_order_fields);
const struct record record_launch_pid = RECORD(launch_pid, launch_pid_fields);
const struct record record_launch_pinned = RECORD(launch_pinned, launch_pinned_fields);
const struct record record_launch_refused = RECORD(launch_refused, launch_refused_fields);
const struct record record_launch_checked = RECORD(launch_checked, launch_checked_fields);
const struct record record_launch_sweep = RECORD(launch_sweep, launch_sweep_fields);
const struct record record_launch_left = RECORD(launch_left, launch_left_fields);
const struct record record_launch_forget = RECORD(launch_forget, launch_forget_fields);
const struct record record_launch_swept = RECORD(launch_swept, launch_swept_fields);
const struct record record_store_open = RECORD(store_open, store_open_fields);
const struct record record_store_pull = RECORD(store_pull, store_pull_fields);
const struct record record_store_staged = RECORD(store_staged, store_staged_fields);
const struct record record_store_committed = RECORD(store_committed, store_committed_fields);
const struct record record_store_journal = RECORD(store_journal, store_journal_fields);
const struct record record_store_current = RECORD(store_current, store_current_fields);
const struct record record_log_attach = RECORD(log_attach, log_attach_fields);
const struct record record_log_sink = RECORD(log_sink, log_sink_fields);
const struct record record_log_feed = RECORD(log_feed, log_feed_fields);
const struct record record_log_lost = RECORD(log_lost, log_lost_fields);
const struct record record_log_stream = RECORD(log_stream, log_stream_fields);
const struct record record_log_tail = RECORD(log_tail, log_tail_fields);

/*
 * What clients ask and what they are told: the structs behind the client messages of message.def.
 * The same rows become columns of reevectl and keys of its JSON. Texts are borrowed; see record.h.
 */
#ifndef WIRE_ROWS_H
#define WIRE_ROWS_H

#include "wire/record.h"

/* ---- asked ---- */

/* Names are "workspace:child", "workspace:*", "all"; none at all stands for "all". */
struct ask_names {
	struct texts names;
};

struct ask_signal {
	uint32_t     signo;
	struct texts names;
};

struct ask_check {
	bool         full;      /* hash everything, whatever the stat signatures say */
	struct texts names;
};

struct ask_upgrade {
	const char *bundle;
	const char *to;         /* "" the channel's latest; "sha256:…"; a generation number for rollback, "" the one before */
};

struct ask_tail {
	const char *child;
	uint32_t    lines;
	bool        follow;
	bool        whole;      /* everything kept, not the last lines */
	bool        err;        /* the stderr stream, where it is kept apart */
	uint64_t    since_ms;   /* what came since then instead, wall clock; 0 by lines */
};

/* ---- told ---- */

struct child_row {
	const char     *name;           /* "acme:mail" */
	const char     *workspace;
	const char     *service;
	const char     *state;          /* a word of core/state.def: "running" */
	bool            wanted;         /* up */
	uint32_t        pid;            /* 0: none */
	uint64_t        since_ms;       /* in this state */
	uint64_t        next_in_ms;     /* until the timer of this state; 0: none */
	uint32_t        restarts;       /* since the last manual start */
	const char     *exit;           /* how it last ended: "status 1", "signal KILL"; "" never */
	const char     *bundle;         /* "" without one */
	const char     *version;        /* of the running, else the last pinned tree */
	uint64_t        seq;
	struct digest   digest;
	const char     *reason;         /* one line: why it is dead or waiting; "" none */
	uint64_t        log_lost;       /* bytes of its output that some place could not take */
	const char     *log_error;      /* what is wrong with such a place now; "" nothing */
	uint32_t        problems;       /* how many PROBLEM rows follow for it */
};

/* One problem of one child or bundle. */
struct problem_row {
	const char     *subject;
	bool            original;       /* false: what heal met while it tried to cure the original */
	bool            advisory;       /* a warning; it does not refuse the start */
	struct problem  problem;
};

/* The outcome of start, stop, restart, signal for one child. */
struct outcome_row {
	const char *name;
	const char *action;             /* "started", "stopped", "already-running", … */
	bool        ok;
	const char *error;              /* "" when ok */
};

/* What reload did to one instance, section or setting. */
struct change_row {
	const char *name;
	const char *change;             /* "added", "removed", "changed", "untouched", "error" */
	const char *detail;
};

struct bundle_row {
	const char    *name;
	const char    *source;          /* "registry", "path", "url" */
	const char    *version;         /* of the pointer; "" nothing in the store */
	uint64_t       seq;
	struct digest  digest;
	uint32_t       children;        /* dependent instances */
	uint32_t       running;         /* of those, running at all */
	uint32_t       current;         /* of those, running on the pointer's digest */
	struct texts   workspaces;
	uint64_t       generation;
};

struct update_row {
	const char    *bundle;
	const char    *verdict;         /* "newer", "same", "unknown", "refused", "excluded" */
	const char    *from_version;
	uint64_t       from_seq;
	const char    *to_version;
	uint64_t       to_seq;
	const char    *reason;          /* for unknown, refused and excluded */
};

struct progress_row {
	const char *subject;            /* the bundle */
	const char *phase;              /* "resolve", "fetch", "unpack", "verify", "gate", "commit", "roll" */
	uint64_t    done;
	uint64_t    total;              /* 0: not known */
	const char *unit;               /* "bytes", "files", "children" */
};

/* One row of the report. */
struct upgrade_child_row {
	const char    *name;
	const char    *action;          /* "respawn", "retry", "deferred", "current", "excluded", "preflight" */
	bool           ok;
	const char    *code;            /* of the failure; "" when ok */
	const char    *error;
	struct digest  from, to;
	const char    *from_version;
	const char    *to_version;
	const char    *state_before;
	const char    *state_after;
	uint64_t       gap_ms;          /* time without service */
	uint64_t       ready_ms;        /* from exec to running */
	const char    *schedule;        /* "kept", "rearmed", "dropped" */
};

struct upgrade_row {
	const char    *id;
	const char    *bundle;
	const char    *strategy;
	const char    *result;          /* "noop", "ok", "partial", "refused" */
	bool           upgraded;        /* the digests differ */
	bool           ok;              /* no child failed */
	const char    *from_version;
	uint64_t       from_seq;
	struct digest  from;
	const char    *to_version;
	uint64_t       to_seq;
	struct digest  to;
	uint64_t       started_ms;      /* wall clock */
	uint64_t       ended_ms;
	uint64_t       bytes;           /* pulled */
	uint64_t       objects_new;
	uint64_t       objects_reused;
	uint64_t       pull_ms;
	uint32_t       respawned, failed, deferred, current, excluded;
	const char    *error;           /* one line when refused */
	uint32_t       exit_code;
};

struct event_row {
	uint64_t    seq;                /* counts up by one; a hole was dropped */
	uint64_t    wall_ms;
	const char *level;
	const char *subject;
	const char *event;
	const char *fields;             /* "key=value key=value" */
};

struct version_row {
	const char *version;
	uint32_t    pid;
	uint64_t    started_ms;         /* wall clock */
	const char *conf;               /* the file in force */
	uint32_t    children;
	uint32_t    running;
	uint32_t    bugs;               /* BUG() met and survived */
};

/* Why a request was not carried out. */
struct error_row {
	const char *code;               /* "permission_denied", "no_such_child", "busy", "bad_request", … */
	const char *text;               /* for people: what, where, what to do now */
	const char *needs;              /* the role that was missing; "" otherwise */
};

/* The last frame of every answer. */
struct end_row {
	uint32_t exit_code;             /* what reevectl exits with */
};

extern const struct record record_ask_names, record_ask_signal, record_ask_check, record_ask_upgrade,
	record_ask_tail, record_child_row, record_problem_row, record_outcome_row, record_change_row,
	record_bundle_row, record_update_row, record_progress_row, record_upgrade_child_row,
	record_upgrade_row, record_event_row, record_version_row, record_error_row, record_end_row;

#endif

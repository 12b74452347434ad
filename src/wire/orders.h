/*
 * What reeve and its own helpers tell each other: the structs behind the helper messages of
 * message.def. Texts are borrowed; see record.h.
 */
#ifndef WIRE_ORDERS_H
#define WIRE_ORDERS_H

#include "wire/context.h"
#include "wire/record.h"

/* ---- reeve-launch ---- */

/*
 * Check one child and, unless check_only, become it. Descriptors, in this order: the status pipe's
 * writing end, then what becomes 0, 1 and 2 of the child.
 */
struct launch_order {
	bool           check_only;     /* report, start nothing */
	bool           full;           /* hash every file, whatever the stat signature says */
	const char    *name;           /* "acme:mail" */
	const char    *workspace;
	const char    *service;
	struct texts   argv;
	struct texts   environment;    /* the whole of it, "KEY=value" */
	struct texts   required;       /* keys that must be set and not empty, beside the manifest's */
	struct context context;
	const char    *cgroup;         /* folder of its own to join; "" none */
	const char    *mark;           /* in its environment, by which a sweep finds it; "" none */
	const char    *state_dir;      /* made with the child's owner when missing; "" none */
	const char    *store;          /* the store's folder */
	const char    *bundle;         /* "" none */
	const char    *tree;           /* a folder used as it is (`path =`); "" the store's */
	struct digest  digest;         /* this version; none: what the pointer names now */
	const char    *platform;       /* that bundles are held against; "" the machine's own */
	struct texts   capabilities;   /* that the host offers, "name=level" */
};

/* The child itself says its number, first of all it does. */
struct launch_pid {
	uint32_t pid;
};

/* What the pointer named when it was read, once. */
struct launch_pinned {
	struct digest digest;
	const char   *version;
	uint64_t      seq;
};

/* The step that said no; problems came before it where there were any. */
struct launch_refused {
	const char *step;              /* a name out of launch/steps.c: "preflight", "become-user" */
	int32_t     error;             /* errno; 0 when the problems say it all */
	const char *text;              /* what it was about, and the error in words */
};

/* The end of a check that started nothing. */
struct launch_checked {
	uint32_t problems;
	uint32_t advisories;
};

/*
 * Look through all processes for those that carry the marks of some starts in their environment, and for
 * what is below them. Descriptor: the status pipe's writing end. The process that does it says LAUNCH_PID.
 */
struct launch_sweep {
	bool           kill;           /* SIGKILL until nobody is left, for a moment; else they are only counted */
	const char    *mark;           /* what all of them begin with */
	struct texts   starts;         /* what they end with, by number */
};

/* The resident does it before it takes the next order, which may be of the same child. */
struct launch_forget {
	const char *credentials_dir;
};

/* Told of each start of which somebody is left. */
struct launch_left {
	uint32_t mark;                 /* its place in starts */
	uint32_t count;
	uint32_t pid;                  /* one of them */
};

struct launch_swept {
	uint32_t killed;
};

/* ---- reeve-store ---- */

/* Which bundle of which store, and where it comes from: the first message to a reeve-store. */
struct store_open {
	const char    *store;
	const char    *bundle;         /* "" for work on the whole store: recover, gc */
	const char    *url;            /* the registry's; "" none */
	const char    *channel;
	struct texts   keys;           /* files with minisign public keys */
	uint32_t       threshold;      /* of these keys, how many must have signed */
	struct digest  pin;            /* trust this digest alone; none: signatures */
	const char    *ca_file;
	const char    *client_cert;
	const char    *client_key;
	bool           insecure;       /* http beyond loopback, or no signature */
	const char    *id;             /* of the upgrade, for its journal; "" none */
	const char    *by;             /* who asked, for the generation */
	const char    *reason;         /* "upgrade", "heal", "install", "rollback" */
};

/* Bring a version into the store beside the current one; the pointer stays. */
struct store_pull {
	const char    *to;             /* "" latest; "sha256:…"; a generation's number */
	bool           repair;         /* the same digest again, damaged or not */
	struct digest  digest;         /* for repair */
};

/* What a pull brought; also the answer when there was nothing to bring. */
struct store_staged {
	bool           same;           /* to is what the pointer names, and its tree verifies */
	const char    *from_version;
	uint64_t       from_seq;
	struct digest  from;           /* none: nothing was installed */
	const char    *to_version;
	uint64_t       to_seq;
	struct digest  to;
	uint64_t       bytes;
	uint64_t       objects_new;
	uint64_t       objects_reused;
	uint64_t       ms;
};

struct store_committed {
	uint64_t generation;
};

/* One record of an upgrade's journal, durable when STORE_DONE answers it. */
struct store_journal {
	const char *record;            /* "plan", "gated", "child-begin", "child-end", "done" */
	const char *child;
	const char *detail;
};

/* A version the store holds, for `bundles`; one per bundle name, after STORE_LIST. */
struct store_current {
	const char    *bundle;
	const char    *version;
	uint64_t       seq;
	struct digest  digest;
	uint64_t       generation;
};

/* ---- reeve-log ---- */

/* Take over this stream, once its sinks are told. Descriptor: the pipe's reading end; reeve keeps its own. */
struct log_attach {
	uint32_t    stream;            /* reeve's number for it, for good */
	const char *child;
	const char *label;             /* "out", "err" */
	bool        block;             /* the child waits for a sink that cannot take; nothing is thrown away */
	uint32_t    sinks;             /* so many LOG_SINK and LOG_FEED follow */
};

/* Where the bytes of a stream may go. */
enum log_sink_kind {
	LOG_TO_FILE   = 1,
	LOG_TO_STDOUT = 2,             /* reeve's own */
	LOG_TO_STDERR = 3,
	LOG_TO_SYSLOG = 4,
};

/* What a sink makes of each line. */
enum log_format {
	LOG_RAW       = 0,             /* the bytes as they came */
	LOG_PREFIX    = 1,             /* "acme:mail | " */
	LOG_TIMESTAMP = 2,             /* RFC 3339, microseconds, UTC; then the prefix */
	LOG_JSON      = 3,             /* one object a line */
};

/* One place where a stream that was attached before goes. */
struct log_sink {
	uint32_t    stream;
	uint32_t    kind;              /* enum log_sink_kind */
	uint32_t    format;            /* enum log_format */
	const char *target;            /* the file; the address of syslog; else "" */
	uint64_t    maxbytes;          /* rotate at this size; 0 never */
	uint64_t    maxage_ms;         /* or at this age; 0 never */
	uint32_t    backups;
	uint64_t    total;             /* bytes that file and backups may take together; 0 no bound */
	bool        compress;          /* backups, with zstd */
	uint32_t    mode;              /* of the file */
	uint32_t    facility;          /* of syslog, RFC 5424 6.2.1 */
};

/* A logger child as a sink. Descriptor: the writing end of the pipe that is its standard input. */
struct log_feed {
	uint32_t    stream;
	const char *logger;            /* "acme:mail-log" */
};

/* What became of bytes that were not stored, each time it changed; told before they are thrown away. */
struct log_lost {
	uint32_t    stream;
	uint64_t    bytes;             /* since the last time */
	const char *error;             /* what is wrong with a sink; "" nothing, any more */
};

/* What is to be said of a stream is the message itself. */
struct log_stream {
	uint32_t stream;
};

/* Send what is kept of a stream into the descriptor that comes along. */
struct log_tail {
	uint32_t stream;
	uint32_t lines;
	bool     follow;
	bool     whole;
	uint64_t since_ms;             /* what came since then instead, wall clock; 0 by lines */
};

extern const struct record record_launch_order, record_launch_pid, record_launch_pinned,
	record_launch_refused, record_launch_checked, record_launch_sweep, record_launch_left,
	record_launch_swept, record_launch_forget, record_store_open, record_store_pull,
	record_store_staged, record_store_committed, record_store_journal, record_store_current,
	record_log_attach, record_log_sink, record_log_feed,
	record_log_lost, record_log_stream, record_log_tail;

#endif

/*
 * What the admin wants: reeve.ini and all it includes, read once into structs that nobody changes
 * afterwards. Every text is expanded, every path absolute, every default filled in, every service
 * already multiplied into its children. A struct conf is shared by count: a child holds on to the one
 * it was started from, so a reload never pulls settings from under a running process.
 *
 * Loading reads files and allocates; nothing else here does. A section with an error is left out
 * (quarantined) and told in conf->errors; the rest stands. Of [reeve], which cannot be left out, the
 * sound settings stand.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/problem.h"
#include "wire/context.h"
#include "wire/orders.h"     /* enum log_format */
#include "wire/record.h"    /* struct texts: lists packed as they travel */

enum conf_autorestart { AUTORESTART_ALWAYS, AUTORESTART_ON_FAILURE, AUTORESTART_NEVER };
enum conf_verify      { VERIFY_STAT, VERIFY_FULL };
enum conf_source      { SOURCE_REGISTRY, SOURCE_PATH, SOURCE_URL };

/* How an upgrade goes through the children. */
struct conf_rollout {
	uint32_t parallel;      /* children moved at a time; 1 for `all` */
};

/* [reeve] */
struct org_conf {
	const char *file;               /* the main file, absolute */
	const char *socket;             /* control socket */
	struct texts sockets;           /* places to try for it, that one first; only it when it was set */
	uint32_t    socket_mode;
	const char *store;              /* folder */
	const char *state_dir;          /* root of every %(state_dir)s */
	const char *run_dir;            /* of the socket, or the default's: root of every %(credentials_dir)s */
	const char *cgroup;             /* "auto", "none", or the folder that reeve's is made in */
	const char *helper_dir;         /* where reeve-launch, reeve-store, reeve-log are */
	const char *log_user;           /* that reeve-log runs as; "" as reeve, without its capabilities */
	struct texts admins;            /* "user:alice", "group:ops", "uid:0" */
	struct texts observers;
	enum log_format output_format;  /* of lines on reeve's own standard output and error */
	const char *syslog;             /* "unix:/dev/log", "udp:127.0.0.1:514", "tcp:[::1]:601" */
	const char *loglevel;
	uint32_t    minfds;
	uint64_t    shutdown_timeout_ms;
	const char *exit_code_from;     /* a child's name; "" none. It may name nobody: then that was told */
	uint32_t    restart_rate;       /* restarts a second for everything together */
	uint32_t    restart_burst;
	const char *platform;           /* "linux-x86_64": overrides the machine's */
	struct texts capabilities;      /* offered to host.requires, "name=level" */
};

/* [registry:x] */
struct registry_conf {
	const char  *name;
	const char  *url;
	struct texts keys;              /* files */
	uint32_t     threshold;
	const char  *ca_file, *client_cert, *client_key;
	bool         insecure;
};

/* [bundle:x] */
struct bundle_conf {
	const char                 *name;
	enum conf_source            source;
	const struct registry_conf *registry;   /* NULL unless SOURCE_REGISTRY */
	const char                 *path;       /* SOURCE_PATH */
	const char                 *url;        /* SOURCE_URL */
	const char                 *channel;
	struct digest               digest;     /* pinned; none: signatures */
	enum conf_verify            verify;
	struct conf_rollout         rollout;
	bool                        retry_dead; /* an upgrade also starts dead children */
};

/* [workspace:x] */
struct workspace_conf {
	const char  *name;
	struct texts admins;
	struct texts observers;
	struct texts environment;       /* for each of its children, before the service's own */
};

/* [service:x] */
struct service_conf {
	const char               *name;
	const struct bundle_conf *bundle;        /* NULL: none */
	struct texts              workspaces;    /* names; those of them that exist have children */
	uint32_t                  numprocs, numprocs_start;
	bool                      autostart;
	enum conf_autorestart     autorestart;
	uint8_t                   exitcodes[32]; /* bit set: expected; see conf_exit_is_expected() */
	uint64_t                  startsecs_ms;
	uint32_t                  startretries;  /* 0: never give up */
	uint64_t                  backoff_ms, backoff_max_ms;
	int                       stopsignal;
	uint64_t                  stopwaitsecs_ms;
	int32_t                   priority;
	bool                      critical;
	uint64_t                  stdout_maxbytes;
	uint32_t                  stdout_backups;
	bool                      redirect_stderr;
	uint64_t                  stderr_maxbytes;
	uint32_t                  stderr_backups;
	uint64_t                  logfile_maxage_ms;
	uint64_t                  logfile_total; /* bytes of a file and its backups; 0: no bound */
	bool                      logfile_compress;
	enum log_format           logfile_format;
	const char               *log_to;        /* a service; "" none */
	bool                      log_block;
	uint32_t                  syslog_facility; /* RFC 5424, 6.2.1 */
};

/* One instance: a service in a workspace, everything expanded for it. */
struct child_conf {
	const char                  *name;          /* "acme:mail", "acme:web-01" */
	const struct workspace_conf *workspace;
	const struct service_conf   *service;
	uint32_t                     process_num;
	struct texts                 argv;
	struct texts                 environment;   /* the whole of it, "KEY=value" */
	struct texts                 required;      /* `required_environment` */
	struct context               context;
	const char                  *state_dir;
	struct texts                 stdout_logfile;  /* paths, "stdout", "stderr", "syslog"; or "none" alone */
	struct texts                 stderr_logfile;
	const char                  *logger;          /* the child that log_to names; "" none */
	bool                         is_logger;       /* somebody's log_to names it */
	int32_t                      priority;        /* the service's; of a logger below that of who logs to it */
};

/* One mistake: where, what, and the nearest thing that would be right. */
struct conf_error {
	const char *file;
	uint32_t    line;       /* 0: the file as a whole */
	const char *section;    /* "" none */
	const char *code;       /* "E-LINE", "E-BYTE", "E-SECT", "E-DUP", "E-SYNTAX", "E-KEY", "E-VALUE", … */
	const char *text;
};

struct conf {
	struct org_conf        org;
	struct registry_conf  *registries;  size_t registries_n;
	struct bundle_conf    *bundles;     size_t bundles_n;
	struct workspace_conf *workspaces;  size_t workspaces_n; /* "default" among them, declared or not */
	struct service_conf   *services;    size_t services_n;
	struct child_conf     *children;    size_t children_n;   /* sorted by name, bytewise */
	struct conf_error     *errors;      size_t errors_n;     /* sorted by file and line */
	const char            *critical_left_out;                /* a service's section; NULL: none */
	unsigned               refs;
	struct arena          *arena;       /* all of the above live here */
};

/* Limits; reaching one is an error with the place, never a crash. */
enum {
	CONF_FILE_MAX     = 16 << 20,   /* bytes of one file */
	CONF_VALUE_MAX    = 64 << 10,   /* bytes of one value, expanded */
	CONF_SECTIONS_MAX = 32768,
	CONF_ITEMS_MAX    = 1000,       /* of one list; words of a command are not counted */
	CONF_SINKS_MAX    = 8,          /* places that one stream goes to */
	CONF_LOGGERS_MAX  = 8,          /* in a row, each logging to the next */
	CONF_CHILDREN_MAX = 16384,
	CONF_MEMORY_MAX   = 64 << 20,   /* bytes of everything that stays */
	CONF_ERRORS_MAX   = 1000,
};

/*
 * Reads the file and what it includes. A conf comes back even when there are errors in it: what is
 * sound is in it. Negative only when nothing could be made at all: -ENOENT and the like for the main
 * file, -ENOMEM; *ret is NULL then and why says what.
 */
int conf_load(const char *file, struct conf **ret, struct problem *why) MUST_CHECK;

/* The same from memory, for tests and the simulator; name stands for the file, environment is "K=v" or NULL. */
int conf_parse(const char *text, size_t len, const char *name, char *const *environment,
               struct conf **ret) MUST_CHECK;

struct conf *conf_ref(struct conf *c);
void conf_unref(struct conf *c);   /* NULL is fine; the last one frees */

/* Whether a start from a would be the same in everything that needs a new process as one from b. */
bool child_conf_is_equal(const struct child_conf *a, const struct child_conf *b);

/* Whether they are the same in everything else too. */
bool child_conf_is_same(const struct child_conf *a, const struct child_conf *b);

/* Whether somebody gets to see what the child writes to this stream of its own. */
bool child_conf_keeps(const struct child_conf *c, bool err);

/* One line for people: "file:line: [section] code: text". */
void conf_error_format(const struct conf_error *e, char *buf, size_t max);

/* By name; NULL when there is none. */
const struct child_conf *conf_child(const struct conf *c, const char *name);
const struct bundle_conf *conf_bundle(const struct conf *c, const char *name);
const struct workspace_conf *conf_workspace(const struct conf *c, const char *name);

static inline bool conf_exit_is_expected(const struct service_conf *s, int status)
{
	return status >= 0 && status < 256 && (s->exitcodes[status / 8] >> status % 8 & 1);
}

#endif

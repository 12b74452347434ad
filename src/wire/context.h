/*
 * The context of a child: everything about its process that is neither what runs nor why. One struct
 * from the settings of reeve.ini to the steps of reeve-launch, so that one more of them is a row in
 * conf/service.c, a row below and a step in launch/steps.c, and nothing in between.
 */
#ifndef WIRE_CONTEXT_H
#define WIRE_CONTEXT_H

#include "wire/record.h"

struct context {
	const char    *directory;      /* it starts in; "" the tree, or / without a bundle */
	const char    *user;           /* "" stay */
	const char    *group;          /* "" the user's */
	struct texts   groups;         /* supplementary; unset: the user's own; "" alone: none */
	uint32_t       umask;
	const char    *nice;           /* a number; "" leave */
	const char    *scheduler;      /* wire/schedule.h; "" leave */
	const char    *ioprio;         /* the same */
	const char    *cpu_affinity;   /* the same */
	const char    *oom_score_adj;  /* the same */
	uint64_t       capability_drop;       /* a bit each: out of the bounding set; 0 leave it */
	uint64_t       ambient_capabilities;  /* a bit each: kept across exec by whoever it becomes; 0 leave */
	bool           no_new_privs;
	uint64_t       denied_calls;          /* a bit each: wire/callgroup.h; needs no_new_privs */
	struct texts   cgroup_limits;  /* "memory.max=1048576": the file of its cgroup, and what is written there */
	struct texts   rlimits;        /* "nofile=1024:4096" soft:hard, "core=unlimited" */
	struct texts   env_files;      /* of variables, read at each start; "-/path": may be missing */
	bool           private_mounts;
	bool           private_network;
	bool           private_ipc;
	bool           private_pids;
	bool           private_tmp;
	struct texts   read_only;      /* paths as the child sees them; "-/path": may be missing */
	struct texts   writable;       /* of those; the same */
	const char    *chroot;         /* "" none */
	struct texts   credentials;    /* "NAME:/path" of what the child alone may read */
	const char    *credentials_dir; /* where it finds them: three parts beneath the run folder */
};

/* The rows of struct context, for the record of a struct that has one as `context`. */
#define CONTEXT_FIELD(type, member) \
	{ #member, FIELD_KIND(((struct context *)0)->member), offsetof(struct type, context.member) }
#define CONTEXT_FIELDS(type) \
	CONTEXT_FIELD(type, directory), \
	CONTEXT_FIELD(type, user), \
	CONTEXT_FIELD(type, group), \
	CONTEXT_FIELD(type, groups), \
	CONTEXT_FIELD(type, umask), \
	CONTEXT_FIELD(type, nice), \
	CONTEXT_FIELD(type, scheduler), \
	CONTEXT_FIELD(type, ioprio), \
	CONTEXT_FIELD(type, cpu_affinity), \
	CONTEXT_FIELD(type, oom_score_adj), \
	CONTEXT_FIELD(type, capability_drop), \
	CONTEXT_FIELD(type, ambient_capabilities), \
	CONTEXT_FIELD(type, no_new_privs), \
	CONTEXT_FIELD(type, denied_calls), \
	CONTEXT_FIELD(type, cgroup_limits), \
	CONTEXT_FIELD(type, rlimits), \
	CONTEXT_FIELD(type, env_files), \
	CONTEXT_FIELD(type, private_mounts), \
	CONTEXT_FIELD(type, private_network), \
	CONTEXT_FIELD(type, private_ipc), \
	CONTEXT_FIELD(type, private_pids), \
	CONTEXT_FIELD(type, private_tmp), \
	CONTEXT_FIELD(type, read_only), \
	CONTEXT_FIELD(type, writable), \
	CONTEXT_FIELD(type, chroot), \
	CONTEXT_FIELD(type, credentials), \
	CONTEXT_FIELD(type, credentials_dir)

#endif

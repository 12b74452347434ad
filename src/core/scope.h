/*
 * Everything that a child started: its program, and whoever that left behind, wherever they went. A stop
 * is over when the scope is empty, and no start begins before.
 *
 * How it is seen depends on the host, from the sharpest eye down:
 *
 *	SCOPE_CGROUP  a control group of the child's own: nobody leaves it
 *	SCOPE_SWEEP   the group of the program, and, when something of nobody's has become reeve's child,
 *	              whoever carries the mark of this start in his environment, with all below him
 *	SCOPE_GROUP   the group of the program, where there is no /proc either
 *
 * The program's number is its attempt's; a scope begins to matter when the program is gone. Then it is
 * looked at, with all others that wait, at the end of the turn: left() or emptied() is told from there,
 * and after a left() the emptied() in time, unless even SIGKILL ends nobody. Nothing here allocates.
 */
#ifndef CORE_SCOPE_H
#define CORE_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/list.h"
#include "base/name.h"
#include "base/text.h"
#include "core/cgroups.h"
#include "core/sweep.h"
#include "loop/loop.h"

struct core;
struct scope;

enum scope_way { SCOPE_CGROUP, SCOPE_SWEEP, SCOPE_GROUP };

struct scope_client {
	/* The program is gone and others are, or may be, left. Told once. */
	void (*left)(struct scope *sc);
	/* Nobody is left. */
	void (*emptied)(struct scope *sc);
};

struct scope {
	/* Set by the owner, once. */
	struct core               *core;
	const struct scope_client *client;

	/* The rest is written here alone. */
	char        name[2 * NAME_PART_MAX + 16]; /* the child's */
	uint32_t    mark;        /* number of the start at hand; 0: it has a control group, or none began */
	bool        has_cgroup;
	bool        is_former;   /* who is left is not of this start, nor of this reeve's */
	bool        is_waiting;  /* the program is gone: somebody may be left */
	bool        is_told;     /* left() was */
	bool        is_killing;
	bool        is_news;     /* its control group changed, or was not looked at yet */
	pid_t       group;       /* that the program led, and that has members; 0 */
	int         watch;       /* on its control group; -1 */
	struct sweep_place sweep;
	struct list link;        /* in scopes->waiting, if it is_waiting or a killed program does not go */
};

/* What all scopes share. */
struct scopes {
	struct core      *core;
	enum scope_way    way;
	struct cgroups    cgroups;
	int               watches;     /* -1: waiting control groups are looked at by the clock */
	struct loop_io    watches_io;
	uint32_t          last_mark;
	char              mark[20];    /* what every mark of this reeve begins with */
	struct list       waiting;     /* for somebody to go */
	struct loop_timer again;       /* to look at those again who tell nothing by themselves */
	uint64_t          again_ms;
	struct sweep      sweep;
};

void scopes_init(struct scopes *all, struct core *core);
void scopes_done(struct scopes *all);

/* Finds out which way there is, and says so in the log; before anything is started. */
void scopes_begin(struct scopes *all);

/* Finds out the same without changing anything: for a check, which starts nothing. */
void scopes_look_ahead(struct scopes *all);

/* Looks at everyone who waits: at the end of each turn in which somebody was buried. */
void scopes_look(struct scopes *all);

/* "by=cgroup folder=/sys/fs/cgroup/… controllers=\"cpu pids\"", "by=sweep no_cgroups=\"why\"", "by=group …". */
void scopes_describe(const struct scopes *all, char *buf, size_t max);

void scope_init(struct scope *sc, struct core *core, const struct scope_client *client);

/*
 * A start is about to begin. -EBUSY: somebody of an earlier one is there, who is to be killed first;
 * left() is told of him, even if he is gone by then.
 */
int scope_open(struct scope *sc, const char *name) MUST_CHECK;

/* What a start is given: the folder to join and the mark to carry, "" where there is none. */
struct scope_gift {
	char cgroup[PATH_MAX], mark[32];
};

/* For the child of that name; before its start, what it would be given. */
void scope_give(const struct scope *sc, const char *name, struct scope_gift *ret);

/* The start came to nothing: nobody is there. */
void scope_close(struct scope *sc);

/*
 * The program with number pid is dead and not waited for. Unless they are spared, the others of its
 * group are killed at once.
 */
void scope_ending(struct scope *sc, pid_t pid, bool spared);

/* It is waited for: left() or emptied() follows from scopes_look(). */
void scope_gone(struct scope *sc);

/* signo to those who are left and not in the group, which has had it. The sweep only ever kills. */
void scope_ask(struct scope *sc, int signo);

/*
 * SIGKILL to all of it; leader is the number of the program, 0 when that is gone. Who is met later is
 * killed, too.
 */
void scope_kill(struct scope *sc, pid_t leader);

/* Who is left: "pid 12, state D in nfs_wait". */
void scope_describe(const struct scope *sc, struct text *t);

/* Lets go of it without a word. */
void scope_done(struct scope *sc);

#endif

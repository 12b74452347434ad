/*
 * The stage of the upgrade engine's stories: on fake/engines.h, four children of one bundle and three
 * of another whose moves the story tells, the rooms beside the engine, and clients that keep what they
 * are told.
 */
#ifndef FAKE_UPGRADE_STORY_H
#define FAKE_UPGRADE_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"
#include "core/observer.h"
#include "core/pointers.h"
#include "core/reply.h"
#include "core/service.h"
#include "fake/engines.h"

enum { CHILDREN = 8, ROWS_MAX = 16 };

/* What the engine did to the world. */
struct upgrade_deeds {
	unsigned      upgraded_events, moves, aborts, kills, flips, collections;
	struct digest refused;     /* told to heal as no good */
};

/* A row as it was told. */
struct told_child {
	char     name[32], action[16], code[32], before[16], after[16];
	bool     ok;
	uint64_t gap_ms, ready_ms;
};

/* What one client was told. */
struct client {
	struct reply       reply;
	bool               is_full;      /* says -EAGAIN */
	unsigned           rows_n;
	struct told_child  rows[ROWS_MAX];
	unsigned           problems, ends;
	char               result[16], error_code[32];
	struct upgrade_row report;       /* the numbers of it */
	uint32_t           exit_code;
};

extern struct core core;
extern struct observer *observer;      /* the engine's */
extern struct pointer pointer;         /* of every bundle; generation 0: none */
extern struct upgrade_deeds did;
extern struct client asker, second;
extern const struct reply_ops upgrade_ops;
extern const struct digest v1, v2;     /* what everybody runs, and what is newer */
extern const struct store_staged newer;

int upgrade_story_set_up(void **state);
int upgrade_story_tear_down(void **state);

/* ---- children ---- */

struct service *child(const char *name);
void go(struct service *s, enum svc_state to);

/* The rest of a restart that goes well: 30 ms to stop, 10 to check, a second to be ready. */
void comes_up(const char *name);

/* One that is refused, with this code. */
void dies(const char *name, const char *code);

/* ---- the steps of every story ---- */

void ask(const char *bundle, const char *to, struct client *client);
void staged(const struct store_staged *s);

/* A record that is written now, about this child or "". */
void recorded(const char *record, const char *name);
void gated(void);
void committed(void);
void reported(void);

/* From the request to the first move. */
void begins_to_roll(const char *bundle);

/* One child, from its first record to its last. */
void moves(const char *name);

#endif

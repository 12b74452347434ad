/*
 * A repair under way, as its two files share it: heal.c says who is healed and when, heal_steps.c does
 * it. For these files alone.
 */
#ifndef CORE_HEAL_PARTS_H
#define CORE_HEAL_PARTS_H

#include <stdbool.h>

#include "base/list.h"
#include "base/problem.h"
#include "conf/conf.h"
#include "core/check.h"
#include "core/heal.h"
#include "core/pointers.h"
#include "core/refusals.h"
#include "core/store_client.h"
#include "loop/loop.h"

/* What is wrong, and so what to bring. */
enum heal_kind { HEAL_REPAIR, HEAL_INSTALL, HEAL_REPLACE, HEAL_KIND_COUNT };

struct heal {
	struct heals             *heals;
	struct conf              *conf;      /* NULL: this place is free */
	const struct bundle_conf *bundle;
	enum heal_kind            kind;
	struct digest             broken;    /* none: nothing was installed */
	struct version            staged;
	struct list               waiters;   /* service->heal_link */
	struct store_client      *store;
	struct check             *check;     /* of what was staged */
	struct problem            gate;      /* what that found; code "" nothing */
};

/* Why a heal does not even begin, or need not. */
enum verdict {
	VERDICT_FINE,         /* the pointer moved meanwhile: another child had it installed or replaced */
	VERDICT_UPGRADE,
	VERDICT_COOLING,
	VERDICT_NO_REGISTRY,
	VERDICT_FULL,
	VERDICT_NO_STORE,
	VERDICT_COUNT
};

struct heals {
	struct core      *core;
	struct refusals   refusals;
	struct heal       all[HEALS_MAX];
	struct list       judged[VERDICT_COUNT];  /* service->heal_link: to be told from the loop */
	struct loop_timer turn;
};

/* The word for the log. */
const char *heal_kind_word(enum heal_kind kind);

/* Begins h, whose bundle, kind and what is broken are set; false when no reeve-store can be started. */
bool heal_run(struct heal *h);

/* Makes h's place free; who waits was told, or is moved out. */
void heal_clear(struct heal *h);

#endif

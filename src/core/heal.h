/*
 * The one forced repair after a preflight found a bundle damaged: once per start, one per bundle name
 * for everybody who waits, remembered when it failed so that nobody hammers a registry.
 *
 *	damaged         the same digest again; the version stays
 *	not installed   the channel's latest, once for whoever asks; later ones adopt it
 *	gate refused    the channel's latest, if it is newer and passes the gate
 *
 * Nothing here touches a child that runs.
 */
#ifndef CORE_HEAL_H
#define CORE_HEAL_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/digest.h"

enum { HEALS_MAX = 16 }; /* at once, of different bundles */

struct core;
struct service;
struct heals;

/* Makes core->heals; -ENOMEM. */
int heals_new(struct core *core) MUST_CHECK;
void heals_free(struct core *core); /* fine when there are none */

/* Has s's bundle repaired; service_heal_ended() tells the outcome, from the loop, never from in here. */
void heal_begin(struct service *s);

/* s waits no longer. service_heal_ended() will not come for it. */
void heal_forget(struct service *s);

/* Whether a repair of this bundle is under way. */
bool heal_is_under_way(const struct core *core, const char *bundle);

/* For the upgrade: this version is no good, do not bring it; and, this bundle is in order again. */
void heal_refuse_version(struct core *core, const char *bundle, const struct digest *digest);
void heal_forgive(struct core *core, const char *bundle);

#endif

/*
 * The one forced repair after a preflight found a bundle damaged: once per start, one per bundle name
 * for everybody who waits, remembered when it failed so that nobody hammers a registry.
 */
#ifndef CORE_HEAL_H
#define CORE_HEAL_H

struct service;

/* Has s's bundle repaired; service_heal_ended() tells the outcome, from the loop, never from in here. */
void heal_begin(struct service *s);

/* s waits no longer. service_heal_ended() will not come for it. */
void heal_forget(struct service *s);

#endif

/*
 * The life of a child as one table: moves[state][event] names the next state and what to do on the
 * way. It is data and nothing else; service.c is the one that acts on it.
 *
 * *Wanted* (up or down) is kept apart from *state*: a child that is wanted and stopping will start
 * again when it is gone; one that is wanted and dead waits for a person. Guards are not in the
 * table: whoever sees an exit or a timer decides by pure functions (policy.h) which event that was.
 */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include <stdbool.h>

enum svc_state {
#define SVC_STATE(name, word, shown, meaning) SVC_##name,
#include "core/state.def"
	SVC_STATE_COUNT
};

enum svc_event {
#define SVC_EVENT(name, word, meaning) ON_##name,
#include "core/state.def"
	SVC_EVENT_COUNT
};

enum svc_action {
	DO_IMPOSSIBLE,   /* a cell left out: it cannot happen */
#define SVC_ACTION(name, meaning) DO_##name,
#include "core/state.def"
	SVC_ACTION_COUNT
};

struct move {
	enum svc_state  to;
	enum svc_action then;
};

/* Whether a state has a process of its own; of those that its program left there are none to speak of. */
enum svc_process { PROCESS_NONE, PROCESS_MAYBE, PROCESS_ONE };

/* Which timer runs in a state. */
enum svc_timer { TIMER_NONE, TIMER_STARTSECS, TIMER_RESET, TIMER_BACKOFF, TIMER_STOP };

struct state_facts {
	enum svc_process process;
	enum svc_timer   timer;
	bool             is_up;      /* the program is executed and not told to end */
	bool             is_settled; /* nothing is under way: who waited for an outcome has it */
};

/* The cell; its action is DO_IMPOSSIBLE where there is none. */
const struct move *state_move(enum svc_state state, enum svc_event on);

const struct state_facts *state_facts(enum svc_state state);

const char *state_name(enum svc_state state);      /* "running" */
const char *state_shown(enum svc_state state);     /* what supervisord's clients read: "RUNNING" */
const char *state_meaning(enum svc_state state);
const char *event_name(enum svc_event on);         /* "gone-badly" */
const char *event_meaning(enum svc_event on);
const char *action_name(enum svc_action action);   /* "wait_turn" */
const char *action_meaning(enum svc_action action);

#endif

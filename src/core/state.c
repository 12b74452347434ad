#include "core/state.h"

#include "base/attr.h"

#define GO(state, action) { .to = SVC_##state, .then = DO_##action }

/* A cell left out cannot happen: service_step() reports it as a bug and stays put. */
static const struct move moves[SVC_STATE_COUNT][SVC_EVENT_COUNT] = {
	[SVC_STOPPED] = {
		[ON_START]         = GO(CHECKING, launch),
		[ON_RESTART]       = GO(CHECKING, launch),
		[ON_STOP]          = GO(STOPPED,  stay),
		[ON_INPUT_OVER]    = GO(STOPPED,  stay),
	},
	[SVC_CHECKING] = {
		[ON_START]         = GO(CHECKING, stay),
		[ON_RESTART]       = GO(STOPPING, abort_launch),
		[ON_STOP]          = GO(STOPPING, abort_launch),
		[ON_EXECED]        = GO(STARTING, watch_start),
		[ON_BROKEN]        = GO(CHECKING, heal),
		[ON_HEALED]        = GO(CHECKING, launch),
		[ON_REFUSED]       = GO(DEAD,     give_up),
		[ON_LAUNCH_FAILED] = GO(BACKOFF,  wait_turn),
		[ON_LAUNCH_LOST]   = GO(CHECKING, launch),
		[ON_LEFT]          = GO(CLEARING, kill_it),
		[ON_SPENT]         = GO(DEAD,     give_up),
	},
	[SVC_STARTING] = {
		[ON_START]         = GO(STARTING, stay),
		[ON_RESTART]       = GO(STOPPING, ask_to_stop),
		[ON_STOP]          = GO(STOPPING, ask_to_stop),
		[ON_READY]         = GO(RUNNING,  settle_in),
		[ON_LEFT]          = GO(CLEARING, kill_it),
		[ON_GONE_WELL]     = GO(EXITED,   rest),
		[ON_GONE_BADLY]    = GO(BACKOFF,  wait_turn),
		[ON_SPENT]         = GO(DEAD,     give_up),
	},
	[SVC_RUNNING] = {
		[ON_START]         = GO(RUNNING,  stay),
		[ON_RESTART]       = GO(STOPPING, ask_to_stop),
		[ON_STOP]          = GO(STOPPING, ask_to_stop),
		[ON_LEFT]          = GO(CLEARING, kill_it),
		[ON_GONE_WELL]     = GO(EXITED,   rest),
		[ON_GONE_BADLY]    = GO(BACKOFF,  wait_turn),
	},
	[SVC_BACKOFF] = {
		[ON_START]         = GO(CHECKING, launch),
		[ON_RESTART]       = GO(CHECKING, launch),
		[ON_STOP]          = GO(STOPPED,  rest),
		[ON_TURN]          = GO(CHECKING, launch),
	},
	[SVC_STOPPING] = {
		[ON_START]         = GO(STOPPING, stay),
		[ON_RESTART]       = GO(STOPPING, stay),
		[ON_STOP]          = GO(STOPPING, stay),
		[ON_INPUT_OVER]    = GO(STOPPING, ask_to_stop),
		[ON_STOP_TIMEOUT]  = GO(STOPPING, kill_it),
		[ON_KILL_TIMEOUT]  = GO(STUCK,    look_stuck),
		[ON_GONE]          = GO(STOPPED,  rest),
	},
	[SVC_CLEARING] = {
		[ON_START]         = GO(CLEARING, stay),
		[ON_INPUT_OVER]    = GO(CLEARING, stay),
		[ON_RESTART]       = GO(STOPPING, kill_it),
		[ON_STOP]          = GO(STOPPING, kill_it),
		[ON_GONE_WELL]     = GO(EXITED,   rest),
		[ON_GONE_BADLY]    = GO(BACKOFF,  wait_turn),
		[ON_SPENT]         = GO(DEAD,     give_up),
		[ON_GONE]          = GO(STOPPED,  rest),
		[ON_KILL_TIMEOUT]  = GO(STUCK,    look_stuck),
	},
	[SVC_EXITED] = {
		[ON_START]         = GO(CHECKING, launch),
		[ON_RESTART]       = GO(CHECKING, launch),
		[ON_STOP]          = GO(STOPPED,  rest),
	},
	[SVC_DEAD] = {
		[ON_START]         = GO(CHECKING, launch),
		[ON_RESTART]       = GO(CHECKING, launch),
		[ON_STOP]          = GO(STOPPED,  rest),
	},
	[SVC_STUCK] = {
		[ON_START]         = GO(STUCK,    stay),
		[ON_RESTART]       = GO(STUCK,    stay),
		[ON_INPUT_OVER]    = GO(STUCK,    stay),
		[ON_STOP]          = GO(STOPPING, kill_it),
		[ON_GONE]          = GO(STOPPED,  rest),
	},
};

#define ABOUT(has, armed, up, settled) \
	{ .process = PROCESS_##has, .timer = TIMER_##armed, .is_up = (up), .is_settled = (settled) }

static const struct state_facts facts[SVC_STATE_COUNT] = {
	/*                     process timer      up     settled */
	[SVC_STOPPED]  = ABOUT(NONE,  NONE,      false, true),
	[SVC_CHECKING] = ABOUT(MAYBE, NONE,      false, false),
	[SVC_STARTING] = ABOUT(ONE,   STARTSECS, true,  false),
	[SVC_RUNNING]  = ABOUT(ONE,   RESET,     true,  true),
	[SVC_BACKOFF]  = ABOUT(NONE,  BACKOFF,   false, false),
	[SVC_STOPPING] = ABOUT(MAYBE, STOP,      false, false),
	[SVC_CLEARING] = ABOUT(MAYBE, STOP,      false, false),
	[SVC_EXITED]   = ABOUT(NONE,  NONE,      false, true),
	[SVC_DEAD]     = ABOUT(NONE,  NONE,      false, true),
	[SVC_STUCK]    = ABOUT(MAYBE, NONE,      false, true),
};

struct words {
	const char *name, *shown, *meaning;
};

static const struct words states[SVC_STATE_COUNT] = {
#define SVC_STATE(id, word, supervisord, sentence) [SVC_##id] = { word, supervisord, sentence },
#include "core/state.def"
};

static const struct words events[SVC_EVENT_COUNT] = {
#define SVC_EVENT(id, word, sentence) [ON_##id] = { .name = word, .meaning = sentence },
#include "core/state.def"
};

static const struct words actions[SVC_ACTION_COUNT] = {
	[DO_IMPOSSIBLE] = { .name = "impossible", .meaning = "cannot happen" },
#define SVC_ACTION(id, sentence) [DO_##id] = { .name = #id, .meaning = sentence },
#include "core/state.def"
};

const struct move *state_move(enum svc_state state, enum svc_event on)
{
	return &moves[state][on];
}

const struct state_facts *state_facts(enum svc_state state)
{
	return &facts[state];
}

const char *state_name(enum svc_state state)
{
	return states[state].name;
}

const char *state_shown(enum svc_state state)
{
	return states[state].shown;
}

const char *state_meaning(enum svc_state state)
{
	return states[state].meaning;
}

const char *event_name(enum svc_event on)
{
	return events[on].name;
}

const char *event_meaning(enum svc_event on)
{
	return events[on].meaning;
}

const char *action_name(enum svc_action action)
{
	return actions[action].name;
}

const char *action_meaning(enum svc_action action)
{
	return actions[action].meaning;
}

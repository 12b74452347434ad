#include "core/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

/* The table once more, by hand and the other way round: what each event does in each state. */
static const struct {
	enum svc_state  from;
	enum svc_event  on;
	enum svc_state  to;
	enum svc_action then;
} expected[] = {
	{ SVC_STOPPED,  ON_START,         SVC_CHECKING, DO_launch },
	{ SVC_STOPPED,  ON_RESTART,       SVC_CHECKING, DO_launch },
	{ SVC_STOPPED,  ON_STOP,          SVC_STOPPED,  DO_stay },

	{ SVC_CHECKING, ON_START,         SVC_CHECKING, DO_stay },
	{ SVC_CHECKING, ON_STOP,          SVC_STOPPING, DO_abort_launch },
	{ SVC_CHECKING, ON_RESTART,       SVC_STOPPING, DO_abort_launch },
	{ SVC_CHECKING, ON_EXECED,        SVC_STARTING, DO_watch_start },
	{ SVC_CHECKING, ON_BROKEN,        SVC_CHECKING, DO_heal },
	{ SVC_CHECKING, ON_HEALED,        SVC_CHECKING, DO_launch },
	{ SVC_CHECKING, ON_LAUNCH_LOST,   SVC_CHECKING, DO_launch },
	{ SVC_CHECKING, ON_LAUNCH_FAILED, SVC_BACKOFF,  DO_wait_turn },
	{ SVC_CHECKING, ON_REFUSED,       SVC_DEAD,     DO_give_up },
	{ SVC_CHECKING, ON_LEFT,          SVC_CLEARING, DO_kill_it },
	{ SVC_CHECKING, ON_SPENT,         SVC_DEAD,     DO_give_up },

	{ SVC_STARTING, ON_START,         SVC_STARTING, DO_stay },
	{ SVC_STARTING, ON_STOP,          SVC_STOPPING, DO_ask_to_stop },
	{ SVC_STARTING, ON_RESTART,       SVC_STOPPING, DO_ask_to_stop },
	{ SVC_STARTING, ON_READY,         SVC_RUNNING,  DO_settle_in },
	{ SVC_STARTING, ON_LEFT,          SVC_CLEARING, DO_kill_it },
	{ SVC_STARTING, ON_GONE_WELL,     SVC_EXITED,   DO_rest },
	{ SVC_STARTING, ON_GONE_BADLY,    SVC_BACKOFF,  DO_wait_turn },
	{ SVC_STARTING, ON_SPENT,         SVC_DEAD,     DO_give_up },

	{ SVC_RUNNING,  ON_START,         SVC_RUNNING,  DO_stay },
	{ SVC_RUNNING,  ON_STOP,          SVC_STOPPING, DO_ask_to_stop },
	{ SVC_RUNNING,  ON_RESTART,       SVC_STOPPING, DO_ask_to_stop },
	{ SVC_RUNNING,  ON_LEFT,          SVC_CLEARING, DO_kill_it },
	{ SVC_RUNNING,  ON_GONE_WELL,     SVC_EXITED,   DO_rest },
	{ SVC_RUNNING,  ON_GONE_BADLY,    SVC_BACKOFF,  DO_wait_turn },

	{ SVC_BACKOFF,  ON_START,         SVC_CHECKING, DO_launch },
	{ SVC_BACKOFF,  ON_RESTART,       SVC_CHECKING, DO_launch },
	{ SVC_BACKOFF,  ON_STOP,          SVC_STOPPED,  DO_rest },
	{ SVC_BACKOFF,  ON_TURN,          SVC_CHECKING, DO_launch },

	{ SVC_STOPPING, ON_START,         SVC_STOPPING, DO_stay },
	{ SVC_STOPPING, ON_STOP,          SVC_STOPPING, DO_stay },
	{ SVC_STOPPING, ON_RESTART,       SVC_STOPPING, DO_stay },
	{ SVC_STOPPING, ON_INPUT_OVER,    SVC_STOPPING, DO_ask_to_stop },
	{ SVC_STOPPED,  ON_INPUT_OVER,    SVC_STOPPED,  DO_stay },
	{ SVC_CLEARING, ON_INPUT_OVER,    SVC_CLEARING, DO_stay },
	{ SVC_STUCK,    ON_INPUT_OVER,    SVC_STUCK,    DO_stay },
	{ SVC_STOPPING, ON_STOP_TIMEOUT,  SVC_STOPPING, DO_kill_it },
	{ SVC_STOPPING, ON_KILL_TIMEOUT,  SVC_STUCK,    DO_look_stuck },
	{ SVC_STOPPING, ON_GONE,          SVC_STOPPED,  DO_rest },

	{ SVC_CLEARING, ON_START,         SVC_CLEARING, DO_stay },
	{ SVC_CLEARING, ON_RESTART,       SVC_STOPPING, DO_kill_it },
	{ SVC_CLEARING, ON_STOP,          SVC_STOPPING, DO_kill_it },
	{ SVC_CLEARING, ON_GONE_WELL,     SVC_EXITED,   DO_rest },
	{ SVC_CLEARING, ON_GONE_BADLY,    SVC_BACKOFF,  DO_wait_turn },
	{ SVC_CLEARING, ON_SPENT,         SVC_DEAD,     DO_give_up },
	{ SVC_CLEARING, ON_GONE,          SVC_STOPPED,  DO_rest },
	{ SVC_CLEARING, ON_KILL_TIMEOUT,  SVC_STUCK,    DO_look_stuck },

	{ SVC_EXITED,   ON_START,         SVC_CHECKING, DO_launch },
	{ SVC_EXITED,   ON_RESTART,       SVC_CHECKING, DO_launch },
	{ SVC_EXITED,   ON_STOP,          SVC_STOPPED,  DO_rest },

	{ SVC_DEAD,     ON_START,         SVC_CHECKING, DO_launch },
	{ SVC_DEAD,     ON_RESTART,       SVC_CHECKING, DO_launch },
	{ SVC_DEAD,     ON_STOP,          SVC_STOPPED,  DO_rest },

	{ SVC_STUCK,    ON_START,         SVC_STUCK,    DO_stay },
	{ SVC_STUCK,    ON_RESTART,       SVC_STUCK,    DO_stay },
	{ SVC_STUCK,    ON_STOP,          SVC_STOPPING, DO_kill_it },
	{ SVC_STUCK,    ON_GONE,          SVC_STOPPED,  DO_rest },
};

static int find(enum svc_state from, enum svc_event on)
{
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		if (expected[i].from == from && expected[i].on == on)
			return (int)i;
	return -1;
}

static void every_cell_goes_where_the_list_says_and_no_other_exists(void **state)
{
	(void)state;
	for (int from = 0; from < SVC_STATE_COUNT; from++)
		for (int on = 0; on < SVC_EVENT_COUNT; on++) {
			const struct move *m = state_move((enum svc_state)from, (enum svc_event)on);
			int i = find((enum svc_state)from, (enum svc_event)on);

			if (i < 0) {
				assert_int_equal(m->then, DO_IMPOSSIBLE);
				continue;
			}
			assert_int_equal(m->to, expected[i].to);
			assert_int_equal(m->then, expected[i].then);
		}
}

static void a_request_is_possible_in_every_state(void **state)
{
	static const enum svc_event requests[] = { ON_START, ON_STOP, ON_RESTART };

	(void)state;
	for (int from = 0; from < SVC_STATE_COUNT; from++)
		for (size_t i = 0; i < ARRAY_LEN(requests); i++)
			assert_int_not_equal(state_move((enum svc_state)from, requests[i])->then, DO_IMPOSSIBLE);
}

static void every_state_can_be_left_and_reached(void **state)
{
	(void)state;
	for (int a = 0; a < SVC_STATE_COUNT; a++) {
		unsigned out = 0, in = 0;

		for (int b = 0; b < SVC_STATE_COUNT; b++)
			for (int on = 0; on < SVC_EVENT_COUNT; on++) {
				const struct move *away = state_move((enum svc_state)a, (enum svc_event)on);
				const struct move *here = state_move((enum svc_state)b, (enum svc_event)on);

				out += away->then != DO_IMPOSSIBLE && away->to != (enum svc_state)a;
				in += a != b && here->then != DO_IMPOSSIBLE && here->to == (enum svc_state)a;
			}
		assert_int_not_equal(out, 0);
		assert_int_not_equal(in, 0);
	}
}

static void a_stay_stays(void **state)
{
	(void)state;
	for (int from = 0; from < SVC_STATE_COUNT; from++)
		for (int on = 0; on < SVC_EVENT_COUNT; on++) {
			const struct move *m = state_move((enum svc_state)from, (enum svc_event)on);

			if (m->then == DO_stay)
				assert_int_equal(m->to, from);
		}
}

static void facts_agree_with_the_table(void **state)
{
	(void)state;
	for (int from = 0; from < SVC_STATE_COUNT; from++) {
		const struct state_facts *f = state_facts((enum svc_state)from);

		/* what ends by itself has a process of its own, or what that left, or it could not end */
		if (state_move((enum svc_state)from, ON_GONE_BADLY)->then != DO_IMPOSSIBLE)
			assert_int_not_equal(f->process, PROCESS_NONE);
		if (state_move((enum svc_state)from, ON_KILL_TIMEOUT)->then != DO_IMPOSSIBLE)
			assert_int_equal(f->timer, TIMER_STOP);
		if (f->is_up)
			assert_int_equal(f->process, PROCESS_ONE);
		if (f->timer == TIMER_BACKOFF)
			assert_int_equal(f->process, PROCESS_NONE);
	}
}

static void every_name_is_there_and_is_unique(void **state)
{
	(void)state;
	for (int a = 0; a < SVC_STATE_COUNT; a++) {
		assert_true(strlen(state_name((enum svc_state)a)) > 0);
		assert_true(strlen(state_shown((enum svc_state)a)) > 0);
		assert_true(strlen(state_meaning((enum svc_state)a)) > 0);
		for (int b = 0; b < a; b++)
			assert_string_not_equal(state_name((enum svc_state)a), state_name((enum svc_state)b));
	}
	for (int on = 0; on < SVC_EVENT_COUNT; on++)
		assert_true(strlen(event_name((enum svc_event)on)) > 0 && strlen(event_meaning((enum svc_event)on)) > 0);
	for (int then = 0; then < SVC_ACTION_COUNT; then++)
		assert_true(strlen(action_name((enum svc_action)then)) > 0 && strlen(action_meaning((enum svc_action)then)) > 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_goes_where_the_list_says_and_no_other_exists),
		cmocka_unit_test(a_request_is_possible_in_every_state),
		cmocka_unit_test(every_state_can_be_left_and_reached),
		cmocka_unit_test(a_stay_stays),
		cmocka_unit_test(facts_agree_with_the_table),
		cmocka_unit_test(every_name_is_there_and_is_unique),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/check.h"
#include "core/core.h"
#include "core/service.h"

/* ---- a small world: children that move when the test says so ---- */

enum { CHILDREN = 40 };

struct check {
	struct service     *service;
	struct check_client client;
	bool                is_forgotten;
};

static struct world {
	struct core           core;
	struct jobs           jobs;
	struct observer      *observer;
	struct workspace_conf workspace;
	struct service_conf   service_conf;
	char                  names[CHILDREN][24];
	struct child_conf     confs[CHILDREN];
	struct service        services[CHILDREN];
	struct service       *by_priority[CHILDREN];
	struct check          checks[CHILDREN * 2];
	size_t                checks_n;
	int                   refuses;   /* what a request returns */
} w;

void observe(struct core *core, struct observer *o)
{
	(void)core;
	w.observer = o;
}

void observe_no_more(struct observer *o)
{
	assert_ptr_equal(w.observer, o);
	w.observer = NULL;
}

void helper_explain(const struct helper *h, char *buf, size_t max)
{
	(void)h;
	(void)max;
	buf[0] = '\0';
}

pid_t service_pid(const struct service *s)
{
	return s->state == SVC_RUNNING ? 42 : 0;
}

uint64_t service_next_in_ms(const struct service *s, uint64_t now_ms)
{
	(void)s;
	(void)now_ms;
	return 0;
}

static void move(struct service *s, enum svc_state to)
{
	enum svc_state from = s->state;

	s->state = to;
	if (w.observer != NULL)
		w.observer->moved(w.observer->arg, s, ON_START, from);
}

int service_want(struct service *s, bool up)
{
	if (w.refuses != 0)
		return w.refuses;
	s->wanted = up;
	if (up && s->state != SVC_STUCK)
		s->state = SVC_CHECKING;
	else if (!up)
		s->state = s->state == SVC_RUNNING ? SVC_STOPPING : SVC_STOPPED;
	return 0;
}

int service_restart(struct service *s)
{
	if (w.refuses != 0)
		return w.refuses;
	s->wanted = true;
	s->state = s->state == SVC_RUNNING ? SVC_STOPPING : SVC_CHECKING;
	return 0;
}

int service_signal(struct service *s, int signo)
{
	assert_int_equal(signo, 10);
	return s->state == SVC_RUNNING ? 0 : -ESRCH;
}

int check_begin(struct core *core, struct service *s, const struct attempt_order *order,
                const struct check_client *client, struct check **ret)
{
	(void)core;
	assert_true(order->check_only);
	if (w.refuses != 0)
		return w.refuses;
	w.checks[w.checks_n] = (struct check){ .service = s, .client = *client };
	*ret = &w.checks[w.checks_n++];
	return 0;
}

void check_forget(struct check *c)
{
	c->is_forgotten = true;
}

static void end_check(struct check *c, uint32_t problems)
{
	struct check_result result = { .is_complete = true, .problems = problems };

	assert_false(c->is_forgotten);
	c->client.done(c->client.arg, c->service, &result);
}

/* ---- a listener with as much room as the test gives it ---- */

struct listener {
	struct reply reply;
	size_t       room;
	char         told[16384];
	struct text  text;
	bool         is_ended;
	uint32_t     exit_code;
};

static int take_row(struct reply *r, enum msg type, const void *row, const int *fds)
{
	struct listener *l = container_of(r, struct listener, reply);
	const struct outcome_row *outcome = row;

	assert_null(fds);
	assert_false(l->is_ended);
	if (l->room == 0)
		return -EAGAIN;
	l->room--;
	if (type == MSG_OUTCOME) {
		text_addf(&l->text, "%s %s", outcome->name, outcome->action);
		if (!outcome->ok)
			text_addf(&l->text, " (%s)", outcome->error);
	} else if (type == MSG_CHILD) {
		text_addf(&l->text, "%s %s", ((const struct child_row *)row)->name, ((const struct child_row *)row)->state);
	} else {
		text_addf(&l->text, "problem of %s", ((const struct problem_row *)row)->subject);
	}
	text_add(&l->text, "\n");
	return 0;
}

static void take_end(struct reply *r, uint32_t exit_code)
{
	struct listener *l = container_of(r, struct listener, reply);

	l->is_ended = true;
	l->exit_code = exit_code;
}

static const struct reply_ops ops = { .row = take_row, .end = take_end };

static void give_room(struct listener *l, size_t rows)
{
	reply_fn *fn = l->reply.on_room;

	l->room = rows;
	l->reply.on_room = NULL;
	if (fn != NULL)
		fn(&l->reply, l->reply.arg);
}

static void begin(struct listener *l, const struct job_order *order, size_t children, size_t room)
{
	struct choice choice = { .all = calloc(children + 1, sizeof(struct service *)), .count = children };

	assert_non_null(choice.all);
	for (size_t i = 0; i < children; i++)
		choice.all[i] = &w.services[i];
	*l = (struct listener){ .room = room };
	text_init(&l->text, l->told, sizeof l->told);
	reply_init(&l->reply, &ops, 0);
	job_begin(&w.jobs, order, &choice, &l->reply);
	assert_null(choice.all);
}

static int set_up(void **state)
{
	(void)state;
	memset(&w, 0, sizeof w);
	w.workspace.name = "acme";
	w.service_conf.name = "mail";
	for (size_t i = 0; i < CHILDREN; i++) {
		struct text t;

		text_init(&t, w.names[i], sizeof w.names[i]);
		text_addf(&t, "acme:c%02zu", i);
		w.confs[i] = (struct child_conf){ .name = w.names[i], .workspace = &w.workspace, .service = &w.service_conf };
		w.services[i].core = &w.core;
		w.services[i].conf = &w.confs[i];
		w.by_priority[i] = &w.services[i];
	}
	w.core.roster = (struct roster){ .by_priority = w.by_priority, .count = CHILDREN };
	jobs_init(&w.jobs, &w.core);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	assert_int_equal(w.jobs.count, 0); /* no test leaves one behind */
	jobs_done(&w.jobs);
	return 0;
}

/* ---- the stories ---- */

static void a_start_is_answered_when_the_child_runs(void **state)
{
	struct listener l;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_START }, 2, 100);
	assert_string_equal(l.told, "");
	move(&w.services[1], SVC_STARTING);
	assert_string_equal(l.told, "");
	move(&w.services[1], SVC_RUNNING);
	assert_string_equal(l.told, "acme:c01 started\n");
	assert_false(l.is_ended);
	move(&w.services[0], SVC_RUNNING);
	assert_true(l.is_ended);
	assert_int_equal(l.exit_code, 0);
}

static void a_failure_is_told_with_its_reason_and_the_others_go_on(void **state)
{
	struct kept_problem problem = { .original = true, .problem = { .code = "file-altered" } };
	struct listener l;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_START }, 2, 100);
	assert_int_equal(text_copy(w.services[0].reason, sizeof w.services[0].reason, "bin/mail: altered"), 0);
	w.services[0].problems.first = &problem;
	move(&w.services[0], SVC_BACKOFF);
	assert_string_equal(l.told, "acme:c00 started (backoff: file-altered)\nproblem of acme:c00\n");
	move(&w.services[0], SVC_RUNNING); /* too late for this request */
	assert_int_equal(text_copy(w.services[1].reason, sizeof w.services[1].reason, "status 1"), 0);
	move(&w.services[1], SVC_BACKOFF);
	assert_non_null(strstr(l.told, "acme:c01 started (backoff: status 1)\n"));
	assert_true(l.is_ended);
	assert_int_equal(l.exit_code, REPLY_PARTIAL);
}

static void what_is_so_already_needs_no_request(void **state)
{
	struct listener l;

	(void)state;
	w.refuses = -EIO; /* any request would fail */
	w.services[0].state = SVC_RUNNING;
	begin(&l, &(struct job_order){ .kind = JOB_START }, 1, 100);
	assert_string_equal(l.told, "acme:c00 already-running\n");
	w.services[0].state = SVC_STOPPED;
	begin(&l, &(struct job_order){ .kind = JOB_STOP }, 1, 100);
	assert_string_equal(l.told, "acme:c00 already-stopped\n");
	assert_int_equal(l.exit_code, 0);
}

static void a_restart_passes_through_stopped(void **state)
{
	struct listener l;

	(void)state;
	w.services[0].state = SVC_RUNNING;
	begin(&l, &(struct job_order){ .kind = JOB_RESTART }, 2, 100);
	move(&w.services[0], SVC_STOPPED);
	move(&w.services[0], SVC_CHECKING);
	assert_string_equal(l.told, "");
	move(&w.services[0], SVC_RUNNING);
	move(&w.services[1], SVC_RUNNING);
	assert_string_equal(l.told, "acme:c00 restarted\nacme:c01 started\n");
	assert_true(l.is_ended);
}

static void a_start_that_someone_stops_has_failed(void **state)
{
	struct listener l;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_START }, 1, 100);
	w.services[0].wanted = false;
	move(&w.services[0], SVC_STOPPED);
	assert_true(l.is_ended);
	assert_int_equal(l.exit_code, REPLY_PARTIAL);
}

static void a_stop_that_nothing_ends_says_so(void **state)
{
	struct listener l;

	(void)state;
	w.services[0].state = SVC_RUNNING;
	begin(&l, &(struct job_order){ .kind = JOB_STOP }, 1, 100);
	assert_false(l.is_ended);
	move(&w.services[0], SVC_STUCK);
	assert_string_equal(l.told, "acme:c00 stopped (stuck)\n");
	assert_int_equal(l.exit_code, REPLY_PARTIAL);
}

static void while_reeve_ends_nothing_starts(void **state)
{
	struct listener l;

	(void)state;
	w.refuses = -ESHUTDOWN;
	begin(&l, &(struct job_order){ .kind = JOB_START }, 1, 100);
	assert_string_equal(l.told, "acme:c00 started (reeve is on its way out)\n");
}

static void a_listener_without_room_is_told_everything_once_later(void **state)
{
	struct listener l;
	size_t lines = 0;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_START }, CHILDREN, 3);
	for (size_t i = CHILDREN; i-- > 0;)
		move(&w.services[i], SVC_RUNNING);
	assert_string_equal(l.told, "acme:c39 started\nacme:c38 started\nacme:c37 started\n");
	for (int turn = 0; !l.is_ended && turn < 100; turn++)
		give_room(&l, 2);
	assert_true(l.is_ended);
	for (const char *s = l.told; *s != '\0'; s++)
		lines += *s == '\n';
	assert_int_equal(lines, CHILDREN);
	assert_int_equal(l.exit_code, 0);
}

static void a_status_pauses_between_the_problems_of_one_child(void **state)
{
	struct kept_problem second = { .original = true }, first = { .next = &second, .original = true };
	struct listener l;

	(void)state;
	w.services[0].state = SVC_DEAD;
	w.services[0].problems = (struct problem_list){ .first = &first, .kept = 2 };
	w.services[1].state = SVC_RUNNING;
	begin(&l, &(struct job_order){ .kind = JOB_STATUS }, 2, 2);
	assert_string_equal(l.told, "acme:c00 dead\nproblem of acme:c00\n");
	give_room(&l, 1);
	give_room(&l, 1);
	assert_string_equal(l.told, "acme:c00 dead\nproblem of acme:c00\nproblem of acme:c00\nacme:c01 running\n");
	assert_true(l.is_ended);
	assert_int_equal(l.exit_code, REPLY_NOT_RUNNING);
}

static void nobody_is_asked_for_and_that_is_done(void **state)
{
	struct listener l;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_STATUS }, 0, 100);
	assert_true(l.is_ended);
	assert_int_equal(l.exit_code, 0);
}

static void a_listener_that_goes_takes_its_request_with_it(void **state)
{
	struct listener l;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_START }, 2, 100);
	assert_int_equal(w.jobs.count, 1);
	l.reply.on_gone(&l.reply, l.reply.arg);
	assert_int_equal(w.jobs.count, 0);
	move(&w.services[0], SVC_RUNNING);
	assert_string_equal(l.told, "");
}

static void a_child_that_a_reload_removes_is_answered_for(void **state)
{
	struct listener l;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_START }, 3, 100);
	w.observer->removed(w.observer->arg, &w.services[1]);
	assert_string_equal(l.told, "acme:c01 removed (a reload removed it)\n");
	memset(&w.services[1], 0xff, sizeof w.services[1]); /* it is no more */
	move(&w.services[0], SVC_RUNNING);
	move(&w.services[2], SVC_RUNNING);
	assert_true(l.is_ended);
	assert_int_equal(l.exit_code, REPLY_PARTIAL);
}

static void one_removed_while_its_row_waits_is_not_waited_for(void **state)
{
	struct listener l;

	(void)state;
	w.services[0].state = w.services[1].state = SVC_RUNNING;
	begin(&l, &(struct job_order){ .kind = JOB_STATUS }, 2, 0);
	w.observer->removed(w.observer->arg, &w.services[0]);
	w.observer->removed(w.observer->arg, &w.services[1]);
	assert_false(l.is_ended);
	give_room(&l, 10);
	assert_true(l.is_ended);
	assert_string_equal(l.told, "");
}

static void checks_run_a_few_at_a_time_and_tell_their_problems(void **state)
{
	struct listener l;
	size_t ended = 0;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_CHECK }, CHILDREN, 1000);
	assert_true(w.checks_n > 0 && w.checks_n < CHILDREN);
	w.checks[0].client.problem(w.checks[0].client.arg, w.checks[0].service,
	                           &(struct problem_row){ .subject = "acme:c00", .original = true });
	end_check(&w.checks[ended++], 1);
	assert_string_equal(l.told, "problem of acme:c00\nacme:c00 checked (1 problem)\n");
	while (ended < w.checks_n)
		end_check(&w.checks[ended++], 0);
	assert_int_equal(ended, CHILDREN);
	assert_true(l.is_ended);
	assert_int_equal(l.exit_code, REPLY_PARTIAL);
}

static void problems_without_room_are_counted(void **state)
{
	struct listener l;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_CHECK }, 1, 0);
	for (int i = 0; i < 3; i++)
		w.checks[0].client.problem(w.checks[0].client.arg, w.checks[0].service, &(struct problem_row){ .subject = "s" });
	end_check(&w.checks[0], 3);
	give_room(&l, 10);
	assert_string_equal(l.told, "acme:c00 checked (3 problems, of which 3 are not shown; check it alone to see them)\n");
}

static void checks_that_cannot_begin_end_at_once(void **state)
{
	struct listener l;

	(void)state;
	w.refuses = -ESHUTDOWN;
	begin(&l, &(struct job_order){ .kind = JOB_CHECK }, CHILDREN, 1000);
	assert_true(l.is_ended);
	assert_int_equal(l.exit_code, REPLY_PARTIAL);
}

static void who_goes_away_has_his_checks_forgotten(void **state)
{
	struct listener l;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_CHECK }, 2, 100);
	l.reply.on_gone(&l.reply, l.reply.arg);
	assert_true(w.checks[0].is_forgotten);
	assert_true(w.checks[1].is_forgotten);
}

static void a_child_removed_under_its_check_is_answered_for(void **state)
{
	struct listener l;

	(void)state;
	begin(&l, &(struct job_order){ .kind = JOB_CHECK }, 1, 100);
	w.observer->removed(w.observer->arg, &w.services[0]);
	assert_true(w.checks[0].is_forgotten);
	assert_true(l.is_ended);
	assert_int_equal(l.exit_code, REPLY_PARTIAL);
}

static void signals_are_answered_at_once(void **state)
{
	struct listener l;

	(void)state;
	w.services[1].state = SVC_RUNNING;
	begin(&l, &(struct job_order){ .kind = JOB_SIGNAL, .signo = 10 }, 2, 100);
	assert_string_equal(l.told, "acme:c00 signalled (it has no process; start it first)\nacme:c01 signalled\n");
	assert_int_equal(l.exit_code, REPLY_PARTIAL);
}

static void too_many_at_once_are_refused(void **state)
{
	static struct listener many[JOBS_MAX + 1];

	(void)state;
	for (size_t i = 0; i <= JOBS_MAX; i++)
		begin(&many[i], &(struct job_order){ .kind = JOB_START }, 1, 100);
	assert_true(many[JOBS_MAX].is_ended);
	assert_int_equal(many[JOBS_MAX].exit_code, REPLY_BUSY);
	assert_false(many[JOBS_MAX - 1].is_ended);
	move(&w.services[0], SVC_RUNNING);
	assert_true(many[JOBS_MAX - 1].is_ended);
}

#define STORY(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(a_start_is_answered_when_the_child_runs),
		STORY(a_failure_is_told_with_its_reason_and_the_others_go_on),
		STORY(what_is_so_already_needs_no_request),
		STORY(a_restart_passes_through_stopped),
		STORY(a_start_that_someone_stops_has_failed),
		STORY(a_stop_that_nothing_ends_says_so),
		STORY(while_reeve_ends_nothing_starts),
		STORY(a_listener_without_room_is_told_everything_once_later),
		STORY(a_status_pauses_between_the_problems_of_one_child),
		STORY(nobody_is_asked_for_and_that_is_done),
		STORY(a_listener_that_goes_takes_its_request_with_it),
		STORY(a_child_that_a_reload_removes_is_answered_for),
		STORY(one_removed_while_its_row_waits_is_not_waited_for),
		STORY(checks_run_a_few_at_a_time_and_tell_their_problems),
		STORY(problems_without_room_are_counted),
		STORY(checks_that_cannot_begin_end_at_once),
		STORY(who_goes_away_has_his_checks_forgotten),
		STORY(a_child_removed_under_its_check_is_answered_for),
		STORY(signals_are_answered_at_once),
		STORY(too_many_at_once_are_refused),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/check.h"
#include "core/core.h"
#include "core/job_verdict.h"
#include "core/service.h"
#include "core/service_row.h"
#include "sys/clock.h"

enum { CHECKS_AT_ONCE = 16 };

enum stage { STAGE_TODO, STAGE_WAITING, STAGE_READY, STAGE_TOLD };

struct entry {
	struct service    *service;    /* NULL once it is removed */
	struct job_verdict verdict;
	enum stage         stage;
	uint32_t           rows;       /* of this child that were told: itself, then its problems */
	uint32_t           dropped;    /* problems that there was no room to tell */
	struct check      *check;
};

struct job {
	struct list      link;
	struct jobs     *jobs;
	struct reply    *reply;
	struct job_order order;
	struct entry    *entries;      /* sorted by name, as the roster */
	size_t           count;
	size_t           next;         /* all before it were told */
	size_t           untold;
	size_t           begun;        /* JOB_CHECK: all before it are under way or through */
	size_t           checking;
	bool             is_behind;    /* the listener has no room: rows wait for pump() */
	uint32_t         exit_code;
};

static void pump(struct job *job);

static void job_free(struct job *job)
{
	for (size_t i = 0; i < job->count; i++)
		if (job->entries[i].check != NULL)
			check_forget(job->entries[i].check);
	list_remove(&job->link);
	job->jobs->count--;
	free(job->entries);
	free(job);
}

/* The listener has gone: the rest is not worth telling, what was begun goes on. */
static void forget(struct reply *reply, void *arg)
{
	job_free(arg);
	reply_end(reply, REPLY_OK);
}

static void finish(struct job *job)
{
	struct reply *reply = job->reply;
	uint32_t exit_code = job->exit_code;

	job_free(job);
	reply_end(reply, exit_code);
}

static void room_again(struct reply *reply, void *arg)
{
	(void)reply;
	pump(arg);
}

/* ---- telling ---- */

/* The problems of a child, from where the telling stopped; rows counts the child's own row too. */
static int tell_problems(struct job *job, struct entry *e)
{
	struct problem_row row;

	while (service_fill_problem(e->service, e->rows - 1, &row)) {
		int r = reply_row(job->reply, MSG_PROBLEM, &row);

		if (r < 0)
			return r;
		e->rows++;
	}
	return 0;
}

static int tell_status(struct job *job, struct entry *e)
{
	struct service_row_room room;
	struct child_row row;

	if (e->rows == 0) {
		int r;

		service_fill_row(e->service, sys_now_ms(), &room, &row);
		r = reply_row(job->reply, MSG_CHILD, &row);
		if (r < 0)
			return r;
		e->rows = 1;
	}
	if (e->service->state != SVC_RUNNING)
		job->exit_code = REPLY_NOT_RUNNING;
	return tell_problems(job, e);
}

static int tell_outcome(struct job *job, struct entry *e)
{
	struct outcome_row row = {
		.name = service_name(e->service), .action = e->verdict.action, .ok = e->verdict.is_ok,
	};
	char error[512] = "";

	if (!row.ok)
		job->exit_code = REPLY_PARTIAL;
	if (e->rows == 0) {
		int r;

		if (!row.ok)
			job_verdict_explain(&e->verdict, e->service, e->dropped, error, sizeof error);
		row.error = error;
		r = reply_row(job->reply, MSG_OUTCOME, &row);
		if (r < 0)
			return r;
		e->rows = 1;
	}
	/* A check told its problems as it met them; these are why a start was refused. */
	return row.ok || job->order.kind == JOB_CHECK ? 0 : tell_problems(job, e);
}

/* -EAGAIN: the listener has no room, and pump() goes on when it has. */
static int tell(struct job *job, struct entry *e)
{
	int r = job->order.kind == JOB_STATUS ? tell_status(job, e) : tell_outcome(job, e);

	if (r < 0) {
		job->is_behind = true;
		reply_when_room(job->reply, room_again, job);
		return r;
	}
	e->stage = STAGE_TOLD;
	job->untold--;
	return 0;
}

/* ---- checks ---- */

/* By bisection over what is sorted by name; a child that a reload removed leaves a hole. */
static struct entry *find_entry(struct job *job, const struct service *s)
{
	size_t low = 0, high = job->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		size_t at = middle;
		int order;

		while (at < high && job->entries[at].service == NULL)
			at++;
		order = at < high ? strcmp(service_name(job->entries[at].service), service_name(s)) : 1;
		if (order == 0)
			return &job->entries[at];
		if (order < 0)
			low = at + 1;
		else
			high = middle;
	}
	return NULL;
}

static void check_problem(void *arg, struct service *s, const struct problem_row *row)
{
	struct job *job = arg;
	struct entry *e = find_entry(job, s);

	if (reply_row(job->reply, MSG_PROBLEM, row) < 0 && e != NULL)
		e->dropped++;
}

static void check_done(void *arg, struct service *s, const struct check_result *result)
{
	struct job *job = arg;
	struct entry *e = find_entry(job, s);

	job->checking--;
	if (e != NULL) {
		e->check = NULL;
		e->stage = STAGE_READY;
		e->verdict = job_verdict_of_check(result);
	}
	pump(job);
}

/* As many as may run at once, and none while the listener is behind. */
static void begin_checks(struct job *job)
{
	const struct attempt_order order = { .check_only = true, .full = job->order.full };
	const struct check_client client = { .problem = check_problem, .done = check_done, .arg = job };

	for (; job->begun < job->count && job->checking < CHECKS_AT_ONCE && !job->is_behind; job->begun++) {
		struct entry *e = &job->entries[job->begun];
		int r;

		if (e->service == NULL)
			continue;
		r = check_begin(job->jobs->core, e->service, &order, &client, &e->check);
		e->stage = r < 0 ? STAGE_READY : STAGE_WAITING;
		if (r < 0)
			e->verdict = job_verdict_of_error("checked", r);
		else
			job->checking++;
	}
}

/* ---- going on ---- */

/* Tells whatever is ready, begins what can begin, and ends the job when nothing is left. */
static void pump(struct job *job)
{
	job->is_behind = false;
	for (size_t i = job->next; i < job->count; i++) {
		struct entry *e = &job->entries[i];

		if (e->stage == STAGE_READY && tell(job, e) < 0)
			return;
		if (e->stage == STAGE_TOLD && i == job->next)
			job->next++;
	}
	if (job->order.kind == JOB_CHECK) {
		begin_checks(job);
		/* One that could not even begin is ready at once. */
		if (job->checking == 0 && job->untold > 0) {
			pump(job);
			return;
		}
	}
	if (job->untold == 0)
		finish(job);
}

static void request(struct job *job, struct entry *e)
{
	struct service *s = e->service;

	e->stage = STAGE_WAITING;
	switch (job->order.kind) {
	case JOB_START:
	case JOB_STOP:
	case JOB_RESTART:
		e->verdict = job_verdict_request(job->order.kind, s);
		break;
	case JOB_SIGNAL:
		e->verdict = job_verdict_of_error("signalled", service_signal(s, job->order.signo));
		break;
	case JOB_STATUS:
	case JOB_CHECK:
	case JOB_KIND_COUNT:
		e->verdict = (struct job_verdict){ .is_final = true, .is_ok = true };
		break;
	}
	if (e->verdict.is_final)
		e->stage = STAGE_READY;
}

/* Starts in rising priority and stops in falling, so that a logger knows then that nobody means to write to it. */
static void request_all(struct job *job)
{
	const struct roster *r = &job->jobs->core->roster;

	for (size_t i = 0; i < r->count; i++) {
		size_t place = job->order.kind == JOB_STOP ? r->count - 1 - i : i;
		struct entry *e = find_entry(job, r->by_priority[place]);

		if (e != NULL)
			request(job, e);
	}
}

/* A child moved: whoever waits for it may have his outcome. */
static void job_moved(struct job *job, struct service *s)
{
	struct entry *e;

	if (job->order.kind > JOB_RESTART || job->order.kind == JOB_STATUS)
		return;
	e = find_entry(job, s);
	if (e == NULL || e->stage != STAGE_WAITING)
		return;
	job_verdict_look(job->order.kind, s, &e->verdict);
	if (!e->verdict.is_final)
		return;
	e->stage = STAGE_READY;
	if (!job->is_behind && tell(job, e) == 0 && job->untold == 0)
		finish(job);
}

static void moved(void *arg, struct service *s, enum svc_event on, enum svc_state from)
{
	struct jobs *j = arg;

	(void)on;
	(void)from;
	list_each(&j->all, it)
		job_moved(container_of(it, struct job, link), s);
}

/* It is no more after this: what can be told of it is told now or never. */
static void job_removed(struct job *job, struct service *s)
{
	struct entry *e = find_entry(job, s);

	if (e == NULL)
		return;
	if (e->check != NULL) {
		check_forget(e->check);
		e->check = NULL;
		job->checking--;
	}
	if (e->stage != STAGE_TOLD && job->order.kind != JOB_STATUS) {
		if (e->stage != STAGE_READY)
			e->verdict = job_verdict_of_error("removed", job->order.kind == JOB_STOP ? 0 : -ENOENT);
		if (!e->verdict.is_ok)
			job->exit_code = REPLY_PARTIAL;
		(void)tell(job, e); /* no room: its row is lost with it, its failure is not */
	}
	if (e->stage != STAGE_TOLD)
		job->untold--;
	e->stage = STAGE_TOLD;
	e->service = NULL;
	if (job->untold == 0 && !job->is_behind)
		finish(job);
}

static void removed(void *arg, struct service *s)
{
	struct jobs *j = arg;

	list_each(&j->all, it)
		job_removed(container_of(it, struct job, link), s);
}

void jobs_init(struct jobs *j, struct core *core)
{
	*j = (struct jobs){ .core = core, .observer = { .moved = moved, .removed = removed, .arg = j } };
	list_init(&j->all);
	list_init(&j->observer.link);
	observe(core, &j->observer);
}

void jobs_done(struct jobs *j)
{
	observe_no_more(&j->observer);
	list_each(&j->all, it)
		finish(container_of(it, struct job, link));
}

static struct job *make_job(struct jobs *j, const struct job_order *order, const struct choice *choice)
{
	struct job *job;

	if (j->count == JOBS_MAX)
		return NULL;
	job = calloc(1, sizeof *job);
	if (job == NULL)
		return NULL;
	job->entries = calloc(choice->count + 1, sizeof *job->entries);
	if (job->entries == NULL) {
		free(job);
		return NULL;
	}
	job->jobs = j;
	job->order = *order;
	job->count = job->untold = choice->count;
	for (size_t i = 0; i < choice->count; i++)
		job->entries[i].service = choice->all[i];
	list_append(&j->all, &job->link);
	j->count++;
	return job;
}

void job_begin(struct jobs *j, const struct job_order *order, struct choice *choice, struct reply *reply)
{
	struct job *job = make_job(j, order, choice);

	choice_done(choice);
	if (job == NULL) {
		reply_refuse(reply, REPLY_BUSY, &(struct error_row){
			.code = "busy", .text = "reeve has too many requests under way; try again when some are through" });
		return;
	}
	job->reply = reply;
	reply_when_gone(reply, forget, job);
	/* The request comes before anything is told: what moves in the meantime is seen as it is. */
	job->is_behind = true;
	if (order->kind != JOB_CHECK)
		request_all(job);
	pump(job);
}

/*
 * reeve-store: the only writer of the store. It answers the requests that come in on descriptor 3, one
 * after the other, and ends when the asker hangs up. Started with --role it is one of its own
 * sandboxed roles instead.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/own.h"
#include "store/fault.h"
#include "store/fetch.h"
#include "store/gc.h"
#include "store/job.h"
#include "store/journal.h"
#include "store/list.h"
#include "store/pull.h"
#include "store/recover.h"
#include "store/unpack.h"
#include "wire/channel.h"
#include "wire/rows.h"

enum { CONTROL = 3, IN_MAX = 128 * 1024, OUT_MAX = 64 * 1024 };

enum exit_code { EXIT_DONE = 0, EXIT_BROKEN = 1, EXIT_USAGE = 2 };

static int ask_check(struct job *j, const void *body UNUSED)
{
	struct store_staged s;
	int r = pull_check(j, &s);

	return r < 0 ? r : asker_answer(&j->asker, MSG_STORE_STAGED, &s);
}

static int ask_pull(struct job *j, const void *body)
{
	struct store_staged s;
	int r = pull_stage(j, body, &s);

	return r < 0 ? r : asker_answer(&j->asker, MSG_STORE_STAGED, &s);
}

static int ask_commit(struct job *j, const void *body UNUSED)
{
	struct store_committed c;
	int r = pull_commit(j, &c);

	return r < 0 ? r : asker_answer(&j->asker, MSG_STORE_COMMITTED, &c);
}

static int done(struct job *j, int r)
{
	return r < 0 ? r : asker_answer(&j->asker, MSG_STORE_DONE, NULL);
}

static int ask_journal(struct job *j, const void *body)
{
	return done(j, journal_add(j, body));
}

static int say_child(struct job *j, const void *body)
{
	return journal_add_child(j, body);
}

static int ask_report(struct job *j, const void *body)
{
	return done(j, journal_close(j, body));
}

static int ask_recover(struct job *j, const void *body UNUSED)
{
	return done(j, recover_run(j));
}

static int say_in_use(struct job *j, const void *body)
{
	const struct store_current *c = body;

	return gc_note_use(j, &c->digest);
}

static int ask_gc(struct job *j, const void *body UNUSED)
{
	return done(j, gc_run(j));
}

static int ask_list(struct job *j, const void *body UNUSED)
{
	return done(j, list_run(j));
}

/* Every request that may follow STORE_OPEN. */
static int (*const requests[MSG_LIMIT])(struct job *, const void *body) = {
	[MSG_STORE_CHECK]        = ask_check,
	[MSG_STORE_PULL]         = ask_pull,
	[MSG_STORE_COMMIT]       = ask_commit,
	[MSG_STORE_JOURNAL]      = ask_journal,
	[MSG_STORE_REPORT_CHILD] = say_child,
	[MSG_STORE_REPORT]       = ask_report,
	[MSG_STORE_RECOVER]      = ask_recover,
	[MSG_STORE_GC]           = ask_gc,
	[MSG_STORE_LIST]         = ask_list,
	[MSG_STORE_IN_USE]       = say_in_use,
};

/* Any of the records that a request may carry. */
union body {
	struct store_pull        pull;
	struct store_journal     journal;
	struct store_current     in_use;
	struct upgrade_child_row child;
	struct upgrade_row       report;
};

static int carry_out(struct job *j, const struct frame *f)
{
	union body body;

	j->asker.id = f->id;
	if (f->type == MSG_STORE_OPEN) /* not answered unless it fails */
		return job_open(j, f->body, f->len);
	if (!j->is_open || requests[f->type] == NULL)
		return fault(&j->problem, FAULT_REQUEST, msg_name(f->type), "not in this order");
	if (msg_rule(f->type)->record != NULL && msg_decode(f, &body) < 0)
		return fault(&j->problem, FAULT_REQUEST, msg_name(f->type), "nonsense");
	return requests[f->type](j, &body);
}

/* 0 to go on; else the channel is of no use any more. */
static int serve(struct job *j, struct frame *f)
{
	OWN(mem) uint8_t *body = malloc(f->len + 1);
	int r;

	if (body == NULL)
		return -ENOMEM;
	memcpy(body, f->body, f->len); /* progress goes out while the request is in use */
	f->body = body;
	r = carry_out(j, f);
	if (r != -ECANCELED)
		return r;
	log_event(LOG_WARN, j->asker.subject != NULL ? j->asker.subject : "store", "failed", "code=%s path=%s",
	          j->problem.code, j->problem.path);
	return asker_answer(&j->asker, MSG_STORE_FAILED, &(struct problem_row){
		.subject = j->asker.subject, .original = true, .problem = j->problem });
}

static int serve_all(void)
{
	struct job job = { .journal = -1 };
	struct frame f;
	int r = channel_new(CONTROL, FROM_REEVE, IN_MAX, OUT_MAX, &job.asker.channel);

	job.asker.problem = &job.problem;
	if (r < 0) {
		log_event(LOG_ERROR, "store", "no-channel", "error=\"%s\"", strerror(-r));
		return EXIT_BROKEN;
	}
	while (r == 0 && (r = channel_wait_next(job.asker.channel, -1, &f)) == 1)
		r = serve(&job, &f);
	job_close(&job);
	channel_free(job.asker.channel);
	return r == -EPIPE || r == 0 ? EXIT_DONE : EXIT_BROKEN;
}

int main(int argc, char **argv)
{
	(void)umask(022);
	(void)sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	log_init("reeve-store", LOG_INFO);
	if (argc == 1)
		return serve_all();
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "fetch") == 0)
		_exit(fetch_role()); /* nothing is left to do, and its sandbox would not let a leak checker look */
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "unpack") == 0)
		_exit(unpack_role());
	log_event(LOG_ERROR, "store", "usage", "is=\"started by reeve, not by hand\"");
	return EXIT_USAGE;
}

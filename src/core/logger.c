#include "core/logger.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "core/core.h"
#include "core/service.h"
#include "core/sinks.h"
#include "sys/fd.h"
#include "wire/orders.h"
#include "wire/rows.h"

enum {
	SAYS_MAX  = 1024,       /* body of a LOG_LOST */
	TOLD_MAX  = 64 << 10,   /* bytes of orders that may wait */
	RELAYS_MAX = 32,        /* second pipes; who comes later goes without */
};

/* What reeve-log is told of a stream, in order. */
enum { TELL_ATTACH, TELL_RELAY, TELL_SINKS };

static bool is_err(const struct stream *st)
{
	return st == &st->service->err;
}

/* To be told of, for the first time or anew. */
static bool is_waiting(const struct stream *st)
{
	return !list_is_empty(&st->link);
}

/* ---- telling reeve-log ---- */

static int send_attach(struct logger *l, struct stream *st, uint32_t sinks)
{
	struct log_attach order = {
		.stream = st->number,
		.child = service_name(st->service),
		.label = is_err(st) ? "err" : "out",
		.block = st->service->conf->service->log_block,
		.sinks = sinks,
	};

	return helper_send(&l->helper, MSG_LOG_ATTACH, 0, &order, &st->read_fd);
}

/* What a killed reeve-log left in it comes before what is in the pipe: it is told before the last sink. */
static int send_relay(struct logger *l, const struct stream *st)
{
	if (!stream_has_relay(st))
		return 0;
	return helper_send(&l->helper, MSG_LOG_RELAY, 0, &(struct log_stream){ st->number }, st->relay);
}

/* The i-th place where it goes; the last one is its logger, where it has one. */
static int send_sink(struct logger *l, struct stream *st, uint32_t i, int feed_fd)
{
	struct log_feed feed = { .stream = st->number, .logger = st->service->conf->logger };
	struct log_sink sink;

	if (i == sinks_count(st->service, is_err(st)))
		return helper_send(&l->helper, MSG_LOG_FEED, 0, &feed, &feed_fd);
	sink = sinks_get(st->service, is_err(st), i);
	sink.stream = st->number;
	return helper_send(&l->helper, MSG_LOG_SINK, 0, &sink, NULL);
}

/* The stream, its relay, then where it goes; what was told already is not told again. */
static int attach(struct logger *l, struct stream *st)
{
	int feed_fd, r = 0;
	bool has_logger = feed_of(st->service, &feed_fd) == 0; /* a change of that tells all of it anew */
	uint32_t sinks = (uint32_t)sinks_count(st->service, is_err(st)) + has_logger;

	for (; r == 0 && st->told < TELL_SINKS + sinks; st->told += r == 0) {
		if (st->told == TELL_ATTACH)
			r = send_attach(l, st, sinks);
		else if (st->told == TELL_RELAY)
			r = send_relay(l, st);
		else
			r = send_sink(l, st, st->told - TELL_SINKS, feed_fd);
	}
	if (r == 0)
		st->feeds = has_logger ? roster_find(&l->core->roster, st->service->conf->logger)->number : 0;
	return r;
}

/* Tells of every stream that waits, as long as there is room. */
static void pump(struct logger *l)
{
	while (!list_is_empty(&l->untold)) {
		struct stream *st = container_of(l->untold.next, struct stream, link);

		if (attach(l, st) < 0)
			return; /* no room: when it has read some; down: when it is up again */
		list_remove(&st->link);
		st->is_attached = true;
	}
}

static void tell(struct logger *l, struct stream *st)
{
	int feed_fd;

	if (st->read_fd < 0 || st->is_attached || feed_of(st->service, &feed_fd) == -EAGAIN)
		return;
	list_remove(&st->link);
	list_append(&l->untold, &st->link);
	st->told = 0;
	pump(l);
}

/* reeve-log does not have it, or not any more. */
static void forget(struct stream *st)
{
	st->is_attached = false;
	st->told = 0;
	st->feeds = 0;
}

/* It went with reeve-log; whatever is wrong with a sink, the next one finds it out for itself. */
static void lose(struct stream *st)
{
	forget(st);
	st->trouble[0] = '\0';
}

static void untell(struct logger *l, struct stream *st)
{
	list_remove(&st->link);
	if (!st->is_attached && st->told == 0)
		return;
	forget(st);
	if (helper_send(&l->helper, MSG_LOG_DETACH, 0, &(struct log_stream){ st->number }, NULL) < 0)
		log_event(LOG_WARN, service_name(st->service), "log-not-detached", "stream=%u", st->number);
}

static void on_up(struct helper *h)
{
	struct logger *l = container_of(h, struct logger, helper);
	struct roster *r = &l->core->roster;

	for (size_t i = 0; i < r->count; i++) {
		tell(l, &r->all[i]->out);
		tell(l, &r->all[i]->err);
	}
	for (size_t i = 0; i < r->count; i++)
		feed_check(r->all[i]);
	service_settle(l->core);
}

static struct stream *find_stream(struct logger *l, uint32_t number)
{
	struct roster *r = &l->core->roster;

	for (size_t i = 0; i < r->count; i++)
		if (r->all[i]->number == number / 2)
			return number % 2 == 0 ? &r->all[i]->out : &r->all[i]->err;
	return NULL;
}

static void take_lost(struct stream *st, const struct log_lost *lost)
{
	struct text trouble;

	st->lost += lost->bytes;
	text_init(&trouble, st->trouble, sizeof st->trouble);
	text_add(&trouble, lost->error);
}

static bool may_have_relay(const struct logger *l, const struct stream *st)
{
	return st->is_attached && !is_waiting(st) && !stream_has_relay(st) && l->relays < RELAYS_MAX;
}

/* It fills its pipe; whoever gets no relay moves on without. */
static void take_crowded(struct logger *l, struct stream *st)
{
	if (!may_have_relay(l, st) || stream_open_relay(st) < 0)
		return;
	l->relays++;
	(void)send_relay(l, st); /* no room to say so: when it is attached the next time */
}

static void on_frame(struct helper *h, const struct frame *f)
{
	struct logger *l = container_of(h, struct logger, helper);
	struct log_stream crowded;
	struct log_lost lost;
	struct stream *st = NULL; /* stays so when its child was removed meanwhile */

	if (f->type == MSG_LOG_LOST && msg_decode(f, &lost) == 0) {
		st = find_stream(l, lost.stream);
		if (st != NULL)
			take_lost(st, &lost);
	} else if (f->type == MSG_LOG_CROWDED && msg_decode(f, &crowded) == 0) {
		st = find_stream(l, crowded.stream);
		if (st != NULL)
			take_crowded(l, st);
	} else {
		log_event(LOG_ERROR, h->kind->program, "unasked", "message=%s", msg_name(f->type));
	}
}

static void on_writable(struct helper *h)
{
	pump(container_of(h, struct logger, helper));
}

static void on_down(struct helper *h, const struct exit_status *how)
{
	struct logger *l = container_of(h, struct logger, helper);
	struct roster *r = &l->core->roster;
	char end[64];

	for (size_t i = 0; i < r->count; i++) {
		lose(&r->all[i]->out);
		lose(&r->all[i]->err);
	}
	if (how != NULL && !h->stopping) {
		exit_status_format(how, end, sizeof end);
		log_event(LOG_ERROR, "reeve-log", "died", "how=\"%s\"", end);
	}
	shutdown_advance(&l->core->shutdown);
}

/* As whom it runs; nothing stands for our own user, whose powers it gives up. */
static const char *run_as(const struct helper *h, char *buf, size_t max)
{
	const char *user = h->core->conf->org.log_user;
	struct text t;

	if (*user == '\0')
		return NULL;
	text_init(&t, buf, max);
	text_addf(&t, "--user=%s", user);
	return buf;
}

static const struct helper_kind kind = {
	.program = "reeve-log",
	.argument = run_as,
	.resident = true,
	.may_send = FROM_LOG,
	.in_max = SAYS_MAX,
	.out_max = TOLD_MAX,
	.up = on_up,
	.frame = on_frame,
	.writable = on_writable,
	.down = on_down,
};

static void moved(void *arg UNUSED, struct service *s, enum svc_event on UNUSED, enum svc_state from UNUSED)
{
	feed_moved(s);
}

void logger_init(struct logger *l, struct core *core)
{
	*l = (struct logger){ .core = core, .observer = { .moved = moved } };
	list_init(&l->untold);
	list_init(&l->observer.link);
	observe(core, &l->observer);
	helper_init(&l->helper, core, &kind);
}

void logger_done(struct logger *l)
{
	observe_no_more(&l->observer);
	helper_done(&l->helper);
}

/* ---- the streams of a child ---- */

static void close_stream(struct logger *l, struct stream *st)
{
	untell(l, st);
	l->relays -= stream_has_relay(st);
	stream_close(st, l->core->null_fd);
}

static int open_stream(struct logger *l, struct stream *st)
{
	int r = stream_open(st);

	if (r == 0)
		tell(l, st);
	return r;
}

/* Has a pipe for a stream that is kept, and none for another. */
static int fit_stream(struct logger *l, struct stream *st, bool is_kept)
{
	if (is_kept == (st->read_fd >= 0))
		return 0;
	if (is_kept)
		return open_stream(l, st);
	close_stream(l, st);
	return 0;
}

static int fit(struct logger *l, struct service *s)
{
	int r = fit_stream(l, &s->out, child_conf_keeps(s->conf, false));

	if (r == 0)
		r = fit_stream(l, &s->err, child_conf_keeps(s->conf, true));
	if (s->err.read_fd < 0)
		s->err.write_fd = s->conf->service->redirect_stderr ? s->out.write_fd : l->core->null_fd;
	return r == 0 ? feed_fit(s) : r;
}

int logger_open(struct logger *l, struct service *s)
{
	int r;

	stream_init(&s->out, s, s->number * 2, l->core->null_fd);
	stream_init(&s->err, s, s->number * 2 + 1, l->core->null_fd);
	feed_init(&s->feed);
	r = fit(l, s);
	if (r < 0)
		logger_close(l, s);
	return r;
}

void logger_close(struct logger *l, struct service *s)
{
	close_stream(l, &s->out);
	close_stream(l, &s->err);
	feed_close(&s->feed);
}

void logger_refit(struct logger *l, struct service *s)
{
	int r = fit(l, s);

	if (r < 0)
		log_event(LOG_ERROR, service_name(s), "output-lost",
		          "error=\"%s\" remedy=\"raise the limit of open files\"", strerror(-r));
}

/*
 * A stream that reeve-log has is attached once more, in place of what it was: a detach before that could end a line
 * that is under way, and throw away what waits for a place in trouble.
 */
static void tell_anew(struct logger *l, struct stream *st)
{
	int feed_fd;

	if (feed_of(st->service, &feed_fd) == -EAGAIN) {
		untell(l, st); /* its logger has to see the end of its input first */
		return;
	}
	list_remove(&st->link);
	list_append(&l->untold, &st->link);
	st->is_attached = st->is_attached || st->told > 0;
	st->told = 0;
	pump(l);
}

void logger_settings_changed(struct logger *l, struct service *s)
{
	struct stream *streams[] = { &s->out, &s->err };

	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		if (streams[i]->read_fd >= 0 && child_conf_keeps(s->conf, i == 1)) /* else with the next process */
			tell_anew(l, streams[i]);
}

/* What reeve-log has goes where it was told, which settings for the next process do not change; or is to be told. */
static bool goes_to(const struct stream *st, const struct service *to)
{
	if (st->is_attached && st->feeds == to->number)
		return true;
	return (!st->is_attached || is_waiting(st)) && strcmp(st->service->conf->logger, service_name(to)) == 0;
}

void logger_drain(struct logger *l, struct service *s, const struct service *to)
{
	if (goes_to(&s->out, to))
		untell(l, &s->out);
	if (goes_to(&s->err, to))
		untell(l, &s->err);
}

void logger_reopen_files(struct logger *l)
{
	if (helper_send(&l->helper, MSG_LOG_REOPEN, 0, NULL, NULL) < 0)
		log_event(LOG_WARN, "reeve-log", "not-reopened",
		          "remedy=\"it opens every file anew when it is started\"");
}

int logger_tail(struct logger *l, const struct service *s, const struct ask_tail *ask, int fd)
{
	const struct stream *st = ask->err && s->err.read_fd >= 0 ? &s->err : &s->out;
	struct log_tail order = {
		.stream = st->number, .lines = ask->lines, .follow = ask->follow, .whole = ask->whole,
		.since_ms = ask->since_ms,
	};

	if (st->read_fd < 0)
		return -ENOENT;
	return helper_send(&l->helper, MSG_LOG_TAIL, 0, &order, &fd);
}

void logger_finish(struct logger *l, uint64_t grace_ms)
{
	helper_stop(&l->helper, grace_ms);
}

#include "core/feed.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "core/core.h"
#include "core/service.h"
#include "sys/fd.h"

void feed_init(struct feed *f)
{
	*f = (struct feed){ .read_fd = -1, .write_fd = -1 };
}

static void close_end(int *fd)
{
	sys_close(*fd);
	*fd = -1;
}

void feed_close(struct feed *f)
{
	close_end(&f->read_fd);
	close_end(&f->write_fd);
}

/* Whether the output of s goes to the logger: as it is configured, or as its process of before the reload was. */
static bool is_fed_by(const struct service *logger, const struct service *s)
{
	return s->out.feeds == logger->number || s->err.feeds == logger->number ||
	       strcmp(s->conf->logger, service_name(logger)) == 0;
}

/* Whether s writes to the logger, or may soon. */
static bool is_writer(const struct service *s, const struct service *logger)
{
	bool has_process = state_facts(s->state)->process != PROCESS_NONE && s->state != SVC_STUCK;

	return (has_process || s->state == SVC_BACKOFF) && is_fed_by(logger, s);
}

/* Everybody who logs to s is attached anew: to the pipe that s has now, or without one. */
static void tell_writers(struct service *s)
{
	struct roster *r = &s->core->roster;

	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->all[i]->conf->logger, service_name(s)) == 0)
			logger_settings_changed(&s->core->logger, r->all[i]);
}

/* reeve-log never waits for a logger, the logger waits for its input: only the writing end does not block. */
static int make_pipe(struct feed *f)
{
	int pipe[2];
	int r = sys_pipe(pipe, NONBLOCK_WRITE);

	if (r < 0)
		return r;
	*f = (struct feed){ .read_fd = pipe[0], .write_fd = pipe[1] };
	return 0;
}

int feed_fit(struct service *s)
{
	int r = 0;

	if (s->conf->is_logger == (s->feed.read_fd >= 0))
		return 0;
	if (s->conf->is_logger)
		r = make_pipe(&s->feed);
	else
		feed_close(&s->feed);
	if (r == 0)
		tell_writers(s);
	return r;
}

int feed_input(const struct service *s)
{
	return s->feed.read_fd >= 0 ? s->feed.read_fd : s->core->null_fd;
}

int feed_of(const struct service *s, int *ret)
{
	const struct service *logger = NULL;

	if (s->conf->logger[0] != '\0')
		logger = roster_find(&s->core->roster, s->conf->logger);
	if (logger == NULL || logger->feed.read_fd < 0)
		return -ENOENT;
	if (logger->feed.write_fd < 0)
		return -EAGAIN;
	*ret = logger->feed.write_fd;
	return 0;
}

/* ---- the stop of a logger ---- */

/* Whether anybody writes to s, or even means to go on. */
static bool has_writer(const struct service *s, bool stays)
{
	const struct roster *r = &s->core->roster;

	for (size_t i = 0; i < r->count; i++)
		if (is_writer(r->all[i], s) && (!stays || r->all[i]->wanted))
			return true;
	return false;
}

/* What is left in the pipes of those who are down moves on; then nobody holds the writing end any more. */
static void end_input(struct service *s)
{
	struct roster *r = &s->core->roster;

	for (size_t i = 0; i < r->count; i++)
		logger_drain(&s->core->logger, r->all[i], s);
	close_end(&s->feed.write_fd);
}

/* Whether what is on its way to s can only become more, or cannot get there now. */
static bool has_to_wait(const struct service *s)
{
	return has_writer(s, false) || !helper_is_up(&s->core->logger.helper);
}

void feed_check(struct service *s)
{
	if (s->feed.stage == FEED_WAITS && s->state == SVC_STOPPING && !has_to_wait(s))
		service_queue(s, ON_INPUT_OVER);
}

enum feed_stage feed_stop(struct service *s)
{
	struct feed *f = &s->feed;

	if (f->read_fd < 0 || f->stage >= FEED_ENDS || (f->stage == FEED_OPEN && has_writer(s, true))) {
		f->stage = FEED_OVER;
	} else if (has_to_wait(s)) {
		f->stage = f->stage == FEED_OPEN ? FEED_WAITS : FEED_OVER; /* it has waited long enough for them */
	} else {
		f->stage = FEED_ENDS;
		end_input(s);
	}
	return f->stage;
}

/* What the logger did not come to read is the first that it reads next. */
static void move_rest(struct service *s, int from)
{
	ssize_t n = sys_pipe_move(from, s->feed.write_fd);

	if (n > 0)
		log_event(LOG_INFO, service_name(s), "input-kept", "bytes=%zd", n);
}

/* A logger is down: those who write next find a pipe again, and in it what the logger did not come to read. */
static void restore(struct service *s)
{
	struct feed old = s->feed;
	int r = 0;

	s->feed.stage = FEED_OPEN;
	if (old.read_fd < 0 || old.write_fd >= 0)
		return;
	r = make_pipe(&s->feed);
	if (r < 0) {
		log_event(LOG_ERROR, service_name(s), "input-lost",
		          "error=\"%s\" remedy=\"raise the limit of open files\"", strerror(-r));
		s->feed.stage = FEED_OPEN;
		feed_close(&s->feed); /* before its next launch it is tried again */
	} else {
		move_rest(s, old.read_fd);
		sys_close(old.read_fd);
	}
	tell_writers(s);
}

void feed_moved(struct service *s)
{
	struct roster *r = &s->core->roster;
	bool is_writing = s->out.feeds > 0 || s->err.feeds > 0 || s->conf->logger[0] != '\0';

	if (state_facts(s->state)->process != PROCESS_NONE && s->state != SVC_STUCK)
		return;
	restore(s);
	for (size_t i = 0; is_writing && i < r->count; i++)
		if (r->all[i]->feed.stage == FEED_WAITS && is_fed_by(r->all[i], s))
			feed_check(r->all[i]);
}

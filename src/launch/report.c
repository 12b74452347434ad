#include "launch/report.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/fd.h"
#include "wire/message.h"
#include "wire/rows.h"

void report_init(struct report *r, int fd, uint32_t id, const char *subject)
{
	*r = (struct report){ .fd = fd, .id = id, .subject = subject };
}

static struct problem *add(struct report *r, bool advisory)
{
	struct finding *f = r->count < REPORT_MAX ? malloc(sizeof *f) : NULL;

	if (advisory)
		r->advisories++;
	else
		r->problems++;
	if (f == NULL)
		return &r->spare.problem;
	r->found[r->count++] = f;
	*f = (struct finding){ .check = r->check, .advisory = advisory };
	return &f->problem;
}

struct problem *report_problem(struct report *r)
{
	return add(r, false);
}

struct problem *report_advice(struct report *r)
{
	return add(r, true);
}

/*
 * The pipe may be a non-blocking one that reeve is slow to read: this process has the time to wait.
 * When reeve is gone SIGPIPE ends us, and nobody is left to tell.
 */
static void put(int fd, const uint8_t *at, size_t len)
{
	while (len > 0) {
		ssize_t n = sys_write(fd, at, len);
		struct pollfd out = { .fd = fd, .events = POLLOUT };

		if (n == -EAGAIN && (poll(&out, 1, -1) > 0 || errno == EINTR))
			continue;
		if (n < 0)
			return;
		at += n;
		len -= (size_t)n;
	}
}

static void send_frame(const struct report *r, enum msg type, const void *body)
{
	uint8_t frame[FRAME_HEAD + 2048];
	size_t len;

	if (msg_encode(type, r->id, body, frame, sizeof frame, &len) == 0)
		put(r->fd, frame, len);
}

/* Stable, by check; at most REPORT_MAX elements, nearly in order already. */
static void sort(struct report *r)
{
	for (size_t i = 1; i < r->count; i++) {
		struct finding *f = r->found[i];
		size_t k = i;

		for (; k > 0 && r->found[k - 1]->check > f->check; k--)
			r->found[k] = r->found[k - 1];
		r->found[k] = f;
	}
}

void report_send(struct report *r)
{
	size_t more = r->problems + r->advisories - r->count;

	sort(r);
	for (size_t i = 0; i < r->count; i++) {
		struct problem_row row = {
			.subject = r->subject, .original = true,
			.advisory = r->found[i]->advisory, .problem = r->found[i]->problem,
		};

		send_frame(r, MSG_LAUNCH_PROBLEM, &row);
	}
	if (more > 0) {
		struct problem_row row = { .subject = r->subject, .original = true, .advisory = true };

		problem_set(&row.problem, PROBLEM_HOST, "more", "", "and %zu more", more);
		send_frame(r, MSG_LAUNCH_PROBLEM, &row);
	}
}

void report_pinned(const struct report *r, const struct launch_pinned *pinned)
{
	send_frame(r, MSG_LAUNCH_PINNED, pinned);
}

void report_checked(const struct report *r)
{
	struct launch_checked checked = { r->problems, r->advisories };

	send_frame(r, MSG_LAUNCH_CHECKED, &checked);
}

void report_refused(const struct report *r, const char *step, int error, const char *text)
{
	struct launch_refused refused = { .step = step, .error = error, .text = text };

	send_frame(r, MSG_LAUNCH_REFUSED, &refused);
}

void report_left(const struct report *r, const struct launch_left *left)
{
	send_frame(r, MSG_LAUNCH_LEFT, left);
}

void report_swept(const struct report *r, const struct launch_swept *swept)
{
	send_frame(r, MSG_LAUNCH_SWEPT, swept);
}

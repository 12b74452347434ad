/*
 * A whole session at the control socket: any bytes, in pieces of any size, from a client that may stop
 * reading and goes away in the end, against requests that are answered at once, later or never. Whatever
 * comes: no request without a sound frame, one end per request, nothing left over.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/client.h"
#include "core/core.h"
#include "core/reply.h"
#include "loop/loop.h"
#include "sys/fd.h"
#include "wire/message.h"
#include "wire/rows.h"

enum { HELD_MAX = 8 };

struct session {
	struct client_owner owner;
	struct core         core;
	struct client      *client;
	struct reply       *held[HELD_MAX];
	size_t              held_n;
	unsigned            requests;
};

static int take_request(struct client_owner *o, struct client *c, const struct frame *f, struct reply *reply)
{
	struct session *s = container_of(o, struct session, owner);
	_Alignas(16) uint8_t body[1024];

	(void)c;
	FUZZ_HOLDS(msg_rule(f->type)->who & FROM_CLIENTS);
	FUZZ_HOLDS(f->len <= msg_rule(f->type)->body_max);
	if (msg_decode(f, body) < 0)
		return -EBADMSG;
	s->requests++;
	if (f->id % 3 == 0 && s->held_n < HELD_MAX) {
		s->held[s->held_n++] = reply;
		return 0;
	}
	for (uint32_t i = 0; i < f->id % 64; i++)
		reply_row_or_drop(reply, MSG_OUTCOME, &(struct outcome_row){ .name = "acme:mail", .action = "started" });
	reply_end(reply, REPLY_OK);
	return 0;
}

static void client_went(struct client_owner *o, struct client *c, bool too_slow)
{
	(void)too_slow;
	container_of(o, struct session, owner)->client = NULL;
	client_free(c);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

/* Every event that is due, and what follows from it at once. */
static void turn(struct session *s)
{
	for (int i = 0; i < 2; i++) {
		struct loop_timer end = { .active = false };

		loop_timer_start(s->core.loop, &end, 0, stop, s->core.loop);
		loop_run(s->core.loop);
		loop_timer_stop(&end);
	}
}

static void feed(struct session *s, int person, const uint8_t *data, size_t size)
{
	size_t piece = size > 0 ? data[0] % 61 + 1 : 1;

	for (size_t at = 1, n = 0; at < size && s->client != NULL; at += piece, n++) {
		uint8_t answer[4096];
		size_t len = size - at < piece ? size - at : piece;

		if (sys_send(person, data + at, len, NULL, 0) < 0)
			break; /* it closed, or is full: both are its right */
		turn(s);
		if (data[0] & 0x80 && sys_read(person, answer, sizeof answer) < 0)
			continue; /* nothing was answered yet */
		if (n % 5 == 4 && s->held_n > 0)
			reply_end(s->held[--s->held_n], REPLY_OK);
	}
}

/* Whether anybody listens or not. */
static void end_held(struct session *s)
{
	while (s->held_n > 0)
		reply_end(s->held[--s->held_n], REPLY_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct loop *loop;
	struct session s = { .owner = { .request = take_request, .gone = client_went } };
	struct peer peer = { .uid = 0 };
	int fds[2];

	FUZZ_HOLDS(loop != NULL || loop_new(&loop) == 0);
	s.core.loop = loop;
	s.owner.core = &s.core;
	FUZZ_HOLDS(sys_socketpair(fds) == 0);
	FUZZ_HOLDS(client_new(&s.owner, fds[0], &peer, &s.client) == 0);
	feed(&s, fds[1], data, size);
	sys_close(fds[1]);
	turn(&s);
	end_held(&s);
	turn(&s);
	if (s.client != NULL)
		client_free(s.client);
	end_held(&s); /* what the last turn began: a frame may have waited for an end */
	return 0;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const uint8_t pieces[] = { 0x80 | 60, 0x80, 7, 0x80 | 12 };
	uint8_t packed[64];
	struct ask_names ask = { .names = { 0 } };
	size_t len = 1;

	if (i >= ARRAY_LEN(pieces))
		return 0;
	FUZZ_HOLDS(texts_add(&ask.names, packed, sizeof packed, "acme:*") == 0);
	buf[0] = pieces[i];
	for (uint32_t id = 0; id < 12; id++) {
		enum msg type = id % 2 == 0 ? MSG_STATUS : MSG_VERSION;
		size_t frame;

		FUZZ_HOLDS(msg_encode(type, id + i, id % 2 == 0 ? &ask : NULL, buf + len, max - len, &frame) == 0);
		len += frame;
	}
	return len;
}

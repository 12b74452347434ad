#include "core/client.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "core/control.h"
#include "core/core.h"
#include "core/reply.h"
#include "loop/loop.h"
#include "wire/channel.h"

enum { FRAMES_PER_TURN = 16 };

struct client {
	struct client_owner *owner;
	struct list          link;       /* the owner's */
	struct peer          peer;
	struct channel      *channel;
	struct loop_io       io;
	unsigned             watched;    /* what io waits for; 0: it is stopped */
	struct loop_timer    again;      /* go on from the loop: frames that wait, or the end */
	struct loop_timer    stall;
	struct client_reply *replies[CLIENT_REPLIES_MAX]; /* under way; NULL: free */
	size_t               replies_n;
	bool                 is_broken, is_too_slow;
	bool                 at_end;     /* it sends no more */
};

/* A reply and the connection that it goes to; NULL once that is gone. */
struct client_reply {
	struct reply   reply;
	struct client *client;
	size_t         place;      /* among the client's replies */
	uint32_t       id;
};

static void on_io(void *arg, unsigned events);
static void on_again(void *arg);
static void on_stall(void *arg);

static struct loop *loop_of(const struct client *c)
{
	return c->owner->core->loop;
}

static void go_on_soon(struct client *c)
{
	loop_timer_start(loop_of(c), &c->again, 0, on_again, c);
}

/* From anywhere, also from within a row that it was told: the end itself comes from the loop. */
static void break_off(struct client *c)
{
	if (c->is_broken)
		return;
	c->is_broken = true;
	loop_io_stop(&c->io);
	c->watched = 0;
	go_on_soon(c);
}

static bool has_room(const struct client *c)
{
	return channel_room(c->channel) >= CLIENT_ROOM_KEPT;
}

static bool may_ask(const struct client *c)
{
	return !c->is_broken && c->replies_n < CLIENT_REPLIES_MAX && has_room(c);
}

static bool waits_for_room(const struct client *c)
{
	for (size_t i = 0; i < CLIENT_REPLIES_MAX; i++)
		if (c->replies[i] != NULL && c->replies[i]->reply.on_room != NULL)
			return true;
	return false;
}

/* Waits for what makes sense now. */
static void watch(struct client *c)
{
	bool has_output = channel_has_output(c->channel);
	unsigned want = (may_ask(c) && !c->at_end ? LOOP_READ : 0) |
	                (has_output || waits_for_room(c) ? LOOP_WRITE : 0);

	if (c->is_broken)
		return;
	if (!has_output)
		loop_timer_stop(&c->stall);
	else if (!c->stall.active)
		loop_timer_start(loop_of(c), &c->stall, CLIENT_STALL_MS, on_stall, c);
	if (want == c->watched)
		return;
	c->watched = want;
	if (want != 0)
		loop_io_start(loop_of(c), &c->io, channel_fd(c->channel), want, on_io, c);
	else
		loop_io_stop(&c->io);
}

/* ---- replies ---- */

static int reply_take_row(struct reply *r, enum msg type, const void *row, const int *fds)
{
	struct client_reply *cr = container_of(r, struct client_reply, reply);
	struct client *c = cr->client;
	int error;

	if (c == NULL || c->is_broken)
		return 0;
	if (type != MSG_ERROR && !has_room(c))
		return -EAGAIN;
	error = channel_queue(c->channel, type, cr->id, row, fds); /* many rows go in one write */
	if (error == -ENOBUFS && channel_has_output(c->channel))
		return -EAGAIN;
	if (error == -ENOBUFS)
		BUG("control", "a row %s does not fit its message", msg_name(type));
	else if (error < 0)
		break_off(c);
	watch(c);
	return 0;
}

static void reply_take_end(struct reply *r, uint32_t exit_code)
{
	struct client_reply *cr = container_of(r, struct client_reply, reply);
	struct client *c = cr->client;

	if (c != NULL) {
		c->replies[cr->place] = NULL;
		c->replies_n--;
		if (!c->is_broken && channel_queue(c->channel, MSG_END, cr->id, &(struct end_row){ exit_code }, NULL) < 0)
			break_off(c);
		go_on_soon(c); /* there may be a frame that waited for this end */
	}
	free(cr);
}

static const struct reply_ops ops = { .row = reply_take_row, .end = reply_take_end };

/* There is a free place: may_ask() said so. */
static struct client_reply *make_reply(struct client *c, uint32_t id)
{
	struct client_reply *cr = calloc(1, sizeof *cr);

	if (cr == NULL)
		return NULL;
	reply_init(&cr->reply, &ops, c->peer.uid);
	cr->client = c;
	cr->id = id;
	while (c->replies[cr->place] != NULL)
		cr->place++;
	c->replies[cr->place] = cr;
	c->replies_n++;
	return cr;
}

/* Whoever waited for room is asked to go on; he says so again when it was not enough. */
static void tell_of_room(struct client *c)
{
	for (size_t i = 0; i < CLIENT_REPLIES_MAX && has_room(c); i++) {
		struct client_reply *cr = c->replies[i];
		reply_fn *fn = cr != NULL ? cr->reply.on_room : NULL;

		if (fn == NULL)
			continue;
		cr->reply.on_room = NULL;
		fn(&cr->reply, cr->reply.arg);
	}
}

/* ---- requests ---- */

/* Takes what came, some of it; whether there may be more. */
static bool take_frames(struct client *c)
{
	struct frame f;

	for (int turn = 0; turn < FRAMES_PER_TURN; turn++) {
		struct client_reply *cr;
		int r = may_ask(c) ? channel_next(c->channel, &f) : 0;

		if (r < 0)
			break_off(c);
		if (r <= 0)
			return false;
		cr = make_reply(c, f.id);
		if (cr == NULL || c->owner->request(c->owner, c, &f, &cr->reply) < 0) {
			break_off(c);
			if (cr != NULL)
				reply_end(&cr->reply, REPLY_USAGE); /* to nobody: a broken rule is not answered */
			return false;
		}
	}
	return true;
}

/* A client that ends its sending has what it asked for carried out and is told what is known by then. */
static bool is_through(const struct client *c)
{
	return c->is_broken || (c->at_end && !channel_has_output(c->channel) && !waits_for_room(c));
}

/* Sends what waits and can go. */
static void flush(struct client *c)
{
	int r = c->is_broken ? 0 : channel_flush(c->channel);

	if (r < 0 && r != -EAGAIN)
		break_off(c);
}

static void go_on(struct client *c)
{
	bool has_more = take_frames(c);

	flush(c);
	if (has_more)
		go_on_soon(c); /* others get their turn first */
	else if (is_through(c))
		break_off(c);
	watch(c);
}

static void on_io(void *arg, unsigned events)
{
	struct client *c = arg;
	int r;

	if (events & LOOP_WRITE) {
		flush(c);
		loop_timer_stop(&c->stall); /* it reads; watch() begins to count again */
		tell_of_room(c);
	}
	if (events & LOOP_READ && may_ask(c) && !c->at_end) {
		r = channel_fill(c->channel);
		if (r == 0)
			c->at_end = true;
		if (r < 0 && r != -EAGAIN) {
			break_off(c);
			return;
		}
	}
	go_on(c);
}

static void on_again(void *arg)
{
	struct client *c = arg;
	int r;

	if (!c->is_broken) {
		go_on(c);
		return;
	}
	r = channel_flush(c->channel); /* what was answered before it broke, as far as that goes */
	(void)r;
	c->owner->gone(c->owner, c, c->is_too_slow);
}

static void on_stall(void *arg)
{
	struct client *c = arg;

	c->is_too_slow = true;
	break_off(c);
}

/* ---- life ---- */

int client_new(struct client_owner *owner, int fd, const struct peer *peer, struct client **ret)
{
	struct client *c = calloc(1, sizeof *c);
	int r;

	if (c == NULL)
		return -ENOMEM;
	r = channel_new(fd, FROM_CLIENTS, CLIENT_IN_MAX, CLIENT_OUT_MAX, &c->channel);
	if (r < 0) {
		free(c);
		return r;
	}
	c->owner = owner;
	c->peer = *peer;
	list_init(&c->link);
	watch(c);
	*ret = c;
	return 0;
}

void client_free(struct client *c)
{
	c->is_broken = true; /* what is ended on the way tells nobody */
	for (size_t i = 0; i < CLIENT_REPLIES_MAX; i++) {
		struct client_reply *cr = c->replies[i];

		if (cr == NULL)
			continue;
		cr->client = NULL;
		if (cr->reply.on_gone != NULL)
			cr->reply.on_gone(&cr->reply, cr->reply.arg);
	}
	loop_io_stop(&c->io);
	loop_timer_stop(&c->again);
	loop_timer_stop(&c->stall);
	list_remove(&c->link);
	channel_free(c->channel);
	free(c);
}

const struct peer *client_peer(const struct client *c)
{
	return &c->peer;
}

struct list *client_link(struct client *c)
{
	return &c->link;
}

struct client *client_of_link(struct list *link)
{
	return container_of(link, struct client, link);
}

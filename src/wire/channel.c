#include "wire/channel.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "sys/clock.h"
#include "sys/fd.h"

/* Frames with descriptors that wait in the queue; more are refused like a full queue. */
enum { PASSES_MAX = 64 };

/* Descriptors that leave with the byte at offset `at` of the output queue. */
struct pass {
	size_t at;
	size_t count;
	int    fds[4];
};

struct channel {
	int         fd;
	unsigned    who;
	bool        takes_fds;                  /* whether the peer may send a message with descriptors */
	uint8_t    *in, *out;
	size_t      in_max, in_len, in_used;    /* in_used: bytes of frames already handed out */
	size_t      out_max, out_len, out_sent;
	int         came[SYS_FDS_MAX * 2];      /* descriptors that came and wait for their frame */
	size_t      came_n;
	struct pass passes[PASSES_MAX];
	size_t      passes_n;
};

static bool may_send_fds(unsigned who)
{
	for (uint32_t i = 0; i < MSG_LIMIT; i++)
		if (msg_rule(i)->fds > 0 && (msg_rule(i)->who & who))
			return true;
	return false;
}

int channel_new(int fd, unsigned who, size_t in_max, size_t out_max, struct channel **ret)
{
	struct channel *ch = calloc(1, sizeof *ch);

	if (ch == NULL)
		return -ENOMEM;
	ch->in_max = in_max + FRAME_HEAD;
	ch->out_max = out_max;
	ch->in = malloc(ch->in_max);
	ch->out = malloc(ch->out_max);
	if (ch->in == NULL || ch->out == NULL) {
		free(ch->in);
		free(ch->out);
		free(ch);
		return -ENOMEM;
	}
	ch->fd = fd;
	ch->who = who;
	ch->takes_fds = may_send_fds(who);
	*ret = ch;
	return 0;
}

void channel_free(struct channel *ch)
{
	if (ch == NULL)
		return;
	for (size_t i = 0; i < ch->came_n; i++)
		sys_close(ch->came[i]);
	for (size_t i = 0; i < ch->passes_n; i++)
		for (size_t k = 0; k < ch->passes[i].count; k++)
			sys_close(ch->passes[i].fds[k]);
	sys_close(ch->fd);
	free(ch->in);
	free(ch->out);
	free(ch);
}

int channel_fd(const struct channel *ch)
{
	return ch->fd;
}

/* Closes up what was handed out, so that the free room is in one piece. */
static void compact_input(struct channel *ch)
{
	memmove(ch->in, ch->in + ch->in_used, ch->in_len - ch->in_used);
	ch->in_len -= ch->in_used;
	ch->in_used = 0;
}

int channel_fill(struct channel *ch)
{
	int fds[SYS_FDS_MAX];
	size_t fds_n = 0;
	ssize_t n;

	compact_input(ch);
	if (ch->in_len == ch->in_max)
		return -EAGAIN; /* a whole frame is here: take it first */
	n = sys_recv(ch->fd, ch->in + ch->in_len, ch->in_max - ch->in_len, fds, &fds_n);
	if (n <= 0)
		return (int)n;
	ch->in_len += (size_t)n;
	if (fds_n > 0 && (!ch->takes_fds || ch->came_n + fds_n > ARRAY_LEN(ch->came))) {
		for (size_t i = 0; i < fds_n; i++)
			sys_close(fds[i]);
		return -EBADMSG;
	}
	memcpy(ch->came + ch->came_n, fds, fds_n * sizeof fds[0]);
	ch->came_n += fds_n;
	return 1;
}

int channel_next(struct channel *ch, struct frame *ret)
{
	ssize_t n = msg_frame(ch->in + ch->in_used, ch->in_len - ch->in_used, ch->who, ret);
	size_t want;

	if (n < 0)
		return (int)n;
	if (n == 0) /* a frame that could never fit is as broken as a wrong one */
		return ch->in_used == 0 && ch->in_len == ch->in_max ? -EBADMSG : 0;
	want = msg_rule(ret->type)->fds;
	if (want > ch->came_n || (want == 0 && ch->came_n > 0 && (size_t)n == ch->in_len - ch->in_used))
		return -EBADMSG; /* descriptors missing, or nobody's */
	memcpy(ret->fds, ch->came, want * sizeof ret->fds[0]);
	ch->came_n -= want;
	memmove(ch->came, ch->came + want, ch->came_n * sizeof ch->came[0]);
	ch->in_used += (size_t)n;
	return 1;
}

static void compact_output(struct channel *ch)
{
	if (ch->out_sent == 0)
		return;
	memmove(ch->out, ch->out + ch->out_sent, ch->out_len - ch->out_sent);
	ch->out_len -= ch->out_sent;
	for (size_t i = 0; i < ch->passes_n; i++)
		ch->passes[i].at -= ch->out_sent;
	ch->out_sent = 0;
}

size_t channel_room(const struct channel *ch)
{
	return ch->passes_n == PASSES_MAX ? 0 : ch->out_max - (ch->out_len - ch->out_sent);
}

bool channel_has_output(const struct channel *ch)
{
	return ch->out_sent < ch->out_len;
}

/* Keeps copies of the descriptors that go with the byte at ch->out_len; the queue has room for them. */
static int keep_fds(struct channel *ch, const int *fds, size_t count)
{
	struct pass *p = &ch->passes[ch->passes_n];

	*p = (struct pass){ .at = ch->out_len };
	for (; p->count < count; p->count++) {
		int copy = sys_dup(fds[p->count]);

		if (copy < 0) {
			while (p->count > 0)
				sys_close(p->fds[--p->count]);
			return copy;
		}
		p->fds[p->count] = copy;
	}
	ch->passes_n++;
	return 0;
}

int channel_queue(struct channel *ch, enum msg type, uint32_t id, const void *body, const int *fds)
{
	size_t count = msg_rule(type)->fds;
	size_t len;
	int r;

	compact_output(ch);
	if (count > 0 && ch->passes_n == PASSES_MAX)
		return -ENOBUFS;
	r = msg_encode(type, id, body, ch->out + ch->out_len, ch->out_max - ch->out_len, &len);
	if (r < 0)
		return r;
	if (count > 0) {
		r = keep_fds(ch, fds, count);
		if (r < 0)
			return r;
	}
	ch->out_len += len;
	return 0;
}

int channel_send(struct channel *ch, enum msg type, uint32_t id, const void *body, const int *fds)
{
	int r = channel_queue(ch, type, id, body, fds);

	if (r == 0)
		r = channel_flush(ch);
	return r == -EAGAIN ? 0 : r;
}

int channel_flush(struct channel *ch)
{
	while (ch->out_sent < ch->out_len) {
		struct pass *p = ch->passes_n > 0 ? &ch->passes[0] : NULL;
		bool due = p != NULL && p->at == ch->out_sent;
		/* Bytes before a pass go without it; a pass goes with its own first byte. */
		size_t end = due ? (ch->passes_n > 1 ? ch->passes[1].at : ch->out_len)
		                 : (p != NULL ? p->at : ch->out_len);
		ssize_t n = sys_send(ch->fd, ch->out + ch->out_sent, end - ch->out_sent,
		                     due ? p->fds : NULL, due ? p->count : 0);

		if (n < 0)
			return (int)n;
		ch->out_sent += (size_t)n;
		if (due) {
			for (size_t k = 0; k < p->count; k++)
				sys_close(p->fds[k]);
			memmove(ch->passes, ch->passes + 1, --ch->passes_n * sizeof ch->passes[0]);
		}
	}
	ch->out_sent = ch->out_len = 0;
	return 0;
}

/* Waits for events on the socket until the deadline (0: none). */
static int wait_for(struct channel *ch, short events, uint64_t deadline_ms)
{
	for (;;) {
		uint64_t now = sys_now_ms();
		struct pollfd p = { .fd = ch->fd, .events = events };
		int left = deadline_ms == 0 ? -1 : deadline_ms > now ? (int)(deadline_ms - now) : 0;
		int n = poll(&p, 1, left);

		if (n > 0)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

static uint64_t deadline_of(int timeout_ms)
{
	return timeout_ms < 0 ? 0 : sys_now_ms() + (uint64_t)timeout_ms;
}

int channel_wait_next(struct channel *ch, int timeout_ms, struct frame *ret)
{
	uint64_t deadline_ms = deadline_of(timeout_ms);

	for (;;) {
		int r = channel_next(ch, ret);

		if (r != 0)
			return r;
		r = channel_fill(ch);
		if (r == 0)
			return -EPIPE;
		if (r == -EAGAIN)
			r = wait_for(ch, POLLIN, deadline_ms);
		if (r < 0)
			return r;
	}
}

int channel_wait_sent(struct channel *ch, int timeout_ms)
{
	uint64_t deadline_ms = deadline_of(timeout_ms);

	for (;;) {
		int r = channel_flush(ch);

		if (r != -EAGAIN)
			return r;
		r = wait_for(ch, POLLOUT, deadline_ms);
		if (r < 0)
			return r;
	}
}

#include "log/syslog.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "log/message.h"
#include "log/parcel.h"
#include "log/stamp.h"
#include "log/stream.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "wire/syslog_address.h"

enum {
	UDP_MAX          = 2048,       /* of a message: what a receiver should take (RFC 5426, 3.2) */
	OTHER_MAX        = 8192,       /* what rsyslogd and syslog-ng take as they come */
	BATCH_MESSAGES   = 64,         /* at most */
	FIRST_DELAY_MS   = 250,
	LAST_DELAY_MS    = 32 * 1000,
	SYN_TRIES        = 2,          /* seven seconds in all (tcp(7), TCP_SYNCNT) */
	UNHEARD_MS       = 30 * 1000,  /* without an answer to what was sent */
	HOST_MAX         = 255,        /* RFC 5424, 6 */
};

/* A syslog somewhere, and the socket that leads there. */
struct syslog {
	struct list           link;
	struct list           waiting;     /* sinks that found no room */
	struct loop          *loop;
	struct loop_io        io;
	char                 *name;        /* its address */
	unsigned              users;
	struct syslog_address address;
	char                  host[HOST_MAX + 1];
	int                   fd;          /* -1: nobody is there */
	int                   type;        /* SOCK_DGRAM, SOCK_STREAM: what the socket is */
	bool                  is_connecting;
	size_t                at_once;     /* messages: one after it was gone, then as many as it takes */
	int                   error;       /* why nobody is there */
	uint64_t              retry_ms, delay_ms;
	struct parcel         parcel;      /* a message of which a stream took a part */
};

struct syslog_sink {
	struct sink    sink;
	struct places *places;
	struct syslog *to;
	uint32_t       facility;
};

static struct syslog_sink *of(struct sink *s)
{
	return container_of(s, struct syslog_sink, sink);
}

/* ---- the socket ---- */

static void wake_all(struct syslog *to)
{
	list_each(&to->waiting, it)
		sink_has_room(container_of(it, struct sink, waiting));
}

/* Nobody is there, or not any more. Returns error. */
static int give_up(struct syslog *to, int error)
{
	loop_io_stop(&to->io);
	sys_close(to->fd);
	to->fd = -1;
	to->is_connecting = false;
	to->at_once = 1;
	to->error = error;
	to->retry_ms = sys_now_ms() + to->delay_ms;
	to->delay_ms = to->delay_ms * 2 < LAST_DELAY_MS ? to->delay_ms * 2 : LAST_DELAY_MS;
	to->parcel.sent = 0; /* the next connection gets all of it */
	return error;
}

static void ready(void *arg, unsigned events);

/* Listens for the other end to go, and for room if somebody waits for it. */
static void watch(struct syslog *to)
{
	bool room = to->is_connecting || !list_is_empty(&to->waiting);

	loop_io_start(to->loop, &to->io, to->fd, room ? LOOP_READ | LOOP_WRITE : LOOP_READ, ready, to);
}

/* What the socket has to say: nothing is expected from the other end but that it goes. */
static int hear(const struct syslog *to)
{
	char nothing[256];
	int error = 0;
	socklen_t len = sizeof error;
	ssize_t n;

	if (getsockopt(to->fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error != 0)
		return -error;
	if (to->is_connecting)
		return 0;
	n = sys_read(to->fd, nothing, sizeof nothing);
	if (n < 0)
		return n == -EAGAIN ? 0 : (int)n;
	return n == 0 && to->type == SOCK_STREAM ? -EPIPE : 0;
}

static void ready(void *arg, unsigned events)
{
	struct syslog *to = arg;
	int r = hear(to);

	if (r < 0) {
		(void)give_up(to, r);
		wake_all(to); /* to be told */
		return;
	}
	if (!(events & LOOP_WRITE))
		return;
	to->is_connecting = false;
	wake_all(to);
	watch(to);
}

static void set_patience(int fd)
{
	int tries = SYN_TRIES, unheard = UNHEARD_MS;

	/* Refused: as long as the kernel has it. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, &tries, sizeof tries);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unheard, sizeof unheard);
}

static int open_socket(struct syslog *to, int type)
{
	int r = 0;

	to->fd = socket(to->address.to.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (to->fd < 0)
		return -errno;
	to->type = type;
	if (to->address.to.ss_family != AF_UNIX && type == SOCK_STREAM)
		set_patience(to->fd);
	if (connect(to->fd, (const struct sockaddr *)&to->address.to, to->address.len) < 0)
		r = -errno;
	if (r == -EAGAIN)
		r = -EBUSY; /* too many wait to be heard (unix(7)) */
	to->is_connecting = r == -EINPROGRESS;
	if (r == 0 || r == -EINPROGRESS)
		return 0;
	sys_close(to->fd);
	to->fd = -1;
	return r;
}

/*
 * 0: there is somebody, or may be soon. A unix socket is tried as either kind, as syslog(3) does.
 */
static int get_ready(struct syslog *to)
{
	int r;

	if (to->fd >= 0)
		return to->is_connecting ? -EAGAIN : 0;
	if (sys_now_ms() < to->retry_ms)
		return to->error;
	r = open_socket(to, to->address.type != 0 ? to->address.type : SOCK_DGRAM);
	if (r == -EPROTOTYPE && to->address.type == 0)
		r = open_socket(to, SOCK_STREAM);
	if (r < 0)
		return give_up(to, r);
	watch(to);
	return to->is_connecting ? -EAGAIN : 0;
}

/* ---- messages ---- */

/* Messages on their way, one behind the other. */
struct outgoing {
	struct text text;
	size_t      n;
	size_t      end[BATCH_MESSAGES];         /* of each in text */
	size_t      stands_for[BATCH_MESSAGES];  /* bytes of the stream, that message's own */
	bool        is_mark;
};

static const char *time_of(const struct syslog *to, const struct batch *b, struct stamp *stamp)
{
	time_t second = (time_t)(b->wall_us / 1000000);
	struct tm date;

	if (!to->address.is_local)
		return stamp_at(stamp, second, (uint32_t)(b->wall_us % 1000000));
	if (localtime_r(&second, &date) == NULL ||
	    strftime(stamp->text, sizeof stamp->text, "%b %e %H:%M:%S", &date) == 0)
		return "Jan  1 00:00:00";
	return stamp->text;
}

/* Appends the message as the socket takes it; false when there is no room. */
static bool add_framed(const struct syslog *to, const struct text *message, struct text *out)
{
	size_t start = out->len;

	if (to->type == SOCK_STREAM && !to->address.is_local)
		text_addf(out, "%zu ", message->len);
	text_add_bytes(out, message->at, message->len);
	if (to->type == SOCK_STREAM && to->address.is_local)
		text_add_bytes(out, "", 1);
	if (out->full)
		out->len = start;
	return !out->full;
}

/*
 * The next message of data, of a line or of what of it makes one. How many bytes it stands for; 0:
 * none.
 */
static size_t next_message(const struct message *how, const struct batch *b, struct text *message)
{
	struct lines lines = { .line_max = message->max, .is_last = b->is_last };
	struct piece p;

	for (; lines.line_max > 0 && lines_next(&lines, b->data, b->len, &p); lines.line_max = p.len / 2) {
		text_init(message, message->at, message->max);
		message_add(how, &p, message);
		if (!message->full)
			return p.len + p.has_newline;
	}
	return 0;
}

static void make_messages(const struct syslog_sink *k, const struct batch *b, struct outgoing *out)
{
	const struct syslog *to = k->to;
	bool is_udp = to->type == SOCK_DGRAM && to->address.to.ss_family != AF_UNIX;
	char buf[OTHER_MAX + 1];
	struct text message = { .at = buf, .max = is_udp ? UDP_MAX + 1 : OTHER_MAX + 1 };
	struct stamp stamp = { 0 };
	struct message how = {
		.is_local = to->address.is_local, .host = to->host, .time = time_of(to, b, &stamp),
		.child = k->sink.stream->name, .label = k->sink.stream->label,
		.priority = message_priority(k->facility, k->sink.stream->label) };
	struct batch rest = *b;

	text_init(&out->text, k->places->room, PLACES_ROOM);
	out->is_mark = b->is_mark;
	for (out->n = 0; out->n < to->at_once; out->n++) {
		size_t used = next_message(&how, &rest, &message);

		if (used == 0 || !add_framed(to, &message, &out->text))
			break;
		out->end[out->n] = out->text.len;
		out->stands_for[out->n] = used;
		rest.data += used;
		rest.len -= used;
	}
}

/* ---- sending ---- */

/* Sends what can be; how many messages, or negative errno. */
static ssize_t send_datagrams(const struct syslog *to, const struct outgoing *out)
{
	struct mmsghdr messages[BATCH_MESSAGES] = { 0 };
	struct iovec parts[BATCH_MESSAGES];
	int n;

	for (size_t i = 0; i < out->n; i++) {
		size_t begin = i > 0 ? out->end[i - 1] : 0;

		parts[i] = (struct iovec){ .iov_base = out->text.at + begin, .iov_len = out->end[i] - begin };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	}
	n = sendmmsg(to->fd, messages, (unsigned)out->n, MSG_DONTWAIT | MSG_NOSIGNAL);
	return n < 0 ? -errno : n;
}

/*
 * Keeps message i, of which only a part went. A mark counts as sent: it is none of the stream's
 * bytes.
 */
static ssize_t keep_rest(struct syslog_sink *k, const struct outgoing *out, size_t i, size_t sent)
{
	size_t begin = i > 0 ? out->end[i - 1] : 0;

	parcel_keep(&k->to->parcel, out->is_mark ? NULL : &k->sink, out->is_mark ? 0 : out->stands_for[i],
	            out->text.at + begin, out->end[i] - begin);
	if (parcel_is_empty(&k->to->parcel))
		return -ENOMEM; /* the other end cannot tell any more where a message begins */
	k->to->parcel.sent = sent - begin;
	return out->is_mark ? 1 : -EAGAIN;
}

/* The same into a stream. */
static ssize_t send_frames(struct syslog_sink *k, const struct outgoing *out)
{
	ssize_t sent = send(k->to->fd, out->text.at, out->text.len, MSG_DONTWAIT | MSG_NOSIGNAL), r;
	size_t n = 0;

	if (sent < 0)
		return -errno;
	while (n < out->n && out->end[n] <= (size_t)sent)
		n++;
	if (n == out->n || (size_t)sent == (n > 0 ? out->end[n - 1] : 0))
		return (ssize_t)n;
	r = keep_rest(k, out, n, (size_t)sent);
	return n > 0 && r == -EAGAIN ? (ssize_t)n : r;
}

/* The rest of a message; see parcel.h. Bytes of s's that are stored by that, or what is wrong. */
static ssize_t send_parcel(struct syslog *to, const struct sink *s)
{
	const struct parcel *p = &to->parcel;
	ssize_t n;

	if (parcel_is_empty(p))
		return 0;
	n = send(to->fd, p->at + p->sent, p->len - p->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
	return n < 0 ? -errno : (ssize_t)parcel_sent(&to->parcel, (size_t)n, s);
}

/*
 * So many of the messages went. One that takes all of many is well again: the next outage begins
 * with a short delay.
 */
static void keep_pace(struct syslog *to, size_t n, size_t of_n)
{
	if (n < of_n)
		to->at_once = n;
	else if (to->at_once * 2 <= BATCH_MESSAGES)
		to->at_once *= 2;
	else
		to->delay_ms = FIRST_DELAY_MS;
}

/* Bytes of the stream that are stored; 0: its line is not whole yet. */
static ssize_t send_batch(struct syslog_sink *k, const struct batch *b)
{
	struct outgoing out;
	ssize_t n = 0, used = 0;

	make_messages(k, b, &out);
	if (out.n > 0)
		n = k->to->type == SOCK_STREAM ? send_frames(k, &out) : send_datagrams(k->to, &out);
	if (n > 0)
		keep_pace(k->to, (size_t)n, out.n);
	for (ssize_t i = 0; i < n; i++)
		used += (ssize_t)out.stands_for[i];
	return n < 0 ? n : used;
}

static ssize_t accept_batch(struct sink *s, const struct batch *b)
{
	struct syslog_sink *k = of(s);
	ssize_t n = get_ready(k->to);
	bool is_up = n == 0;

	if (is_up)
		n = send_parcel(k->to, s);
	if (is_up && n == 0 && parcel_is_empty(&k->to->parcel))
		n = send_batch(k, b);
	else if (is_up && n == 0)
		n = -EAGAIN;
	if (n == -EAGAIN) {
		list_remove(&s->waiting);
		list_append(&k->to->waiting, &s->waiting);
		watch(k->to);
	} else if (n < 0 && is_up) {
		n = give_up(k->to, (int)n);
		wake_all(k->to);
	}
	return n;
}

static size_t let_go(struct sink *s)
{
	return parcel_let_go(&of(s)->to->parcel, s);
}

/* ---- where to ---- */

static void set_host(struct syslog *to)
{
	if (gethostname(to->host, sizeof to->host) < 0 || to->host[0] == '\0')
		(void)snprintf(to->host, sizeof to->host, "-");
	to->host[HOST_MAX] = '\0';
	for (char *c = to->host; *c != '\0'; c++)
		if (*c <= ' ' || *c >= 0x7f)
			*c = '_';
}

static int get_syslog(struct places *p, const char *name, struct syslog **ret)
{
	struct syslog_address address;
	struct syslog *to;
	int r = syslog_address_parse(name, &address);

	if (r < 0)
		return r;
	list_each(&p->syslogs, it) {
		*ret = container_of(it, struct syslog, link);
		if (strcmp((*ret)->name, name) == 0)
			return 0;
	}
	to = calloc(1, sizeof *to);
	if (to == NULL || (to->name = strdup(name)) == NULL) {
		free(to);
		return -ENOMEM;
	}
	to->address = address;
	to->loop = p->loop;
	to->fd = -1;
	to->at_once = BATCH_MESSAGES;
	to->delay_ms = FIRST_DELAY_MS;
	set_host(to);
	list_init(&to->waiting);
	list_append(&p->syslogs, &to->link);
	*ret = to;
	return 0;
}

static void free_sink(struct sink *s)
{
	struct syslog_sink *k = of(s);

	(void)let_go(s); /* its stream has settled that already */
	list_remove(&s->waiting);
	if (--k->to->users == 0) {
		loop_io_stop(&k->to->io);
		list_remove(&k->to->link);
		parcel_done(&k->to->parcel);
		sys_close(k->to->fd);
		free(k->to->name);
		free(k->to);
	}
	free(k);
}

static const struct sink_kind syslog_kind = { .accept = accept_batch, .let_go = let_go, .free = free_sink };

int syslog_sink_new(struct places *p, const struct log_sink *order, struct sink **ret)
{
	struct syslog_sink *k = calloc(1, sizeof *k);
	int r = k == NULL ? -ENOMEM : get_syslog(p, order->target, &k->to);

	if (r < 0) {
		free(k);
		return r;
	}
	k->to->users++;
	k->places = p;
	k->facility = order->facility;
	sink_init(&k->sink, &syslog_kind, k->to->name);
	*ret = &k->sink;
	return 0;
}

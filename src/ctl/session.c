#include "ctl/session.h"

#include <errno.h>
#include <string.h>

#include "ctl/json.h"
#include "ctl/reach.h"
#include "sys/fd.h"
#include "wire/channel.h"

enum {
	NAMES_MAX = 16000,            /* bytes of names in one question */
	IN_MAX = 65536, OUT_MAX = 20480,
};

static int tell_trouble(struct ctl *c, int exit_code, const char *code, const char *text)
{
	if (c->quiet)
		return exit_code;
	if (c->json)
		json_print_trouble(code, text, exit_code);
	else
		fprintf(stderr, "reevectl: %s\n", text);
	return exit_code;
}

/* Why there is no connection, and what to do. */
static int tell_no_connection(struct ctl *c, int error)
{
	char text[512];
	int exit_code = EXIT_UNTOUCHED;

	switch (error) {
	case -ENOENT:
	case -ECONNREFUSED:
		(void)snprintf(text, sizeof text, "reeve does not run: nobody answers at %s. Start reeve, or name "
		               "its socket with -s PATH or REEVE_SOCKET", c->socket);
		return tell_trouble(c, exit_code, "not_running", text);
	case -EACCES:
	case -EPERM:
		exit_code = EXIT_REFUSED;
		(void)snprintf(text, sizeof text, "you may not open %s. Try it as root, or ask for a place in "
		               "admins or observers and a wider socket_mode in reeve.ini", c->socket);
		return tell_trouble(c, exit_code, "permission_denied", text);
	case -EAGAIN:
		(void)snprintf(text, sizeof text, "reeve at %s has taken no connection for %d seconds. "
		               "Look at its log", c->socket, REACH_MS / 1000);
		return tell_trouble(c, exit_code, "busy", text);
	default:
		(void)snprintf(text, sizeof text, "%s: %s. Name another socket with -s PATH", c->socket,
		               strerror(-error));
		return tell_trouble(c, exit_code, "no_connection", text);
	}
}

static int tell_broken(struct ctl *c, int error)
{
	if (error == -EBADMSG)
		return tell_trouble(c, EXIT_PARTIAL, "bad_answer", "reeve's answer is not understood: reeve and "
		                    "reevectl are of different versions. Compare `reevectl version` with the log");
	if (error == -ETIMEDOUT)
		return tell_trouble(c, EXIT_UNTOUCHED, "no_answer", "reeve took the question and does not answer: it "
		                    "is stopped, or its machine is far too busy. Look at its log");
	return tell_trouble(c, EXIT_PARTIAL, "cut_off", "reeve closed the connection before its answer was "
	                    "complete: it may be full or on its way out. See `reevectl status`");
}

static int connect_channel(struct ctl *c, struct channel **ret)
{
	int fd = reach_reeve(c);
	int r;

	if (fd < 0)
		return fd;
	r = channel_new(fd, FROM_REEVE, IN_MAX, OUT_MAX, ret);
	if (r < 0)
		sys_close(fd);
	return r;
}

static void tell_error(const struct error_row *error)
{
	fprintf(stderr, "reevectl: %s\n", error->text[0] != '\0' ? error->text : error->code);
}

/* Shows one frame; 1 when it was the last. */
static int take_frame(struct ctl *c, const struct frame *f, const struct view *view, struct json *json)
{
	union row row;
	int r;

	if (f->type == MSG_STREAM) {
		if (view->stream != NULL)
			view->stream(c, f->fds[0], view->arg);
		else
			sys_close(f->fds[0]);
		return 0;
	}
	r = msg_decode(f, &row);
	if (r < 0)
		return r;
	if (f->type == MSG_END)
		return 1;
	if (view->judge != NULL)
		view->judge(f->type, &row, view->arg);
	if (c->json)
		json_add(json, f->type, &row);
	else if (f->type == MSG_ERROR && !c->quiet)
		tell_error(&row.error);
	else if (f->type != MSG_ERROR && view->row != NULL)
		view->row(c, f->type, &row, view->arg);
	return 0;
}

static int limit_of(const struct view *view)
{
	return view->limit_ms > 0 ? view->limit_ms : -1;
}

static int take_answer(struct ctl *c, struct channel *ch, const struct view *view, uint32_t *ret_exit)
{
	struct json json;
	struct frame f;
	int r;

	json_init(&json, view->lines);
	do {
		r = channel_wait_next(ch, limit_of(view), &f);
		if (r == 1)
			r = take_frame(c, &f, view, &json);
	} while (r == 0);
	if (r == 1) {
		union row row;

		r = msg_decode(&f, &row);
		*ret_exit = row.end.exit_code;
	}
	if (r == 0 && view->verdict != NULL)
		*ret_exit = (uint32_t)view->verdict(*ret_exit, view->arg);
	if (r == 0 && c->json && view->extend != NULL)
		view->extend(c, &json, view->arg);
	if (r == 0 && c->json)
		json_print(&json, *ret_exit);
	else if (r == 0 && view->done != NULL)
		view->done(c, *ret_exit, view->arg);
	json_done(&json);
	return r;
}

int session_ask(struct ctl *c, enum msg type, const void *body, const struct view *view)
{
	struct channel *ch;
	uint32_t exit_code = EXIT_PARTIAL;
	int r = connect_channel(c, &ch);

	if (r < 0)
		return tell_no_connection(c, r);
	r = channel_send(ch, type, 1, body, NULL);
	if (r == 0)
		r = channel_wait_sent(ch, limit_of(view));
	if (r == 0)
		r = take_answer(c, ch, view, &exit_code);
	channel_free(ch);
	return r < 0 ? tell_broken(c, r) : (int)exit_code;
}

int session_pack_words(const struct ctl *c, int from, uint8_t *buf, size_t max, struct texts *ret)
{
	*ret = (struct texts){ .packed = buf };
	for (int i = from; i < c->words_n; i++) {
		if (texts_add(ret, buf, max, c->words[i]) == 0)
			continue;
		fputs("reevectl: too many names at once; use a pattern such as acme:*\n", stderr);
		return -ENOBUFS;
	}
	return 0;
}

int session_ask_names(struct ctl *c, enum msg type, int from, const struct view *view)
{
	uint8_t packed[NAMES_MAX];
	struct ask_names ask;

	if (session_pack_words(c, from, packed, sizeof packed, &ask.names) < 0)
		return EXIT_USAGE;
	return session_ask(c, type, &ask, view);
}

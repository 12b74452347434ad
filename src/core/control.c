#include "core/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"
#include "core/announce.h"
#include "core/asks.h"
#include "core/client.h"
#include "core/core.h"
#include "core/jobs.h"
#include "sys/fd.h"

enum { PATH_MAX_SOCKET = 108, ACCEPTS_PER_TURN = 8, ACCEPT_PAUSE_MS = 1000 };

struct control {
	struct client_owner owner;
	struct core        *core;
	struct rights      *rights;
	struct jobs         jobs;
	int                 listener;
	int                 spare;      /* given up for a client when there are no more descriptors; -1: it is */
	bool                is_tight;   /* that was told */
	char                path[PATH_MAX_SOCKET];
	struct loop_io      io;
	struct loop_timer   pause;      /* no descriptors: accept again later */
	struct list         clients;
	size_t              clients_n;
	uint64_t            refused;    /* connections, because there were too many */
	uint64_t            dropped;    /* clients, because they did not read */
};

static void on_connection(void *arg, unsigned events);

const struct rights *control_rights(struct control *c)
{
	struct rights *fresh;

	if (rights_conf(c->rights) == c->core->conf)
		return c->rights;
	if (rights_new(c->core->conf, &fresh) < 0) {
		announce_event(c->core, LOG_ERROR, "control", "no-memory", "what=rights kept=\"those before the reload\"");
		return c->rights;
	}
	rights_free(c->rights);
	c->rights = fresh;
	return c->rights;
}

/* ---- clients ---- */

static int take_request(struct client_owner *o, struct client *client, const struct frame *f,
                        struct reply *reply)
{
	struct control *c = container_of(o, struct control, owner);
	struct asking asking = {
		.core = c->core, .jobs = &c->jobs, .rights = control_rights(c), .peer = client_peer(client),
		.reply = reply,
	};

	return asks_handle(&asking, f);
}

/* Room for one more client, kept for when there is none. */
static void keep_spare(struct control *c)
{
	if (c->spare < 0)
		c->spare = sys_dup(c->core->null_fd); /* not now: with the next client that goes */
}

static void client_gone(struct client_owner *o, struct client *client, bool too_slow)
{
	struct control *c = container_of(o, struct control, owner);

	if (too_slow) {
		c->dropped++;
		announce_event(c->core, LOG_WARN, "control", "client-dropped", "uid=%u why=slow dropped=%llu",
		               (unsigned)client_peer(client)->uid, (unsigned long long)c->dropped);
	}
	client_free(client);
	c->clients_n--;
	keep_spare(c);
}

/* Whether one more of this user leaves room for others; org admins always find a place while there is one. */
static bool has_place(struct control *c, const struct peer *peer)
{
	size_t same = 0;

	if (c->clients_n >= CLIENTS_MAX)
		return false;
	if (rights_is_org_admin(control_rights(c), peer))
		return true;
	list_each(&c->clients, it)
		same += client_peer(client_of_link(it))->uid == peer->uid;
	/* The last places are for those who can mend what takes all the others. */
	return same < CLIENTS_OF_USER_MAX && c->clients_n < CLIENTS_MAX - CLIENTS_OF_USER_MAX;
}

static void welcome(struct control *c, int fd)
{
	struct client *client;
	struct peer peer;

	if (peer_of_socket(fd, &peer) < 0) {
		sys_close(fd); /* it is gone already */
		return;
	}
	if (!has_place(c, &peer) || client_new(&c->owner, fd, &peer, &client) < 0) {
		sys_close(fd);
		/* One line for each doubling: a storm of connections must not become one of lines. */
		c->refused++;
		if ((c->refused & (c->refused - 1)) == 0)
			announce_event(c->core, LOG_WARN, "control", "client-refused", "uid=%u clients=%zu refused=%llu",
			               (unsigned)peer.uid, c->clients_n, (unsigned long long)c->refused);
		return;
	}
	list_append(&c->clients, client_link(client));
	c->clients_n++;
}

static void listen_again(void *arg)
{
	struct control *c = arg;

	loop_io_start(c->core->loop, &c->io, c->listener, LOOP_READ, on_connection, c);
}

/* The next connection. Out of descriptors there is still one client at a time who may ask what is wrong. */
static int accept_next(struct control *c)
{
	int fd = sys_accept(c->listener);

	if ((fd != -EMFILE && fd != -ENFILE) || c->spare < 0) {
		c->is_tight = c->is_tight && fd < 0;
		return fd;
	}
	if (!c->is_tight)
		announce_event(c->core, LOG_ERROR, "control", "no-descriptors", "error=\"%s\" remedy=\"%s\"",
		               strerror(-fd), "raise the limit of open files");
	c->is_tight = true;
	sys_close(c->spare);
	c->spare = -1;
	return sys_accept(c->listener);
}

static void on_connection(void *arg, unsigned events)
{
	struct control *c = arg;

	(void)events;
	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		int fd = accept_next(c);

		if (fd == -EAGAIN)
			return;
		if (fd < 0) { /* out of descriptors, most likely: the connection stays, and so would the event */
			announce_event(c->core, LOG_ERROR, "control", "accept-failed", "error=\"%s\"", strerror(-fd));
			loop_io_stop(&c->io);
			loop_timer_start(c->core->loop, &c->pause, ACCEPT_PAUSE_MS, listen_again, c);
			return;
		}
		welcome(c, fd);
	}
}

/* ---- life ---- */

/* The socket's folder, made where it is missing: ours or root's, and nobody else's to write. */
static int prepare_folder(const char *socket)
{
	char folder[PATH_MAX_SOCKET];
	char *slash;
	struct stat st;
	int r = text_copy(folder, sizeof folder, socket);

	if (r < 0)
		return r;
	slash = strrchr(folder, '/');
	if (socket[0] == '@' || slash == NULL || slash == folder)
		return 0;
	*slash = '\0';
	r = path_make_dirs(folder, geteuid() == 0 ? 0755 : 0700);
	if (r < 0)
		return r;
	if (lstat(folder, &st) < 0)
		return -errno;
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return -EPERM; /* whoever owns the folder could put his own socket there */
	return 0;
}

static int listen_at(struct control *c, const char *place)
{
	int r = text_copy(c->path, sizeof c->path, place);

	if (r == 0)
		r = prepare_folder(c->path);
	return r == 0 ? sys_listen(c->path, c->core->conf->org.socket_mode) : r;
}

/* The first place of all that can be had; where another reeve is, there is none to be had. */
static int start_listening(struct control *c)
{
	const struct org_conf *org = &c->core->conf->org;
	int first = 0, r = -ENOENT;

	for (const char *place = NULL; r < 0 && r != -EADDRINUSE && texts_next(&org->sockets, &place);) {
		r = listen_at(c, place);
		if (r < 0 && first == 0)
			first = r;
	}
	if (r < 0)
		return r == -EADDRINUSE ? r : first;
	c->listener = r;
	if (first < 0)
		announce_event(c->core, LOG_WARN, "control", "socket-elsewhere", "path=%s not=%s error=\"%s\"",
		               c->path, org->socket, strerror(-first));
	listen_again(c);
	return 0;
}

int control_new(struct core *core)
{
	struct control *c = calloc(1, sizeof *c);
	int r;

	if (c == NULL)
		return -ENOMEM;
	*c = (struct control){
		.core = core, .listener = -1, .spare = -1,
		.owner = { .core = core, .request = take_request, .gone = client_gone },
	};
	list_init(&c->clients);
	r = rights_new(core->conf, &c->rights);
	if (r == 0)
		r = start_listening(c);
	if (r < 0) {
		rights_free(c->rights);
		free(c);
		return r;
	}
	jobs_init(&c->jobs, core);
	keep_spare(c);
	core->control = c;
	return 0;
}

void control_free(struct core *core)
{
	struct control *c = core->control;

	if (c == NULL)
		return;
	loop_io_stop(&c->io);
	loop_timer_stop(&c->pause);
	list_each(&c->clients, it)
		client_free(client_of_link(it));
	jobs_done(&c->jobs);
	sys_close(c->listener);
	sys_close(c->spare);
	if (c->path[0] != '@')
		(void)unlink(c->path); /* it may be gone with its folder */
	rights_free(c->rights);
	free(c);
	core->control = NULL;
}

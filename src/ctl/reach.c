#include "ctl/reach.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/own.h"
#include "base/text.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "wire/socket_path.h"

/* A listener with a full backlog says -EAGAIN, and unix sockets have no event for "again" (connect(2)). */
static int connect_patiently(const char *path)
{
	uint64_t deadline_ms = sys_now_ms() + REACH_MS;

	for (;;) {
		int fd = sys_connect(path);

		if (fd != -EAGAIN || sys_now_ms() > deadline_ms)
			return fd;
		(void)poll(NULL, 0, 20); /* an early return only asks again sooner */
	}
}

/*
 * Anybody may make a folder in /tmp, and an abstract name belongs to whoever was first: so who listens
 * has to be the caller's or root's, and behind an abstract name process 1 of the caller's own container.
 */
static int connect_to_ours(const char *path)
{
	OWN(fd) int fd = connect_patiently(path);
	struct sys_peer peer;
	int r = fd < 0 ? fd : sys_peer(fd, &peer);

	if (r < 0)
		return r;
	if ((peer.uid != 0 && peer.uid != geteuid()) || (path[0] == '@' && peer.pid != 1))
		return -ECONNREFUSED;
	return take_fd(&fd);
}

static bool is_nobody(int error)
{
	return error == -ENOENT || error == -ECONNREFUSED;
}

int reach_reeve(struct ctl *c)
{
	static char path[256]; /* lives as long as the run */
	char at[256];
	int why = -ENOENT;

	if (c->socket != NULL)
		return connect_patiently(c->socket);
	for (unsigned n = 0;; n++) {
		int r = socket_path_place(n, geteuid(), getenv("XDG_RUNTIME_DIR"), at, sizeof at);

		if (r == -ENOENT) {
			c->socket = path;
			return why;
		}
		if (r == 0)
			r = connect_to_ours(at);
		if (r >= 0)
			return r;
		/* The first place is the one to tell about, unless somebody is at another. */
		if (n == 0 || (is_nobody(why) && !is_nobody(r))) {
			(void)!text_copy(path, sizeof path, at);
			why = r;
		}
	}
}

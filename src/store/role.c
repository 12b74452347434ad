#include "store/role.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "base/text.h"
#include "store/fault.h"
#include "store/limits.h"
#include "sys/clock.h"
#include "wire/channel.h"

enum { LOOK_EVERY_MS = 200 };

static const struct field role_note_fields[] = {
	FIELD(role_note, done),
	FIELD(role_note, fault),
	FIELD(role_note, error),
	FIELD(role_note, where),
	FIELD(role_note, got),
	FIELD(role_note, etag),
	FIELD(role_note, status),
	FIELD(role_note, again),
	FIELD(role_note, pause_ms),
	FIELD(role_note, amount),
	FIELD(role_note, total),
};

const struct record record_role_note = RECORD(role_note, role_note_fields);

/* In the fork: descriptors to their places, out of the way of each other first, and exec. */
static NORETURN void become(const char *name, const int *fds, size_t n)
{
	char self[] = "/proc/self/exe", option[] = "--role", role[16], *argv[] = { self, option, role, NULL };
	char *envp[] = { NULL };
	int high[ROLE_FDS_MAX + 1];

	if (text_copy(role, sizeof role, name) < 0)
		_exit(126);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* without it a role would outlive us a while; no more */
	for (size_t i = 0; i < n; i++) {
		high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 64);
		if (high[i] < 0)
			_exit(126);
	}
	for (size_t i = 0; i < n; i++)
		if (dup2(high[i], ROLE_SOCKET + (int)i) < 0)
			_exit(126);
	(void)close_range(ROLE_SOCKET + (unsigned)n, ~0U, 0);
	(void)execve(self, argv, envp);
	_exit(127);
}

int role_start(struct role *r, const char *name, const int *fds, size_t n)
{
	int ends[2], all[ROLE_FDS_MAX + 1];

	if (n > ROLE_FDS_MAX)
		return -EINVAL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	all[0] = ends[1];
	memcpy(all + 1, fds, n * sizeof *fds);
	r->socket = ends[0];
	r->pid = fork();
	if (r->pid == 0)
		become(name, all, n + 1);

	int error = errno;

	(void)close(ends[1]);
	if (r->pid > 0)
		return 0;
	(void)close(ends[0]);
	return -error;
}

int role_order(struct role *r, const struct record *record, const void *order)
{
	OWN(mem) uint8_t *buf = malloc(ROLE_ORDER_MAX);
	size_t len = 0;
	int e = buf == NULL ? -ENOMEM : record_encode(record, order, buf, ROLE_ORDER_MAX, &len);

	if (e < 0)
		return e;
	return send(r->socket, buf, len, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* The next note: 1, 0 the role ended, -EAGAIN nothing within a moment, -EBADMSG nonsense. */
static int next_note(struct role *r, struct role_note *ret)
{
	struct pollfd p = { .fd = r->socket, .events = POLLIN };

	if (poll(&p, 1, LOOK_EVERY_MS) <= 0)
		return -EAGAIN;

	ssize_t n = recv(r->socket, r->buf, sizeof r->buf, MSG_TRUNC);

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	if (n == 0)
		return 0;
	if ((size_t)n > sizeof r->buf || record_decode(&record_role_note, r->buf, (size_t)n, ret) < 0)
		return -EBADMSG;
	return 1;
}

static int tell(struct asker *a, const char *phase, uint64_t done, uint64_t total)
{
	return asker_tell(a, (struct progress_row){ .phase = phase, .done = done, .total = total, .unit = "bytes" });
}

static int wait_done(struct role *r, struct asker *a, const char *phase, struct role_note *ret)
{
	uint64_t heard = sys_now_ms(), done = 0, total = 0;

	for (;;) {
		int n = next_note(r, ret);

		if (n == 1 && ret->done)
			return 0;
		if (n != 1 && n != -EAGAIN)
			return fault(a->problem, FAULT_NO_ROLE, phase, "the %s role %s", phase,
			             n == 0 ? "died" : "talked nonsense");
		if (n == 1) {
			heard = sys_now_ms();
			done = ret->amount;
			total = ret->total;
		}
		if (tell(a, phase, done, total) < 0)
			return -ECANCELED;
		if (sys_now_ms() - heard > store_limits.role_ms)
			return fault(a->problem, FAULT_NO_ROLE, phase, "the %s role stalled", phase);
	}
}

void role_stop(struct role *r)
{
	(void)kill(r->pid, SIGKILL); /* fails when it ended already */
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
	(void)close(r->socket);
}

int role_finish(struct role *r, struct asker *a, const char *phase, struct role_note *ret)
{
	int e = wait_done(r, a, phase, ret);

	/* Done or not: nothing of it may run on when its work is looked at. */
	role_stop(r);
	return e;
}

int role_read_order(const struct record *record, uint8_t *buf, size_t max, void *ret)
{
	ssize_t n = recv(ROLE_SOCKET, buf, max, MSG_TRUNC);

	if (n < 0)
		return -errno;
	return (size_t)n > max ? -EMSGSIZE : record_decode(record, buf, (size_t)n, ret);
}

void role_tell(const struct role_note *note)
{
	uint8_t buf[ROLE_NOTE_MAX];
	size_t len = 0;

	/* Progress is dropped when the reader is behind; the outcome is not. */
	if (record_encode(&record_role_note, note, buf, sizeof buf, &len) == 0)
		(void)!send(ROLE_SOCKET, buf, len, MSG_NOSIGNAL | (note->done ? 0 : MSG_DONTWAIT));
}

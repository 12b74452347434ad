#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/own.h"
#include "base/text.h"

enum { PIPE_MAX = 1 << 20 }; /* more than a pipe has, unless somebody made it larger (pipe(7)) */

int sys_pipe(int fds[2], enum sys_nonblock which)
{
	bool is_one = which == NONBLOCK_READ || which == NONBLOCK_WRITE;
	int r;

	if (pipe2(fds, O_CLOEXEC | (which != NONBLOCK_NONE ? O_NONBLOCK : 0)) < 0)
		return -errno;
	if (!is_one || fcntl(fds[which == NONBLOCK_READ], F_SETFL, 0) == 0) /* the other end waits */
		return 0;
	r = -errno;
	sys_close(fds[0]);
	sys_close(fds[1]);
	return r;
}

ssize_t sys_pipe_move(int from, int to)
{
	ssize_t n = splice(from, NULL, to, NULL, PIPE_MAX, SPLICE_F_NONBLOCK);

	return n < 0 ? -errno : n;
}

int sys_open_null(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

void sys_fill_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

int sys_socketpair(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0 ? -errno : 0;
}

/* A path that starts with '@' names an abstract socket (unix(7)): no file, gone with its last holder. */
static int address(const char *path, struct sockaddr_un *ret, socklen_t *ret_len)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	int r = text_copy(ret->sun_path, sizeof ret->sun_path, path);

	if (r < 0)
		return r;
	*ret_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + (path[0] != '@'));
	if (path[0] == '@')
		ret->sun_path[0] = '\0';
	return 0;
}

int sys_connect(const char *path)
{
	struct sockaddr_un at;
	socklen_t len;
	int r = address(path, &at, &len);

	if (r < 0)
		return r;

	OWN(fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&at, len) < 0)
		return -errno;
	return take_fd(&fd);
}

int sys_listen(const char *path, unsigned mode)
{
	struct sockaddr_un at;
	socklen_t len;
	int r = address(path, &at, &len);

	if (r < 0)
		return r;
	if (path[0] != '@') {
		OWN(fd) int other = sys_connect(path);

		if (other >= 0 || other == -EAGAIN)
			return -EADDRINUSE;
		if (other == -ECONNREFUSED && unlink(path) < 0)
			return -errno;
	}

	OWN(fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t mask = umask(0777 & ~mode); /* bind() makes the file: never wider than asked, not for an instant */
	int bound = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&at, len);

	(void)umask(mask);
	if (fd < 0 || bound < 0 || listen(fd, 64) < 0)
		return -errno;
	return take_fd(&fd);
}

int sys_accept(int listener)
{
	int fd;

	do
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
	return fd < 0 ? -errno : fd;
}

int sys_peer(int socket, struct sys_peer *ret)
{
	struct ucred who;
	socklen_t len = sizeof who;

	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0)
		return -errno;
	*ret = (struct sys_peer){ who.uid, who.gid, who.pid };
	return 0;
}

int sys_peer_groups(int socket, gid_t *ret, size_t max)
{
	socklen_t len = (socklen_t)(max * sizeof *ret);

	if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, ret, &len) < 0)
		return -errno;
	return (int)(len / sizeof *ret);
}

ssize_t sys_read(int fd, void *buf, size_t max)
{
	ssize_t n;

	do
		n = read(fd, buf, max);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

ssize_t sys_write(int fd, const void *buf, size_t len)
{
	ssize_t n;

	do
		n = write(fd, buf, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Room for one SCM_RIGHTS message, aligned as CMSG_FIRSTHDR() wants it (cmsg(3)). */
union rights {
	struct cmsghdr header;
	char           room[CMSG_SPACE(SYS_FDS_MAX * sizeof(int))];
};

ssize_t sys_send(int socket, const void *buf, size_t len, const int *fds, size_t fds_n)
{
	struct iovec part = { .iov_base = (void *)(uintptr_t)buf, .iov_len = len };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	union rights rights = { .room = { 0 } };
	ssize_t n;

	if (fds_n > SYS_FDS_MAX)
		return -EINVAL;
	if (fds_n > 0) {
		msg.msg_control = rights.room;
		msg.msg_controllen = CMSG_SPACE(fds_n * sizeof(int));
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

		*c = (struct cmsghdr){ CMSG_LEN(fds_n * sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
		memcpy(CMSG_DATA(c), fds, fds_n * sizeof(int));
	}
	do
		n = sendmsg(socket, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

ssize_t sys_recv(int socket, void *buf, size_t max, int *fds, size_t *ret_n)
{
	struct iovec part = { .iov_base = buf, .iov_len = max };
	union rights rights;
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = rights.room, .msg_controllen = sizeof rights.room,
	};
	size_t got = 0;
	ssize_t n;

	do
		n = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c != NULL; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		got = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(c), got * sizeof(int));
	}
	*ret_n = got;
	return n;
}

int sys_dup(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -errno : copy;
}

bool sys_leaves_room(int fd, int more)
{
	int last = fcntl(fd, F_DUPFD_CLOEXEC, fd + more);

	sys_close(last);
	return last >= 0;
}

void sys_close(int fd)
{
	if (fd >= 0)
		(void)close(fd); /* EINTR and EIO leave it closed on Linux (close(2)) */
}

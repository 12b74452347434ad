/*
 * Descriptors: every one is made close-on-exec and, where it can block, non-blocking. Errors are
 * negative errno; nothing here blocks.
 */
#ifndef SYS_FD_H
#define SYS_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

enum { SYS_FDS_MAX = 8 }; /* descriptors in one message */

struct sys_peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
};

/* Which ends of a pipe do not wait (O_NONBLOCK). */
enum sys_nonblock { NONBLOCK_NONE = 0, NONBLOCK_READ = 1, NONBLOCK_WRITE = 2, NONBLOCK_BOTH = 3 };

/* A pipe; fds[0] reads. */
int sys_pipe(int fds[2], enum sys_nonblock which) MUST_CHECK;

/*
 * Moves what is in the pipe from into the pipe to, as far as it has room, without looking at it (splice(2)); how
 * much that was, -EAGAIN when nothing could be.
 */
ssize_t sys_pipe_move(int from, int to) MUST_CHECK;

/* The null device, to read and to write. */
int sys_open_null(void) MUST_CHECK;

/*
 * Puts the null device in the place of standard input, output or error where one of them is closed:
 * what is opened next would be taken for it.
 */
void sys_fill_streams(void);

/* A connected pair of unix stream sockets, non-blocking. */
int sys_socketpair(int fds[2]) MUST_CHECK;

/*
 * Listens on a unix stream socket at path with the permission bits mode; a stale socket that nobody
 * answers on is replaced, a live one is -EADDRINUSE. Returns the descriptor.
 */
int sys_listen(const char *path, unsigned mode) MUST_CHECK;

/* The next connection, non-blocking; -EAGAIN when there is none. */
int sys_accept(int listener) MUST_CHECK;

/* Connects to the unix socket at path; returns the descriptor. */
int sys_connect(const char *path) MUST_CHECK;

/* Who the kernel says is at the other end (SO_PEERCRED, unix(7)). */
int sys_peer(int socket, struct sys_peer *ret) MUST_CHECK;

/*
 * Its supplementary groups when it connected (SO_PEERGROUPS); how many, -ERANGE when more than max.
 */
int sys_peer_groups(int socket, gid_t *ret, size_t max) MUST_CHECK;

/* Each returns the count moved, 0 at the end, or negative errno (-EAGAIN, never -EINTR). */
ssize_t sys_read(int fd, void *buf, size_t max) MUST_CHECK;
ssize_t sys_write(int fd, const void *buf, size_t len) MUST_CHECK;

/*
 * Sends len bytes with fds_n descriptors attached to the first of them (SCM_RIGHTS); a peer that is
 * gone is -EPIPE, never SIGPIPE. The descriptors stay the caller's.
 */
ssize_t sys_send(int socket, const void *buf, size_t len, const int *fds, size_t fds_n) MUST_CHECK;

/* Receives bytes and, into fds (room for SYS_FDS_MAX), descriptors; *ret_n says how many. */
ssize_t sys_recv(int socket, void *buf, size_t max, int *fds, size_t *ret_n) MUST_CHECK;

/* A second descriptor for the same thing, close-on-exec. */
int sys_dup(int fd) MUST_CHECK;

/* Whether so many more may be opened beyond fd, which is the newest (RLIMIT_NOFILE, getrlimit(2)). */
bool sys_leaves_room(int fd, int more);

void sys_close(int fd);

#endif

#include "log/press.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log/frames.h"
#include "sys/fd.h"

/* Where the process has its descriptors; everything else of reeve-log is closed there. */
enum { PLAIN_FD = 3, TEMP_FD = 4, SOCKET_FD = 5, FIRST_OTHER = 6, LOWEST_NICE = 19 };

/* The last bytes of a disk are for those who write logs, not for a copy of one. */
static int has_room(const struct stat *plain)
{
	struct statvfs disk;

	if (fstatvfs(TEMP_FD, &disk) < 0)
		return -errno;
	return (uint64_t)disk.f_bavail * disk.f_frsize < (uint64_t)plain->st_size ? -ENOSPC : 0;
}

static int compress(void)
{
	struct stat plain;
	int r = fstat(PLAIN_FD, &plain) < 0 ? -errno : has_room(&plain);

	if (r == 0)
		r = frames_compress(PLAIN_FD, TEMP_FD);
	if (r == 0 && fchmod(TEMP_FD, plain.st_mode & 07777) < 0)
		r = -errno;
	if (r == 0 && futimens(TEMP_FD, (struct timespec[]){ plain.st_atim, plain.st_mtim }) < 0)
		r = -errno;
	if (r == 0 && fsync(TEMP_FD) < 0)
		r = -errno;
	return r;
}

/*
 * The descriptors to their places, from wherever they are, by way of numbers that none of them has.
 */
static int take_places(const int *fds)
{
	int high[3];

	for (int i = 0; i < 3; i++) {
		high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 64);
		if (high[i] < 0)
			return -errno;
	}
	for (int i = 0; i < 3; i++)
		if (dup2(high[i], PLAIN_FD + i) < 0)
			return -errno;
	/*
	 * Refused: reeve sees the end of reeve-log when this process ends too, which the kernel
	 * sees to.
	 */
	(void)close_range(FIRST_OTHER, ~0U, 0);
	return 0;
}

NORETURN static void work(const int *fds, pid_t parent)
{
	struct pollfd closed = { .fd = SOCKET_FD, .events = POLLIN };
	int r;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* without it the work would be for nobody */
	(void)setpriority(PRIO_PROCESS, 0, LOWEST_NICE);
	(void)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
	r = take_places(fds);
	if (r == 0 && getppid() == parent)
		r = compress();
	if (sys_write(SOCKET_FD, &r, sizeof r) == sizeof r)
		(void)poll(&closed, 1, -1);
	_exit(EXIT_SUCCESS);
}

static void answered(void *arg, unsigned events UNUSED)
{
	struct press *p = arg;
	int result;
	ssize_t n = sys_read(p->socket, &result, sizeof result);

	if (n == -EAGAIN)
		return;
	loop_io_stop(&p->io);
	p->fn(p->arg, n == sizeof result ? result : -EINTR); /* it was killed */
}

int press_start(struct press *p, struct loop *loop, const int files[2])
{
	int ends[2], r = sys_socketpair(ends);
	pid_t parent = getpid(), pid = -1;

	if (r == 0) {
		pid = fork();
		if (pid == 0)
			work((int[]){ files[0], files[1], ends[1] }, parent);
		r = pid < 0 ? -errno : 0;
		sys_close(ends[1]);
		if (r < 0)
			sys_close(ends[0]);
	}
	sys_close(files[0]);
	sys_close(files[1]);
	if (r < 0)
		return r;
	p->socket = ends[0];
	p->active = true;
	loop_io_start(loop, &p->io, p->socket, LOOP_READ, answered, p);
	return 0;
}

void press_end(struct press *p)
{
	if (!p->active)
		return;
	loop_io_stop(&p->io);
	sys_close(p->socket);
	p->active = false;
}

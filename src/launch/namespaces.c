#include "launch/namespaces.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "launch/start.h"

static bool changes_mounts(const struct context *c)
{
	bool needs_place = c->credentials.count > 0 && c->chroot[0] != '\0'; /* in memory, to be seen in there */

	return c->private_mounts || c->private_pids || c->private_tmp || c->read_only.count > 0 || needs_place;
}

int namespaces_wanted(const struct context *c)
{
	return (changes_mounts(c) ? CLONE_NEWNS : 0) | (c->private_network ? CLONE_NEWNET : 0) |
	       (c->private_ipc ? CLONE_NEWIPC : 0) | (c->private_pids ? CLONE_NEWPID : 0);
}

int namespaces_try(int wanted)
{
	int status;
	pid_t pid;

	if (wanted == 0)
		return 0;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		_exit(unshare(wanted) < 0 ? errno : 0); /* each errno fits into a status */
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPERM; /* a sandbox killed it */
}

/* A new network has one interface, and it is down (netdevice(7)). */
static int raise_loopback(void)
{
	struct ifreq loopback = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	OWN(fd) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 || ioctl(fd, SIOCSIFFLAGS, &loopback) < 0 ? -errno : 0;
}

int namespaces_enter(struct start *s, const char **ret_what)
{
	int wanted = namespaces_wanted(&s->order.context) & ~CLONE_NEWPID; /* the process was made in that one */

	if (wanted == 0)
		return 0;
	*ret_what = "new namespaces";
	if (unshare(wanted) < 0)
		return -errno;
	*ret_what = "mounts of the host";
	if (wanted & CLONE_NEWNS && mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return -errno;
	*ret_what = "the loopback";
	return wanted & CLONE_NEWNET ? raise_loopback() : 0;
}

#include "solo/leftover.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"

/* True the first time that it is asked about pid, as long as there is room to remember. */
static bool is_new(struct leftover *l, pid_t pid)
{
	for (size_t i = 0; i < l->asked_n; i++)
		if (l->asked[i] == pid)
			return false;
	if (l->asked_n == LEFTOVER_MAX)
		return false;
	l->asked[l->asked_n++] = pid;
	return true;
}

/* SIGKILL, or the request to end, which one that is stopped has to be continued for; as kill(2) has who. */
static void end(pid_t who, int signo)
{
	(void)kill(who, signo); /* ESRCH: gone is what we want */
	if (signo != SIGKILL)
		(void)kill(who, SIGCONT);
}

/* Our child, until we wait for it. The group was asked as a whole. */
static void end_child(struct leftover *l, pid_t pid, int signo)
{
	if (signo == SIGKILL || (getpgid(pid) != l->group && is_new(l, pid)))
		end(pid, signo);
}

/* Our own children, "12 345 6 " in the words of proc(5); false where it does not say. */
static bool end_children(struct leftover *l, int signo)
{
	char piece[4096];
	pid_t pid = 0;
	ssize_t n;

	OWN(fd) int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	while ((n = read(fd, piece, sizeof piece)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (piece[i] >= '0' && piece[i] <= '9') {
				pid = pid * 10 + (piece[i] - '0');
				continue;
			}
			if (pid > 0)
				end_child(l, pid, signo);
			pid = 0;
		}
	}
	return true;
}

void leftover_ask(struct leftover *l)
{
	bool first = l->asked_n == 0 && is_new(l, l->group);

	if (getpid() == 1) {
		if (first)
			end(-1, SIGTERM);
		return;
	}
	if (first)
		end(-l->group, SIGTERM);
	(void)end_children(l, SIGTERM); /* else the group is all we know of */
}

void leftover_kill(struct leftover *l)
{
	if (getpid() == 1) {
		end(-1, SIGKILL);
		return;
	}
	if (!end_children(l, SIGKILL)) /* each by itself: the number of a group may be another's by now */
		end(-l->group, SIGKILL);
}

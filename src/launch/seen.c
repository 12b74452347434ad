#include "launch/seen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/parse.h"
#include "base/text.h"
#include "launch/sweep.h"

enum {
	ENVIRON_MAX = 65536,  /* bytes of an environment looked at together; a mark is shorter than OVERLAP */
	OVERLAP     = 128,
	EXITING     = 0x4,    /* PF_EXITING of the kernel's include/linux/sched.h, which proc(5) hands out */
};

static int open_proc(pid_t pid, const char *file)
{
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file); /* is short enough */
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The nth word of s, from 0; NULL when there are fewer. Cut off in place. */
static const char *word(char *s, unsigned nth)
{
	char *end;

	for (; nth > 0 && s != NULL; nth--) {
		s = strchr(s, ' ');
		s = s != NULL ? s + 1 : NULL;
	}
	end = s != NULL ? strpbrk(s, " \n") : NULL;
	if (end != NULL)
		*end = '\0';
	return s;
}

/* One number out of what stands behind the name. */
static int number(const char *after, unsigned nth, uint64_t *ret)
{
	char copy[1024];
	const char *at = text_copy(copy, sizeof copy, after) < 0 ? NULL : word(copy, nth);

	return at != NULL && parse_u64(at, UINT64_MAX, ret) == 0 ? 0 : -EBADMSG;
}

/*
 * State, parent, flags and time of start: words 0, 1, 6 and 19 behind the name, which may hold anything
 * (proc(5), stat).
 */
int seen_read(pid_t pid, struct seen *ret)
{
	OWN(fd) int fd = open_proc(pid, "stat");
	char text[1024], *after;
	uint64_t parent, flags;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n <= 0)
		return -ESRCH;
	text[n] = '\0';
	after = strrchr(text, ')');
	if (after == NULL || after[1] != ' ' || after[2] == '\0')
		return -EBADMSG;
	*ret = (struct seen){ .pid = pid, .mark = SEEN_NO_MARK, .is_dead = after[2] == 'Z' || after[2] == 'X' };
	after += 2;
	if (number(after, 1, &parent) < 0 || parent > INT_MAX || number(after, 6, &flags) < 0 ||
	    number(after, 19, &ret->began) < 0)
		return -EBADMSG;
	ret->parent = (pid_t)parent;
	ret->is_leaving = ret->is_dead || (flags & EXITING) != 0;
	return 0;
}

/* The place in the order of the mark at text, which is the value of a variable; SEEN_NO_MARK. */
static int match(const struct launch_sweep *order, const char *text)
{
	size_t len = strlen(order->mark);
	int i = 0;

	if (strncmp(text, order->mark, len) != 0)
		return SEEN_NO_MARK;
	for (const char *start = NULL; texts_next(&order->starts, &start); i++)
		if (strcmp(text + len, start) == 0)
			return i;
	return SEEN_NO_MARK;
}

/* The same for the whole variables among the len bytes at text, of which a NUL ends each. */
static int match_any(const struct launch_sweep *order, const char *text, size_t len)
{
	static const char key[] = SWEEP_VARIABLE "=";
	const char *end;

	for (const char *at = text; (end = memchr(at, '\0', len - (size_t)(at - text))) != NULL; at = end + 1)
		if (strncmp(at, key, sizeof key - 1) == 0)
			return match(order, at + sizeof key - 1);
	return SEEN_NO_MARK;
}

int seen_mark(const struct launch_sweep *order, pid_t pid)
{
	static char buf[ENVIRON_MAX + OVERLAP];
	OWN(fd) int fd = open_proc(pid, "environ");
	size_t kept = 0;
	ssize_t n;

	while (fd >= 0 && (n = read(fd, buf + kept, ENVIRON_MAX)) > 0) {
		size_t len = kept + (size_t)n, last = len;
		int mark = match_any(order, buf, len);

		if (mark != SEEN_NO_MARK)
			return mark;
		while (last > 0 && buf[last - 1] != '\0')
			last--;
		kept = len - last < OVERLAP ? len - last : 0;
		memmove(buf, buf + last, kept);
	}
	return SEEN_NO_MARK;
}

#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/own.h"
#include "base/text.h"

int path_join(char *buf, size_t max, const char *dir, const char *name)
{
	int n = name[0] == '/' ? snprintf(buf, max, "%s", name) : snprintf(buf, max, "%s/%s", dir, name);

	return n < 0 || (size_t)n >= max ? -ENAMETOOLONG : 0;
}

static bool part_is_plain(const char *part, size_t len)
{
	return len > 0 && len <= NAME_MAX && !(len == 1 && part[0] == '.') &&
	       !(len == 2 && part[0] == '.' && part[1] == '.');
}

/* In one pass, because an index asks it of every file at every start. */
bool path_is_plain(const char *path)
{
	const char *part = path, *p = path;

	for (;;) {
		unsigned char c = (unsigned char)*p;

		if (c == '/' || c == '\0') {
			if (!part_is_plain(part, (size_t)(p - part)))
				return false;
			if (c == '\0')
				return p - path <= PATH_MAX;
			part = ++p;
		} else if (c >= 0x80) {
			size_t len = text_utf8_length(p, strnlen(p, 4));

			if (len == 0)
				return false;
			p += len;
		} else {
			if (c < 0x20 || c == 0x7f)
				return false;
			p++;
		}
	}
}

/* openat2 by hand for kernels before 5.6 and for sandboxes that refuse it. */
static int walk_beneath(int dir, const char *path, int flags, mode_t mode)
{
	OWN(fd) int at = -1;

	for (;;) {
		char part[NAME_MAX + 1];
		size_t len = strcspn(path, "/");
		int fd;

		if (len == 0 || len > NAME_MAX || strncmp(path, "..", len > 2 ? len : 2) == 0)
			return -EXDEV;
		memcpy(part, path, len);
		part[len] = '\0';
		if (path[len] == '\0') {
			fd = openat(at < 0 ? dir : at, part, flags | O_NOFOLLOW | O_CLOEXEC, mode);
			return fd < 0 ? -errno : fd;
		}
		fd = openat(at < 0 ? dir : at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		own_fd(&at);
		at = fd;
		path += len + 1;
	}
}

int path_open_beneath(int dir, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (unsigned)flags | O_CLOEXEC,
		.mode = flags & (O_CREAT | O_TMPFILE) ? mode : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, dir, path, &how, sizeof how);

	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return walk_beneath(dir, path, flags, mode);
	return fd < 0 ? -errno : (int)fd;
}

int path_make_dirs(const char *path, mode_t mode)
{
	char at[PATH_MAX];
	int r = text_copy(at, sizeof at, path);

	if (r < 0)
		return r;
	for (char *slash = at + 1;; slash++) {
		slash = strchrnul(slash, '/');
		bool last = *slash == '\0';

		*slash = '\0';
		if (mkdir(at, mode) < 0 && errno != EEXIST)
			return -errno;
		if (last)
			return 0;
		*slash = '/';
	}
}

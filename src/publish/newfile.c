#include "publish/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "base/text.h"

int newfile_init(struct newfile *f, int dir, const char *name)
{
	*f = (struct newfile){ .dir = dir, .fd = -1 };
	if (text_copy(f->name, sizeof f->name, name) < 0 ||
	    snprintf(f->beside, sizeof f->beside, ".%s.%jd", name, (intmax_t)getpid()) >= (int)sizeof f->beside)
		return -ENAMETOOLONG;
	hash_begin(&f->hash);
	f->fd = openat(dir, f->beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	return f->fd < 0 ? -errno : 0;
}

int newfile_add(struct newfile *f, const void *data, size_t len)
{
	hash_add(&f->hash, data, len);
	f->size += len;
	return io_write_all(f->fd, data, len);
}

void newfile_digest(struct newfile *f, struct digest *ret)
{
	hash_end(&f->hash, ret);
}

int newfile_commit(struct newfile *f, unsigned mode)
{
	int fd = take_fd(&f->fd);
	int r = fchmod(fd, mode) < 0 || fsync(fd) < 0 ? -errno : 0;

	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && renameat(f->dir, f->beside, f->dir, f->name) < 0)
		r = -errno;
	if (r == 0) {
		f->beside[0] = '\0';
		r = fsync(f->dir) < 0 ? -errno : 0;
	}
	return r;
}

void newfile_done(struct newfile *f)
{
	own_fd(&f->fd);
	f->fd = -1;
	if (f->beside[0] != '\0')
		(void)unlinkat(f->dir, f->beside, 0); /* never committed: nothing depends on it */
	f->beside[0] = '\0';
}

int folder_make(int dir, const char *path)
{
	char at[PATH_MAX];
	int r = text_copy(at, sizeof at, path);

	for (char *slash = at; r == 0; slash++) {
		slash = strchrnul(slash, '/');
		bool last = *slash == '\0';

		*slash = '\0';
		if (mkdirat(dir, at, 0755) < 0 && errno != EEXIST)
			r = -errno;
		if (last)
			break;
		*slash = '/';
	}
	return r < 0 ? r : path_open_beneath(dir, path, O_RDONLY | O_DIRECTORY, 0);
}

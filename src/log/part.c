#include "log/part.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fd.h"

int part_open(const struct backups *b, uint32_t i, struct part *ret)
{
	struct part p = { 0 };
	bool compressed;
	int r = 0;

	p.fd = backups_open(b, i, &compressed);
	if (p.fd < 0)
		return p.fd;
	if (compressed)
		r = frames_open(p.fd, &p.frames);
	if (r < 0)
		sys_close(p.fd);
	else
		*ret = p;
	return r;
}

void part_close(struct part *p)
{
	frames_free(p->frames);
	sys_close(p->fd);
}

uint64_t part_size(const struct part *p)
{
	struct stat st;

	if (p->frames != NULL)
		return frames_size(p->frames);
	return fstat(p->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

uint64_t part_written_ms(const struct part *p)
{
	struct stat st;

	if (fstat(p->fd, &st) < 0)
		return 0;
	return (uint64_t)st.st_mtim.tv_sec * 1000 + (uint64_t)st.st_mtim.tv_nsec / 1000000;
}

bool part_is_same(const struct part *a, const struct part *b)
{
	struct stat one, other;

	return fstat(a->fd, &one) == 0 && fstat(b->fd, &other) == 0 && one.st_ino == other.st_ino &&
		one.st_dev == other.st_dev;
}

ssize_t part_read(struct part *p, void *buf, size_t max, uint64_t pos)
{
	ssize_t n;

	if (p->frames != NULL)
		return frames_read(p->frames, buf, max, pos);
	n = pread(p->fd, buf, max, (off_t)pos);
	return n < 0 ? -errno : n;
}

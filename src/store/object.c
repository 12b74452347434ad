#include "store/object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "bundle/hash.h"

static mode_t object_mode(const struct index_entry *e)
{
	return e->type == ENTRY_EXECUTABLE ? 0555 : 0444;
}

void object_name(const struct index_entry *e, char *buf)
{
	struct digest_hex hex = digest_to_hex(&e->digest);

	(void)snprintf(buf, OBJECT_NAME_MAX, "%.2s/%s.%c", hex.text, hex.text + 2,
	               e->type == ENTRY_EXECUTABLE ? 'x' : 'r');
}

/* Whether the descriptor's bytes are the entry's. */
static int compare_bytes(int fd, const struct index_entry *e)
{
	struct digest digest;
	uint64_t size;
	int r = hash_fd(fd, &digest, &size);

	if (r < 0)
		return r;
	return size == e->size && digest_is_equal(&digest, &e->digest) ? 0 : -EBADMSG;
}

int object_check(const struct store *s, const struct index_entry *e)
{
	char name[OBJECT_NAME_MAX];
	struct stat st;
	int r;

	object_name(e, name);
	OWN(fd) int fd = path_open_beneath(s->dir[STORE_OBJECTS], name, O_RDONLY | O_NONBLOCK, 0);

	if (fd < 0)
		return fd == -ELOOP ? -EBADMSG : fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != e->size)
		return -EBADMSG;
	r = compare_bytes(fd, e);
	if (r < 0)
		return r;
	return (st.st_mode & 07777) == object_mode(e) && st.st_uid == geteuid() ? 0 : -ESTALE;
}

/* The folder objects/<2>, made when missing. */
static int open_folder(const struct store *s, const char *name)
{
	char two[3] = { name[0], name[1], '\0' };

	return store_folder(s->dir[STORE_OBJECTS], two, 0755);
}

int object_seal(const struct index_entry *e, int dir, const char *name, bool sync)
{
	OWN(fd) int fd = path_open_beneath(dir, name, O_RDONLY | O_NONBLOCK, 0);
	struct stat st;
	int r;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return -EBADMSG;
	/* Ours first: whoever made the file shall not change it behind the hash. */
	if ((st.st_uid != geteuid() && fchown(fd, geteuid(), getegid()) < 0) ||
	    fchmod(fd, object_mode(e)) < 0)
		return -errno;
	r = compare_bytes(fd, e);
	if (r < 0)
		return r;
	return sync && fsync(fd) < 0 ? -errno : 0;
}

int object_enter(struct store *s, const struct index_entry *e, int dir, const char *name)
{
	char object[OBJECT_NAME_MAX];
	int r;

	object_name(e, object);
	OWN(fd) int folder = open_folder(s, object);

	if (folder < 0)
		return folder;
	if (renameat(dir, name, folder, object + 3) == 0)
		return 0;
	if (errno != EISDIR)
		return -errno;
	r = store_trash(s, folder, object + 3); /* a folder in the place of a file: damage */
	if (r < 0)
		return r;
	return renameat(dir, name, folder, object + 3) < 0 ? -errno : 0;
}

int object_sync_folders(const struct store *s, const struct index *x)
{
	bool touched[256] = { false };
	struct index_entry e;

	for (uint32_t i = 0; i < index_count(x); i++) {
		index_entry(x, i, &e);
		if (e.type == ENTRY_FILE || e.type == ENTRY_EXECUTABLE)
			touched[e.digest.bytes[0]] = true;
	}
	for (unsigned i = 0; i < ARRAY_LEN(touched); i++) {
		char two[3];

		if (!touched[i])
			continue;
		format_hex(&(uint8_t){ (uint8_t)i }, 1, two);
		OWN(fd) int fd = store_folder(s->dir[STORE_OBJECTS], two, 0755);

		if (fd < 0)
			return fd;
		if (fsync(fd) < 0)
			return -errno;
	}
	return fsync(s->dir[STORE_OBJECTS]) < 0 ? -errno : 0;
}

static int copy_bytes(int from, int to)
{
	for (;;) {
		ssize_t n = copy_file_range(from, NULL, to, NULL, 1 << 30, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
	}
}

int object_copy(const struct store *s, const struct index_entry *e, int dir, const char *name)
{
	char object[OBJECT_NAME_MAX];

	object_name(e, object);
	OWN(fd) int from = path_open_beneath(s->dir[STORE_OBJECTS], object, O_RDONLY, 0);
	OWN(fd) int to = path_open_beneath(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
	int r = from < 0 ? from : to < 0 ? to : copy_bytes(from, to);

	if (r < 0)
		return r;
	return fchmod(to, object_mode(e)) < 0 || fsync(to) < 0 ? -errno : 0;
}

int object_link(const struct store *s, const struct index_entry *e, int dir, const char *name)
{
	char object[OBJECT_NAME_MAX];

	object_name(e, object);
	if (linkat(s->dir[STORE_OBJECTS], object, dir, name, 0) == 0)
		return 0;
	/* Too many links, or a file system without any. */
	if (errno == EMLINK || errno == EPERM || errno == EOPNOTSUPP)
		return object_copy(s, e, dir, name);
	return -errno;
}

#include "launch/program.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "launch/environment.h"
#include "launch/start.h"
#include "launch/sweep.h"

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000 /* Linux 6.14: would execve succeed? (linux/fcntl.h) */
#endif

/* For kernels that cannot be asked: what they would look at. */
static int may_execute_by_hand(const char *path)
{
	struct statvfs fs;

	if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 || statvfs(path, &fs) < 0)
		return -errno;
	return fs.f_flag & ST_NOEXEC ? -EACCES : 0;
}

int program_may_execute(const char *path)
{
	char *const none[] = { NULL };
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (syscall(SYS_execveat, AT_FDCWD, path, none, none, AT_EXECVE_CHECK) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != EPERM) /* sandboxes say EPERM for what they do not know */
		return -errno;
	return may_execute_by_hand(path);
}

int program_search(const char *path, const char *name, char *buf, size_t max)
{
	char dir[PATH_MAX];
	int worst = -ENOENT;

	while (environment_next_dir(&path, ":", dir, sizeof dir)) {
		if (path_join(buf, max, dir, name) < 0)
			continue;
		int r = program_may_execute(buf);

		if (r == 0)
			return 0;
		if (r == -EACCES)
			worst = r;
	}
	buf[0] = '\0';
	return worst;
}

/* A link within the tree is followed, none leads out of it. */
static int open_in_tree(int tree, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, tree, path, &how, sizeof how);

	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return path_open_beneath(tree, path, O_RDONLY | O_NONBLOCK, 0);
	return fd < 0 ? -errno : (int)fd;
}

static int find_in_tree(struct start *s, const char *name)
{
	struct program *p = &s->program;
	int r;

	if (s->pin.tree < 0)
		return -ENOENT;
	r = path_join(p->path, sizeof p->path, s->pin.path, name);
	if (r < 0)
		return r;
	p->fd = open_in_tree(s->pin.tree, name);
	p->in_tree = true;
	return p->fd < 0 ? p->fd : 0;
}

/* A host program: what cannot be read (mode 0711) may still be executed. */
static int open_on_host(struct program *p)
{
	p->fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return p->fd < 0 && errno != EACCES ? -errno : 0;
}

/* A name that the manifest lists is the tree's, there or not; another bare word is the PATH's. */
static bool belongs_to_tree(const struct start *s, const char *name)
{
	uint32_t i;

	return strchr(name, '/') != NULL || (s->pin.index != NULL && index_find(s->pin.index, name, &i));
}

int program_find(struct start *s)
{
	const char *name = texts_at(&s->order.argv, 0);
	struct program *p = &s->program;
	int r;

	p->path[0] = '\0';
	p->fd = -1;
	if (name == NULL || name[0] == '\0')
		return -EINVAL;
	if (name[0] != '/' && s->order.bundle[0] != '\0') {
		r = find_in_tree(s, name);
		if (r != -ENOENT || belongs_to_tree(s, name))
			return r;
		p->in_tree = false;
	}
	if (strchr(name, '/') != NULL)
		r = path_join(p->path, sizeof p->path, start_directory(s), name);
	else
		r = program_search(environment_path(&s->order.environment), name, p->path, sizeof p->path);
	return r < 0 ? r : open_on_host(p);
}

/* "KEY=value": what a sweep knows the child and all that it starts by. */
static int tell_mark(const struct start *s, char ***at)
{
	if (s->order.mark[0] == '\0')
		return 0;
	return asprintf((*at)++, SWEEP_VARIABLE "=%s", s->order.mark) < 0 ? -ENOMEM : 0;
}

/* "KEY=value" for what a child of a bundle is told about it. */
static int tell_bundle(const struct start *s, char **ret)
{
	struct digest_hex hex = digest_to_hex(&s->pin.digest);
	const char *version = s->pin.index != NULL ? index_version(s->pin.index) : "";

	if (s->order.bundle[0] == '\0')
		return 0;
	if (asprintf(&ret[0], "REEVE_TREE=%s", s->pin.path) < 0 ||
	    asprintf(&ret[1], "REEVE_BUNDLE=%s", s->order.bundle) < 0 ||
	    asprintf(&ret[2], "REEVE_VERSION=%s", version) < 0 ||
	    asprintf(&ret[3], "REEVE_DIGEST=%s", digest_is_none(&s->pin.digest) ? "" : hex.text) < 0)
		return -ENOMEM;
	return 0;
}

int program_execute(const struct start *s)
{
	const struct program *p = &s->program;
	char *more[6] = { NULL }, **at = more;
	char **argv, **envp;
	int r = tell_mark(s, &at);

	if (r == 0)
		r = tell_bundle(s, at);
	if (r == 0)
		r = environment_vector(&s->order.argv, NULL, &argv);
	if (r == 0)
		r = environment_vector(&s->order.environment, more, &envp);
	if (r < 0)
		return r;
	if (p->in_tree && p->is_elf)
		(void)fexecve(p->fd, argv, envp);
	else
		(void)execve(p->path, argv, envp);
	return -errno;
}

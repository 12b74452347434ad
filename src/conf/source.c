/*
 * Files into drafts: the main file, and what its [include] names. Whoever can write one of them can
 * become any user that reeve can, so a file or a folder above it that others may write is refused,
 * and so is an included file of somebody who is neither root, nor reeve's user, nor the owner of the
 * main file.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "conf/load.h"
#include "conf/quote.h"

enum { FILES_MAX = 20000 };

/* The main file is named by whoever starts reeve, so its owner is trusted. */
#define ANYBODY ((uid_t)-1)

void source_problem(struct problem *why, const char *path, int error)
{
	problem_set(why, PROBLEM_CONFIG, "conf-unreadable", path, "%s", strerror(-error));
	problem_remedy(why,
	               error == -ENOENT
	                       ? "Write this file, or name another one with -c."
	                       : "Make this file readable for reeve, or name another one with -c.");
}

/*
 * Nobody but the owner may write it. A group may where it is root's, or where it has the owner's own
 * number and so nobody else in it, as most systems give each user one.
 */
static bool is_open_to_others(const struct stat *st)
{
	bool is_own_group = st->st_gid == 0 || st->st_gid == st->st_uid;

	if (S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX)
		return false; /* sticky: they may add, not replace */
	return st->st_mode & S_IWOTH || (st->st_mode & S_IWGRP && !is_own_group);
}

/* Looks at every folder above the resolved path; why not, or NULL. */
static const char *distrust_folders(const char *path)
{
	char at[PATH_MAX];
	struct stat st;

	if (path_join(at, sizeof at, "", path) < 0)
		return strerror(ENAMETOOLONG);
	for (char *slash = strrchr(at, '/'); slash != NULL; slash = strrchr(at, '/')) {
		slash[slash == at] = '\0';
		if (stat(at, &st) < 0)
			return strerror(errno);
		if (is_open_to_others(&st))
			return "others may write to a folder above it: take that away with chmod go-w";
		if (slash == at)
			break;
	}
	return NULL;
}

/* What is wrong with the file itself, or NULL. */
static const char *distrust_file(const struct stat *st, uid_t owner)
{
	if (!S_ISREG(st->st_mode))
		return "it is no regular file: put one in its place";
	if (is_open_to_others(st))
		return "others may write to it: take that away with chmod go-w";
	if (owner != ANYBODY && st->st_uid != 0 && st->st_uid != geteuid() && st->st_uid != owner)
		return "it belongs to somebody who is neither root nor the owner of the main file: use chown";
	if (st->st_size > CONF_FILE_MAX)
		return "it is larger than 16 MiB: split it";
	return NULL;
}

/*
 * Reads a file that may be trusted into drafts. -EACCES, and why not in *ret_why, for one that may
 * not; what open(2) and read(2) say; -ENOMEM. *ret_owner is whose file it was.
 */
static int read_trusted(struct load *l, const char *path, uid_t owner, const char **ret_why,
                        uid_t *ret_owner)
{
	OWN(mem) char *resolved = realpath(path, NULL);
	OWN(fd) int fd = -1;
	OWN(mem) char *text = NULL;
	struct stat st;
	size_t len;
	int r;

	*ret_why = NULL;
	if (resolved == NULL)
		return -errno;
	*ret_why = distrust_folders(resolved);
	if (*ret_why != NULL)
		return -EACCES;
	fd = open(resolved, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	*ret_why = distrust_file(&st, owner);
	if (*ret_why != NULL)
		return -EACCES;
	r = io_read_all(fd, CONF_FILE_MAX, &text, &len);
	if (r < 0)
		return r;
	*ret_owner = st.st_uid;
	return draft_read(l, text, len, path);
}

/* An included file that cannot be had is told, and the rest stands. */
static int include_file(struct load *l, const struct conf_error *at, uid_t owner, const char *path)
{
	const char *why = NULL;
	int r;

	if (++l->files_n > FILES_MAX)
		return l->files_n > FILES_MAX + 1
		               ? 0
		               : load_mistake(l, at, "there are more than %d files", FILES_MAX);
	l->included = true;
	r = read_trusted(l, path, owner, &why, &owner);
	if (r == 0 || r == -ENOMEM)
		return r;
	return load_mistake(l, at, "%.256s is left out: %s", path,
	                    why != NULL ? why : strerror(-r));
}

/* One pattern: its matches in the order of their names, and none is fine. A plain name must be there. */
static int include_pattern(struct load *l, const struct conf_error *at, uid_t owner,
                           const char *pattern)
{
	glob_t found = { .gl_pathc = 0 };
	int r = 0;

	if (strpbrk(pattern, "*?[") == NULL)
		return include_file(l, at, owner, pattern);
	if (glob(pattern, 0, NULL, &found) == GLOB_NOSPACE)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < found.gl_pathc; i++)
		r = include_file(l, at, owner, found.gl_pathv[i]);
	globfree(&found);
	return r;
}

/* The patterns of one [include], between white space. */
static int include_patterns(struct load *l, const struct draft *d, uid_t owner,
                            const char *patterns)
{
	struct conf_error at = { d->file, draft_line(d, "files"), d->header, "E-FILE", NULL };

	for (;;) {
		char pattern[PATH_MAX], path[PATH_MAX];
		struct text t;
		int r;

		text_init(&t, pattern, sizeof pattern);
		r = quote_next(&patterns, "", &t);
		if (r == 0)
			return 0;
		if (r < 0 || t.full || path_join(path, sizeof path, d->here, pattern) < 0)
			return load_mistake(l, &at, "files takes paths and patterns between white space");
		r = include_pattern(l, &at, owner, path);
		if (r < 0)
			return r;
	}
}

static int include_all(struct load *l, struct draft *d, uid_t owner)
{
	struct expand_names names = { .here = d->here, .environment = l->environment };
	struct setting s = {
		.load = l, .draft = d, .names = &names, .row = d->kind->rows, .line = draft_line(d, "files")
	};
	const char *expanded;
	int r = setting_expand(&s, draft_text(d, "files"), &expanded);

	if (r < 0)
		return r == -EBADMSG ? 0 : r;

	/* What is expanded stands in a buffer that the files need, too. */
	const char *patterns = arena_text(l->scratch, expanded);

	return patterns == NULL ? -ENOMEM : include_patterns(l, d, owner, patterns);
}

int source_read_main(struct load *l, const char *path, struct problem *why)
{
	const char *distrust = NULL;
	uid_t owner = ANYBODY;
	int r = read_trusted(l, path, ANYBODY, &distrust, &owner);
	size_t in_main = l->drafts_n;

	if (distrust != NULL) {
		problem_set(why, PROBLEM_CONFIG, "conf-untrusted", path, "%s", distrust);
		problem_remedy(why, "Do that, or name another file with -c.");
		return r;
	}
	for (size_t i = 0; r == 0 && i < in_main; i++)
		if (l->drafts[i]->kind == &section_include)
			r = include_all(l, l->drafts[i], owner);
	if (r < 0)
		source_problem(why, path, r);
	return r;
}

int source_refuse_includes(struct load *l)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < l->drafts_n; i++) {
		struct draft *d = l->drafts[i];

		if (d->kind == &section_include)
			r = draft_refuse(l, d, d->line, "E-FILE",
			                 "a text that is no file includes nothing");
		if (r == -EBADMSG)
			r = 0;
	}
	return r;
}

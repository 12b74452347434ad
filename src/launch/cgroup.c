#include "launch/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "launch/start.h"

enum { FILE_MAX = 64, LIST_MAX = 4096 };

/* A limit taken apart. */
struct limit {
	char        file[FILE_MAX];     /* "memory.max" */
	char        keyword[FILE_MAX];  /* "memory_max": the setting */
	char        controller[FILE_MAX];
	const char *value;
};

static int parse_limit(const char *text, struct limit *ret)
{
	size_t len = strcspn(text, "=");
	size_t dot = strcspn(text, ".");

	if (text[len] != '=' || len >= FILE_MAX || dot == 0 || dot >= len || memchr(text, '/', len) != NULL)
		return -EINVAL;
	*ret = (struct limit){ .value = text + len + 1 };
	memcpy(ret->file, text, len);
	memcpy(ret->keyword, text, len);
	memcpy(ret->controller, text, dot);
	for (char *c = ret->keyword; (c = strchr(c, '.')) != NULL; c++)
		*c = '_';
	return 0;
}

/* Whether the file of the folder has the word among those between its white space. */
static bool has_word(const char *folder, const char *file, const char *word)
{
	static const char between[] = " \n";
	char path[PATH_MAX];
	OWN(mem) char *text = NULL;
	size_t len;

	if (path_join(path, sizeof path, folder, file) < 0 || io_read_file(AT_FDCWD, path, LIST_MAX, &text, &len) < 0)
		return false;
	for (const char *p = text + strspn(text, between); *p != '\0'; p += strspn(p, between)) {
		len = strcspn(p, between);
		if (strlen(word) == len && strncmp(p, word, len) == 0)
			return true;
		p += len;
	}
	return false;
}

static void tell_no_cgroup(const struct start *s, const struct limit *l, struct problem *ret)
{
	problem_set(ret, PROBLEM_HOST, "cgroup-none", l->file, "the child has no control group");
	problem_remedy(ret, "Give reeve a cgroup v2 folder that it can write, or take %s = out of [service:%s]", l->keyword,
	               s->order.service);
}

/* The folder's controllers are what the one above lets through; one that is not there either comes from further up. */
static void tell_no_controller(const struct start *s, const struct limit *l, struct problem *ret)
{
	char above[PATH_MAX] = "";
	char *slash;

	if (text_copy(above, sizeof above, s->order.cgroup) == 0 && (slash = strrchr(above, '/')) != NULL)
		*slash = '\0';
	problem_set(ret, PROBLEM_HOST, "cgroup-controller", s->order.cgroup, "the %s controller is not enabled for it",
	            l->controller);
	if (has_word(above, "cgroup.controllers", l->controller))
		problem_remedy(ret, "Run: echo +%s > %s/cgroup.subtree_control", l->controller, above);
	else
		problem_remedy(ret, "Delegate %s to reeve's cgroup, or take %s = out of [service:%s]", l->controller, l->keyword,
		               s->order.service);
}

static void tell_no_file(const struct start *s, const struct limit *l, const char *path, struct problem *ret)
{
	problem_set(ret, PROBLEM_HOST, "cgroup-limit", path, "this kernel has no such limit");
	problem_remedy(ret, "Take %s = out of [service:%s]", l->keyword, s->order.service);
}

/* The kernel knows devices by number, people by path: "/dev/sda rbps=1048576" (Documentation/admin-guide/cgroup-v2.rst, io.max). */
static int name_device(const char *value, char *buf, size_t max)
{
	size_t len = strcspn(value, " ");
	struct stat st;
	struct text t;

	text_init(&t, buf, max);
	text_add_bytes(&t, value, len);
	if (value[0] == '/') {
		if (stat(buf, &st) < 0)
			return -errno;
		if (!S_ISBLK(st.st_mode))
			return -ENOTBLK;
		text_init(&t, buf, max);
		text_addf(&t, "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	}
	text_add(&t, value + len);
	return t.full ? -ENAMETOOLONG : 0;
}

static void tell_no_device(const struct start *s, const struct limit *l, int error, struct problem *ret)
{
	problem_set(ret, PROBLEM_HOST, "cgroup-device", l->value, "%s", strerrordesc_np(-error));
	problem_expect(ret, "a block device");
	problem_remedy(ret, "Correct %s = in [service:%s]", l->keyword, s->order.service);
}

/* The nearest folder that is there, from path upward; how many are missing below it. */
static unsigned find_there(const char *path, char *buf, size_t max)
{
	unsigned missing = 0;

	if (text_copy(buf, max, path) < 0)
		return 0; /* buf is empty, and nothing is found in it */
	for (char *slash; access(buf, F_OK) < 0 && (slash = strrchr(buf, '/')) != NULL && slash != buf; missing++)
		*slash = '\0';
	return missing;
}

/*
 * Whether the controller is there for the folder. One that is only going to be made has what the one above it
 * lets through, and may have whatever is there further up.
 */
static bool is_enabled(const char *folder, const char *controller)
{
	char there[PATH_MAX];
	unsigned missing = find_there(folder, there, sizeof there);

	return has_word(there, missing == 1 ? "cgroup.subtree_control" : "cgroup.controllers", controller);
}

/* Whether the limit can be had; ret says why not. */
static bool is_to_be_had(const struct start *s, const struct limit *l, struct problem *ret)
{
	const char *folder = s->order.cgroup;
	char path[PATH_MAX], value[PATH_MAX];
	int r = name_device(l->value, value, sizeof value);

	if (folder[0] == '\0')
		tell_no_cgroup(s, l, ret);
	else if (!is_enabled(folder, l->controller))
		tell_no_controller(s, l, ret);
	else if (access(folder, F_OK) == 0 && path_join(path, sizeof path, folder, l->file) == 0 && access(path, F_OK) < 0)
		tell_no_file(s, l, path, ret);
	else if (r < 0)
		tell_no_device(s, l, r, ret);
	else
		return true;
	return false;
}

static int write_limit(const struct start *s, const struct limit *l)
{
	char path[PATH_MAX], value[PATH_MAX];
	int r = path_join(path, sizeof path, s->order.cgroup, l->file);

	if (r == 0)
		r = name_device(l->value, value, sizeof value);
	return r < 0 ? r : io_write_text(path, value);
}

int cgroup_limit(struct start *s, const char **ret_what)
{
	for (const char *text = NULL; texts_next(&s->order.context.cgroup_limits, &text);) {
		struct problem why;
		struct limit l;
		int r = parse_limit(text, &l);

		*ret_what = text;
		if (r == 0 && !is_to_be_had(s, &l, &why)) {
			problem_format(&why, s->said, sizeof s->said);
			*ret_what = s->said;
			return -ENOTSUP;
		}
		if (r == 0)
			r = write_limit(s, &l);
		if (r < 0)
			return r;
	}
	return 0;
}

int cgroup_join(struct start *s, const char **ret_what)
{
	char path[PATH_MAX];
	int r;

	if (s->order.cgroup[0] == '\0' || s->is_in_cgroup)
		return 0;
	*ret_what = s->order.cgroup;
	r = path_join(path, sizeof path, s->order.cgroup, "cgroup.procs");
	return r < 0 ? r : io_write_text(path, "0"); /* 0 is the writer itself (cgroups(7)) */
}

/* Whoever is only asked may find that the folder is yet to be made: then it must be possible to make it. */
static void check_folder(struct start *s)
{
	char there[PATH_MAX], path[PATH_MAX];
	int r;

	if (s->order.cgroup[0] == '\0')
		return;
	if (s->order.check_only && find_there(s->order.cgroup, there, sizeof there) > 0)
		r = text_copy(path, sizeof path, there);
	else
		r = path_join(path, sizeof path, s->order.cgroup, "cgroup.procs");
	if (r == 0 && access(path, W_OK) < 0)
		r = -errno;
	if (r == 0)
		return;
	struct problem *p = report_problem(&s->report);

	problem_set(p, PROBLEM_HOST, "cgroup-unusable", s->order.cgroup, "%s", strerrordesc_np(-r));
	problem_remedy(p, "Delegate a cgroup to reeve, or switch cgroups off");
}

void cgroup_check(struct start *s)
{
	check_folder(s);
	for (const char *text = NULL; texts_next(&s->order.context.cgroup_limits, &text);) {
		struct problem why;
		struct limit l;

		if (parse_limit(text, &l) == 0 && !is_to_be_had(s, &l, &why))
			*report_problem(&s->report) = why;
	}
}

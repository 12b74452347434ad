#include "launch/checks.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/text.h"
#include "launch/namespaces.h"
#include "launch/start.h"
#include "launch/way.h"

/* Paths of `read_only` and `writable` that have to be there. */
static void check_paths(struct start *s, const char *setting, const struct texts *list)
{
	for (const char *path = NULL; texts_next(list, &path);) {
		bool is_optional = *path == '-';
		OWN(fd) int fd = way_open(path + is_optional, O_PATH, NULL);
		struct problem *p;

		if (fd >= 0 || (fd == -ENOENT && is_optional))
			continue;
		p = report_problem(&s->report);
		problem_set(p, PROBLEM_HOST, "path-unusable", path + is_optional, "%s", strerrordesc_np(-fd));
		problem_expect(p, "a path of %s that no link of another user leads to", setting);
		problem_remedy(p, "Make it, or write -%s in %s = of [service:%s] where it may be missing",
		               path + is_optional, setting, s->order.service);
	}
}

static bool is_beneath(const char *path, const char *folder)
{
	return text_starts_with(path, folder) && strchr("/", path[strlen(folder)]) != NULL;
}

/* What the child needs must not lie where only its own empty folder will be. */
static void check_hidden(struct start *s, const char *what, const char *path)
{
	struct way way;
	OWN(fd) int fd = path[0] != '/' ? -1 : way_open(path, O_PATH, &way);
	struct problem *p;

	if (fd < 0 || (!is_beneath(way.path, "/tmp") && !is_beneath(way.path, "/var/tmp")))
		return;
	p = report_problem(&s->report);
	problem_set(p, PROBLEM_CONFIG, "private-tmp-hides", path, "private_tmp puts an empty folder over it");
	problem_expect(p, "%s outside /tmp and /var/tmp", what);
	problem_remedy(p, "Move it, or take private_tmp = out of [service:%s]", s->order.service);
}

static void check_proc(struct start *s)
{
	OWN(fd) int fd = way_open("/proc", O_PATH | O_DIRECTORY, NULL);
	struct problem *p;

	if (fd >= 0)
		return;
	p = report_problem(&s->report);
	problem_set(p, PROBLEM_HOST, "proc-missing", "/proc", "%s", strerrordesc_np(-fd));
	problem_expect(p, "a folder, as private_pids gives the child a /proc of its own");
	problem_remedy(p, "Run: mkdir %s/proc", s->order.context.chroot);
}

/* What changes the child's view of the file system, and whether that leaves what it needs. */
void check_view(struct start *s)
{
	const struct context *c = &s->order.context;

	check_paths(s, "read_only", &c->read_only);
	check_paths(s, "writable", &c->writable);
	if (c->private_pids)
		check_proc(s);
	if (!c->private_tmp)
		return;
	check_hidden(s, "the program", s->program.path);
	check_hidden(s, "the bundle's tree", s->pin.path);
	check_hidden(s, "directory", c->directory);
	check_hidden(s, "the child's state folder", s->order.state_dir);
}

/* The settings that need namespaces, for people. */
static void name_settings(const struct context *c, struct text *t)
{
	const struct { bool is_set; const char *name; } settings[] = {
		{ c->private_mounts, "private_mounts" }, { c->private_network, "private_network" },
		{ c->private_ipc, "private_ipc" }, { c->private_pids, "private_pids" },
		{ c->private_tmp, "private_tmp" }, { c->read_only.count > 0, "read_only" },
		{ c->credentials.count > 0 && c->chroot[0] != '\0', "credentials with chroot" },
	};

	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		if (settings[i].is_set)
			text_addf(t, "%s%s", t->len > 0 ? ", " : "", settings[i].name);
}

void check_namespaces(struct start *s)
{
	int r = namespaces_try(namespaces_wanted(&s->order.context));
	char names[128];
	struct text t;
	struct problem *p;

	if (r == 0)
		return;
	text_init(&t, names, sizeof names);
	name_settings(&s->order.context, &t);
	p = report_problem(&s->report);
	problem_set(p, PROBLEM_HOST, "namespaces-forbidden", names, "%s", strerrordesc_np(-r));
	problem_expect(p, "root with CAP_SYS_ADMIN, as none are made in a user namespace");
	problem_remedy(p, "Run reeve so, or take these settings out of [service:%s]", s->order.service);
}

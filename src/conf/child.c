/* A service times its workspaces times numprocs: every setting expanded for each child. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/capname.h"
#include "base/name.h"
#include "base/text.h"
#include "conf/load.h"
#include "conf/type.h"

/* What every child starts with; Debian's login.defs(5), ENV_SUPATH. */
static const char default_path[] =
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* Room for the next child, zeroed. */
static struct child_conf *add_child(struct load *l)
{
	if (l->children_n == l->children_room) {
		size_t room = l->children_room == 0 ? 64 : l->children_room * 2;
		struct child_conf *grown = realloc(l->children, room * sizeof grown[0]);

		if (grown == NULL)
			return NULL;
		l->children = grown;
		l->children_room = room;
	}
	memset(&l->children[l->children_n], 0, sizeof l->children[0]);
	return &l->children[l->children_n++];
}

/* Whether one of the lists from behind sets the variable of pair again. */
static bool is_overruled(const char *pair, const struct texts *const *behind)
{
	size_t len = strcspn(pair, "=") + 1;

	for (; *behind != NULL; behind++)
		for (const char *s = NULL; texts_next(*behind, &s);)
			if (strncmp(s, pair, len) == 0)
				return true;
	return false;
}

/* The variables that reeve itself sets, packed into buf. */
static int own_variables(const struct child_conf *c, uint8_t *buf, size_t max, struct texts *ret)
{
	const struct { const char *key, *value; } own[] = {
		{ "REEVE_CHILD", c->name }, { "REEVE_WORKSPACE", c->workspace->name },
		{ "REEVE_SERVICE", c->service->name }, { "REEVE_STATE", c->state_dir },
		{ "CREDENTIALS_DIRECTORY", c->context.credentials_dir },
	};
	size_t count = ARRAY_LEN(own) - (c->context.credentials.count == 0);
	char pair[4200];

	for (size_t i = 0; i < count; i++) {
		int n = snprintf(pair, sizeof pair, "%s=%s", own[i].key, own[i].value);

		if (n < 0 || (size_t)n >= sizeof pair || texts_add(ret, buf, max, pair) < 0)
			return -ENOBUFS;
	}
	return 0;
}

/* PATH, the workspace's, the service's own, ours: the later one of a name stands, where it stands. */
static int merge_environment(struct load *l, struct child_conf *c)
{
	uint8_t path_buf[128], own_buf[8192];
	struct texts path = { .count = 0 }, own = { .count = 0 }, all = { .count = 0 };
	const struct texts *const lists[] = { &path, &c->workspace->environment, &c->environment,
		                              &own, NULL };
	int r = texts_add(&path, path_buf, sizeof path_buf, default_path);

	if (r == 0)
		r = own_variables(c, own_buf, sizeof own_buf, &own);
	for (size_t i = 0; lists[i] != NULL; i++)
		for (const char *s = NULL; r == 0 && texts_next(lists[i], &s);)
			if (!is_overruled(s, &lists[i + 1]))
				r = load_pack(l, &all, s);
	return r < 0 ? r : load_packed(l, &all, &c->environment);
}

/* Without a bundle a program with a slash in it is a path like any other. */
static int place_program(struct setting *s, struct child_conf *c)
{
	const char *program = texts_at(&c->argv, 0);
	struct texts argv = { .count = 0 };
	const char *path;
	int r;

	if (c->service->bundle != NULL || program[0] == '/' || strchr(program, '/') == NULL)
		return 0;
	r = type_make_path(s, program, &path);
	if (r == 0)
		r = load_pack(s->load, &argv, path);
	for (const char *word = program; r == 0 && texts_next(&c->argv, &word);)
		r = load_pack(s->load, &argv, word);
	return r < 0 ? r : load_packed(s->load, &argv, &c->argv);
}

/* "root/WORKSPACE/part", shared. */
static int name_folder(struct load *l, const struct child_conf *c, const char *root, const char *part,
                       const char **ret)
{
	char path[4200];
	int n = snprintf(path, sizeof path, "%s/%s/%s", root, c->workspace->name, part);

	if (n < 0 || (size_t)n >= sizeof path)
		return -ENOBUFS;
	*ret = arena_text(l->arena, path);
	return *ret == NULL ? -ENOMEM : 0;
}

/* Names the child: "acme:mail", "acme:web-01". */
static int name_child(struct load *l, struct child_conf *c)
{
	char name[2 * NAME_PART_MAX + 16], credentials[4200];
	const char *part;
	int n = snprintf(name, sizeof name, c->service->numprocs > 1 ? "%s:%s-%02u" : "%s:%s",
	                 c->workspace->name, c->service->name, c->process_num);
	int r;

	if (n < 0 || (size_t)n >= sizeof name)
		return -ENOBUFS;
	part = name + strlen(c->workspace->name) + 1;
	n = snprintf(credentials, sizeof credentials, "%s/credentials", l->conf->org.run_dir);
	if (n < 0 || (size_t)n >= sizeof credentials || !name_is_part(part))
		return -ENOBUFS;
	c->name = arena_text(l->arena, name);
	if (c->name == NULL)
		return -ENOMEM;
	r = name_folder(l, c, l->conf->org.state_dir, part, &c->state_dir);
	return r < 0 ? r : name_folder(l, c, credentials, part, &c->context.credentials_dir);
}

/* What the kernel would refuse at each start (capset(2), seccomp(2)). */
static int check_context(struct load *l, struct draft *d, const struct context *context)
{
	uint64_t both = context->capability_drop & context->ambient_capabilities;

	if (both != 0) /* none is inheritable that is out of the bounding set */
		return draft_refuse(l, d, draft_line(d, "ambient_capabilities"), "E-VALUE",
		                    "capability_bounding_set leaves out %s: take it out of ambient_capabilities too",
		                    capname((unsigned)__builtin_ctzll(both)));
	if (context->denied_calls != 0 && !context->no_new_privs)
		return draft_refuse(l, d, draft_line(d, "seccomp_deny"), "E-VALUE",
		                    "seccomp_deny holds only for who can gain nothing: add no_new_privs = yes");
	return 0;
}

static int fill_child(struct load *l, struct draft *d, struct child_conf *c)
{
	int r = name_child(l, c);
	struct expand_names names = {
		.here = d->here, .environment = l->environment, .program_name = c->service->name,
		.group_name = c->workspace->name, .state_dir = c->state_dir,
		.credentials_dir = c->context.credentials_dir,
		.own = { &c->environment, &c->workspace->environment },
		.has_process_num = true, .process_num = c->process_num,
	};
	struct setting s = {
		.load = l, .draft = d, .names = &names, .row = d->kind->rows, .line = d->line
	};

	if (r == 0)
		r = load_fields(&s, OF_CHILD, c);
	if (r == 0)
		r = check_context(l, d, &c->context);
	s.row = d->kind->rows;
	s.line = d->line;
	if (r == 0)
		r = place_program(&s, c);
	if (r == 0)
		r = merge_environment(l, c);
	if (r == -ENOBUFS)
		r = draft_refuse(l, d, d->line, "E-LIMIT",
		                 "name, state folder or environment of %s:%s get too long",
		                 c->workspace->name, c->service->name);
	return r;
}

static int fill_one(struct load *l, struct draft *d, const struct service_conf *service,
                    const struct workspace_conf *workspace, uint32_t number)
{
	struct child_conf *c;

	if (l->children_n == CONF_CHILDREN_MAX)
		return draft_refuse(l, d, d->line, "E-LIMIT",
		                    "there are more than %d children with this service",
		                    CONF_CHILDREN_MAX);
	if (arena_bytes(l->arena) > CONF_MEMORY_MAX)
		return draft_refuse(l, d, d->line, "E-LIMIT",
		                    "all settings together take more than %d MiB",
		                    CONF_MEMORY_MAX >> 20);
	c = add_child(l);
	if (c == NULL)
		return -ENOMEM;
	c->workspace = workspace;
	c->service = service;
	c->process_num = service->numprocs_start + number;
	return fill_child(l, d, c);
}

/* The children of the service in each of its workspaces; a workspace that is not there is told. */
static int fill_all(struct load *l, struct draft *d, const struct service_conf *service)
{
	struct setting s = { .load = l, .draft = d, .line = draft_line(d, "workspaces") };
	bool bad = d->bad;
	int r = 0;

	for (const char *name = NULL; r == 0 && texts_next(&service->workspaces, &name);) {
		const void *workspace;

		r = setting_find(&s, "workspace", name, &workspace);
		for (uint32_t i = 0; r == 0 && i < service->numprocs; i++) {
			r = fill_one(l, d, service, workspace, i);
			if (r == -EBADMSG)
				return r;
		}
		if (r == -EBADMSG) {
			d->bad = bad; /* the service's other workspaces stand */
			r = 0;
		}
	}
	return r;
}

int load_children(struct load *l, struct draft *d, const struct service_conf *service)
{
	static const struct workspace_conf anywhere = {
		.name = "default", .environment = { (const uint8_t *)"", 0, 0 }
	};
	size_t before = l->children_n;
	int r = fill_all(l, d, service);

	/* A child that nobody asked for shows the mistakes that one would have. */
	if (r == 0 && l->children_n == before) {
		r = fill_one(l, d, service, &anywhere, 0);
		l->children_n = before;
	}
	if (r < 0 || d->bad)
		l->children_n = before;
	return r;
}

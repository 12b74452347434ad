/*
 * Third pass, over all children at once: who logs to whom, and who shares a file with whom. Both are
 * between services, so neither can be told before every one of them is there.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "conf/load.h"

/* One pass over the children. */
struct pass {
	struct load *load;
	bool         is_again;   /* a service was left out: who logs to it is next */
};

static struct draft *draft_of(const struct load *l, const struct service_conf *service)
{
	char header[NAME_PART_MAX + 16];

	(void)snprintf(header, sizeof header, "service:%s", service->name); /* it fits: a part */
	return load_find(l, header);
}

/* Leaves out the service of c, whose mistake was told; passes any other error on. */
static int leave_out(struct pass *p, const struct child_conf *c, int error)
{
	if (error != -EBADMSG)
		return error;
	draft_of(p->load, c->service)->made = NULL;
	p->is_again = true;
	return 0;
}

/* Takes those out whose service was left out. */
static void sweep(struct load *l)
{
	struct conf *c = l->conf;
	size_t kept = 0;

	for (size_t i = 0; i < c->children_n; i++)
		if (draft_of(l, c->children[i].service)->made != NULL)
			c->children[kept++] = c->children[i];
	c->children_n = kept;
}

/* ---- log_to ---- */

/* The logger's child in the same workspace, else in default; NULL. */
static struct child_conf *find_logger(const struct load *l, const struct child_conf *c)
{
	const char *const workspaces[] = { c->workspace->name, "default" };
	char name[2 * NAME_PART_MAX + 16];

	for (size_t i = 0; i < ARRAY_LEN(workspaces); i++) {
		const struct child_conf *found;

		(void)snprintf(name, sizeof name, "%s:%s", workspaces[i], c->service->log_to); /* it fits: parts */
		found = conf_child(l->conf, name);
		if (found != NULL)
			return &l->conf->children[found - l->conf->children];
	}
	return NULL;
}

static int link_logger(struct pass *p, struct child_conf *c)
{
	struct draft *d = draft_of(p->load, c->service);
	struct setting s = { .load = p->load, .draft = d, .line = draft_line(d, "log_to") };
	const struct service_conf *service;
	const struct child_conf *logger;
	const void *made;
	int r;

	c->logger = "";
	c->is_logger = false;
	if (c->service->log_to[0] == '\0' || d->made == NULL)
		return 0;
	r = setting_find(&s, "service", c->service->log_to, &made);
	if (r < 0)
		return r;
	service = made;
	if (service->numprocs != 1)
		return setting_refuse(&s, "E-VALUE", "log_to = %s has several processes: a logger has one",
		                      service->name);
	logger = find_logger(p->load, c);
	if (logger == NULL)
		return setting_refuse(&s, "E-REF", "[service:%s] has no child in %s, and none in default: add one to "
		                      "its workspaces", service->name, c->workspace->name);
	c->logger = logger->name;
	return 0;
}

/* Whoever is not at the end of its row of loggers by then is in a circle, or before one. */
static int check_row(struct pass *p, const struct child_conf *c)
{
	const struct child_conf *at = c;
	struct draft *d;

	for (int i = 0; i <= CONF_LOGGERS_MAX && at != NULL; i++)
		at = at->logger[0] != '\0' ? conf_child(p->load->conf, at->logger) : NULL;
	d = draft_of(p->load, c->service);
	if (at == NULL || d->made == NULL)
		return 0;
	return draft_refuse(p->load, d, draft_line(d, "log_to"), "E-VALUE", "log_to leads in a circle, or through "
	                    "more than %d loggers in a row: let it end", CONF_LOGGERS_MAX);
}

static int link_all(struct pass *p)
{
	struct conf *c = p->load->conf;
	int r = 0;

	do {
		p->is_again = false;
		for (size_t i = 0; r == 0 && i < c->children_n; i++)
			r = leave_out(p, &c->children[i], link_logger(p, &c->children[i]));
		for (size_t i = 0; r == 0 && !p->is_again && i < c->children_n; i++)
			r = leave_out(p, &c->children[i], check_row(p, &c->children[i]));
		if (p->is_again)
			sweep(p->load);
	} while (r == 0 && p->is_again);
	return r;
}

/* A logger starts before those who log to it, and stops after them. */
static void rank(struct load *l)
{
	struct conf *c = l->conf;

	for (size_t i = 0; i < c->children_n; i++)
		c->children[i].priority = c->children[i].service->priority;
	for (int row = 0; row < CONF_LOGGERS_MAX; row++)
		for (size_t i = 0; i < c->children_n; i++) {
			const struct child_conf *child = &c->children[i];
			int32_t below = child->priority > INT32_MIN ? child->priority - 1 : INT32_MIN;
			struct child_conf *logger = child->logger[0] != '\0' ? find_logger(l, child) : NULL;

			if (logger == NULL)
				continue;
			logger->is_logger = true;
			logger->priority = logger->priority < below ? logger->priority : below;
		}
}

/* ---- shared files ---- */

/* One stream that goes into a file. */
struct writer {
	const struct child_conf *child;
	bool                     err;
};

static bool agree(const struct writer *a, const struct writer *b)
{
	const struct service_conf *x = a->child->service, *y = b->child->service;

	return (a->err ? x->stderr_maxbytes : x->stdout_maxbytes) ==
	               (b->err ? y->stderr_maxbytes : y->stdout_maxbytes) &&
	       (a->err ? x->stderr_backups : x->stdout_backups) == (b->err ? y->stderr_backups : y->stdout_backups) &&
	       x->logfile_maxage_ms == y->logfile_maxage_ms && x->logfile_total == y->logfile_total &&
	       x->logfile_compress == y->logfile_compress && x->logfile_format == y->logfile_format;
}

/* The first that writes to a file says how it is rotated, the others the same. */
static int check_file(struct load *l, struct map *writers, const struct writer *w, const char *path)
{
	const char *shared = arena_text(l->scratch, path), *key = w->err ? "stderr_logfile" : "stdout_logfile";
	struct draft *d = draft_of(l, w->child->service);
	const struct writer *first;
	struct writer *kept;

	if (shared == NULL)
		return -ENOMEM;
	first = map_get(writers, (uintptr_t)shared);
	if (first == NULL) {
		kept = arena_alloc(l->scratch, sizeof *kept);
		if (kept == NULL)
			return -ENOMEM;
		*kept = *w;
		return map_put(writers, (uintptr_t)shared, kept);
	}
	if (agree(first, w))
		return 0;
	return draft_refuse(l, d, draft_line(d, key), "E-VALUE", "%s: %.128s is a file of [service:%s] %s too, which "
	                    "rotates it or writes its lines otherwise: let both say the same, or part them", key, path,
	                    first->child->service->name, first->err ? "stderr_logfile" : "stdout_logfile");
}

static int check_stream(struct pass *p, struct map *writers, const struct writer *w)
{
	const struct texts *sinks = w->err ? &w->child->stderr_logfile : &w->child->stdout_logfile;
	int r = 0;

	if (!child_conf_keeps(w->child, w->err) || draft_of(p->load, w->child->service)->made == NULL)
		return 0;
	for (const char *sink = NULL; r == 0 && texts_next(sinks, &sink);)
		if (sink[0] == '/')
			r = leave_out(p, w->child, check_file(p->load, writers, w, sink));
	return r;
}

static size_t count_sinks(const struct conf *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->children_n; i++)
		n += c->children[i].stdout_logfile.count + c->children[i].stderr_logfile.count;
	return n;
}

static int check_files(struct pass *p)
{
	const struct conf *c = p->load->conf;
	struct map writers;
	int r = map_init(&writers, count_sinks(c) + 1);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < c->children_n; i++) {
		r = check_stream(p, &writers, &(struct writer){ &c->children[i], false });
		if (r == 0)
			r = check_stream(p, &writers, &(struct writer){ &c->children[i], true });
	}
	map_done(&writers);
	if (p->is_again)
		sweep(p->load);
	return r;
}

int load_loggers(struct load *l)
{
	struct pass p = { .load = l };
	int r = check_files(&p);

	if (r == 0)
		r = link_all(&p);
	if (r == 0)
		rank(l);
	return r;
}

/* Second pass: drafts into structs. */
#include "conf/load.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/name.h"
#include "base/parse.h"
#include "base/path.h"

static int compare_drafts(const void *a, const void *b)
{
	const struct draft *const *x = a, *const *y = b;
	size_t i = load_kind_order((*x)->kind), j = load_kind_order((*y)->kind);

	int names = strcmp((*x)->header, (*y)->header);

	if (i != j)
		return i < j ? -1 : 1;
	return names != 0 ? names : (*x)->number < (*y)->number ? -1 : 1;
}

/* The header is shared, so its address stands for it. */
struct draft *load_find(const struct load *l, const char *header)
{
	const char *shared = arena_text(l->arena, header);

	return shared == NULL ? NULL : map_get(&l->by_header, (uintptr_t)shared);
}

/* Finds sections that stand twice: the first one is kept. */
static int index_drafts(struct load *l)
{
	int r = map_init(&l->by_header, l->drafts_n + 1);

	for (size_t i = 0; r == 0 && i < l->drafts_n; i++) {
		struct draft *d = l->drafts[i], *first;

		r = map_put(&l->by_header, (uintptr_t)d->header, d);
		if (r != -EEXIST)
			continue;
		first = map_get(&l->by_header, (uintptr_t)d->header);
		r = draft_refuse(l, d, d->line, "E-DUP",
		                 "this section stands already at %s:%u: remove one", first->file,
		                 first->line);
		if (r == -EBADMSG)
			r = 0;
	}
	return r;
}

/* Where the structs of a kind go: one of the conf's own, or an array of n. */
static char *place_kind(struct load *l, const struct section_kind *kind, size_t n)
{
	char *array;

	if (kind->naming == NAMED_NOT)
		return (char *)l->conf + kind->array_at;
	array = arena_alloc(l->arena, n * kind->size);
	memcpy((char *)l->conf + kind->array_at, &array, sizeof array);
	return array;
}

/* The drafts are all of one kind; what a bad one was made into is overwritten by the next. */
static int make_kind(struct load *l, const struct section_kind *kind, struct draft **drafts,
                     size_t n)
{
	char *at = place_kind(l, kind, n);
	size_t made = 0;

	if (at == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		int r;

		if (kind->naming != NAMED_NOT) /* else it is the conf's own, empty but for the file's name */
			memset(at, 0, kind->size);
		r = kind->make(l, drafts[i], at);
		if (r < 0 && r != -EBADMSG)
			return r;
		if (kind->naming == NAMED_NOT)
			return 0;
		if (drafts[i]->bad)
			continue;
		drafts[i]->made = at;
		at += kind->size;
		made++;
	}
	memcpy((char *)l->conf + kind->count_at, &made, sizeof made);
	return 0;
}

static int make_all(struct load *l)
{
	size_t n;

	for (size_t i = 0; i < l->drafts_n; i += n) {
		const struct section_kind *kind = l->drafts[i]->kind;
		int r = 0;

		for (n = 1; i + n < l->drafts_n && l->drafts[i + n]->kind == kind; n++)
			;
		if (kind->make != NULL)
			r = make_kind(l, kind, l->drafts + i, n);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Sections that are there without being written down: [reeve] and [workspace:default]. */
static int add_implied(struct load *l)
{
	bool has_reeve = false, has_default = false;
	int r = 0;

	for (size_t i = 0; i < l->drafts_n; i++) {
		has_reeve |= l->drafts[i]->kind == &section_reeve;
		has_default |= strcmp(l->drafts[i]->header, "workspace:default") == 0;
	}
	l->file = l->conf->org.file;
	if (!has_reeve)
		r = draft_add(l, &section_reeve, "reeve", 0);
	if (r == 0 && !has_default)
		r = draft_add(l, &section_workspace, "workspace:default", 0);
	return r;
}

static int compare_children(const void *a, const void *b)
{
	const struct child_conf *x = a, *y = b;
	int names = strcmp(x->name, y->name);

	return names != 0 ? names : strcmp(x->service->name, y->service->name);
}

/* Two services have a child of one name: "web" with numprocs, and "web-01". */
static int refuse_child(struct load *l, const struct child_conf *child, const struct child_conf *first)
{
	char header[NAME_PART_MAX + 16];
	struct draft *d;
	int r;

	(void)snprintf(header, sizeof header, "service:%s", child->service->name); /* it fits: a part */
	d = load_find(l, header);
	if (d == NULL)
		return -ENOMEM;
	r = draft_refuse(l, d, d->line, "E-DUP", "its child %s is one of [service:%s] already: rename one",
	                 child->name, first->service->name);
	return r == -EBADMSG ? 0 : r;
}

/* Sorts the children and moves them into the conf; of two with one name the first stays. */
static int place_children(struct load *l)
{
	struct conf *c = l->conf;

	if (l->children_n > 0)
		qsort(l->children, l->children_n, sizeof l->children[0], compare_children);
	c->children = arena_alloc(l->arena, l->children_n * sizeof c->children[0]);
	if (c->children == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < l->children_n; i++) {
		const struct child_conf *child = &l->children[i];
		const struct child_conf *last = c->children_n > 0 ? &c->children[c->children_n - 1] : NULL;
		int r = 0;

		if (last != NULL && strcmp(last->name, child->name) == 0)
			r = refuse_child(l, child, last);
		else
			c->children[c->children_n++] = *child;
		if (r < 0)
			return r;
	}
	return 0;
}

/* Children are there only now, so what names one is looked up at the end. */
static int check_exit_code_from(struct load *l)
{
	const struct conf *c = l->conf;
	const char *name = c->org.exit_code_from, *meant = NULL;
	struct draft *d = load_find(l, "reeve");
	int r;

	if (name[0] == '\0' || conf_child(c, name) != NULL)
		return 0;
	if (d == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < c->children_n && meant == NULL; i++)
		if (strcmp(c->children[i].service->name, name) == 0)
			meant = c->children[i].name;
	r = draft_refuse(l, d, draft_line(d, "exit_code_from"), "E-REF",
	                 "exit_code_from = %s: there is no such child%s%s", name,
	                 meant != NULL ? "; did you mean " : "", meant != NULL ? meant : "");
	return r == -EBADMSG ? 0 : r;
}

/* Whose value cannot be read is taken for critical: nobody writes the setting to say no. */
static bool is_critical(const struct draft *d)
{
	bool is_yes;

	return d->kind == &section_service && draft_line(d, "critical") != 0 &&
	       (parse_yes(draft_text(d, "critical"), &is_yes) < 0 || is_yes);
}

/* Of a section that stands twice the first one counts. */
static int note_critical(struct load *l)
{
	for (size_t i = 0; i < l->drafts_n; i++) {
		const struct draft *d = l->drafts[i];

		if (!d->bad || !is_critical(d) || map_get(&l->by_header, (uintptr_t)d->header) != d)
			continue;
		l->conf->critical_left_out = arena_text(l->arena, d->header);
		return l->conf->critical_left_out == NULL ? -ENOMEM : 0;
	}
	return 0;
}

static int compare_errors(const void *a, const void *b)
{
	const struct conf_error *x = a, *y = b;
	int files = strcmp(x->file, y->file);

	if (files != 0)
		return files;
	return x->line != y->line ? (x->line < y->line ? -1 : 1) : strcmp(x->text, y->text);
}

static int place_errors(struct load *l)
{
	struct conf *c = l->conf;

	c->errors = arena_alloc(l->arena, l->errors_n * sizeof c->errors[0]);
	if (c->errors == NULL)
		return -ENOMEM;
	if (l->errors_n > 0) {
		memcpy(c->errors, l->errors, l->errors_n * sizeof c->errors[0]);
		qsort(c->errors, l->errors_n, sizeof c->errors[0], compare_errors);
	}
	c->errors_n = l->errors_n;
	return 0;
}

/* Everything is read: makes the conf out of it. */
static int finish(struct load *l)
{
	int r = add_implied(l);

	if (r == 0)
		r = index_drafts(l);
	if (r < 0)
		return r;
	qsort(l->drafts, l->drafts_n, sizeof l->drafts[0], compare_drafts);
	r = make_all(l);
	if (r == 0)
		r = place_children(l);
	if (r == 0)
		r = load_loggers(l);
	if (r == 0)
		r = check_exit_code_from(l);
	if (r == 0)
		r = note_critical(l);
	if (r == 0)
		r = place_errors(l);
	arena_seal(l->arena);
	return r;
}

static void load_done(struct load *l)
{
	map_done(&l->by_header);
	arena_free(l->scratch);
	free(l->drafts);
	free(l->errors);
	free(l->children);
	free(l->expanded);
	free(l->word);
	free(l->packed);
	conf_unref(l->conf);
	(void)malloc_trim(0); /* reeve lives for ever, and reading takes several times what stays */
}

static int load_init(struct load *l, const char *file, char *const *environment)
{
	*l = (struct load){
		.conf = calloc(1, sizeof *l->conf),
		.scratch = arena_new(),
		.arena = arena_new(),
		.environment = environment,
		.expanded = malloc(CONF_VALUE_MAX + 1),
		.word = malloc(CONF_VALUE_MAX + 1),
		.packed = malloc(LOAD_PACKED_MAX),
	};
	if (l->conf == NULL) {
		arena_free(l->arena);
		return -ENOMEM;
	}
	l->conf->refs = 1;
	l->conf->arena = l->arena;
	if (l->scratch == NULL || l->arena == NULL || l->expanded == NULL || l->word == NULL ||
	    l->packed == NULL)
		return -ENOMEM;
	l->conf->org.file = arena_text(l->arena, file);
	return l->conf->org.file == NULL ? -ENOMEM : 0;
}

/* The folder of nothing but a name is where reeve was started. */
static int make_absolute(const char *file, char *buf, size_t max)
{
	char cwd[PATH_MAX] = "";

	if (file[0] != '/' && getcwd(cwd, sizeof cwd) == NULL)
		return -errno;
	return path_join(buf, max, cwd, file);
}

int conf_load(const char *file, struct conf **ret, struct problem *why)
{
	char path[PATH_MAX];
	struct load l = { .conf = NULL };
	int r = make_absolute(file, path, sizeof path);

	*ret = NULL;
	if (r < 0) {
		source_problem(why, file, r);
		return r;
	}
	r = load_init(&l, path, environ);
	if (r == 0)
		r = source_read_main(&l, path, why);
	else
		source_problem(why, path, r);
	if (r == 0) {
		r = finish(&l);
		if (r < 0)
			source_problem(why, path, r);
	}
	if (r == 0)
		*ret = take_ptr(l.conf);
	load_done(&l);
	return r;
}

int conf_parse(const char *text, size_t len, const char *name, char *const *environment,
               struct conf **ret)
{
	struct load l;
	int r = load_init(&l, name, environment);

	*ret = NULL;
	if (r == 0)
		r = draft_read(&l, text, len, name);
	if (r == 0)
		r = source_refuse_includes(&l);
	if (r == 0)
		r = finish(&l);
	if (r == 0)
		*ret = take_ptr(l.conf);
	load_done(&l);
	return r;
}

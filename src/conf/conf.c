#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "conf/arena.h"

struct conf *conf_ref(struct conf *c)
{
	c->refs++;
	return c;
}

void conf_unref(struct conf *c)
{
	if (c == NULL || --c->refs > 0)
		return;
	arena_free(c->arena);
	free(c);
}

void conf_error_format(const struct conf_error *e, char *buf, size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	text_add_escaped(&t, e->file, strlen(e->file));
	if (e->line != 0)
		text_addf(&t, ":%u", e->line);
	text_add(&t, ": ");
	if (e->section[0] != '\0')
		text_addf(&t, "[%s] ", e->section);
	text_addf(&t, "%s: %s", e->code, e->text);
}

/* The three arrays are sorted by name, and a name is the first member of each element. */
static int compare_name(const void *key, const void *element)
{
	const char *const *name = element;

	return strcmp(key, *name);
}

_Static_assert(offsetof(struct child_conf, name) == 0 && offsetof(struct bundle_conf, name) == 0 &&
               offsetof(struct workspace_conf, name) == 0, "compare_name() looks there");

const struct child_conf *conf_child(const struct conf *c, const char *name)
{
	return c->children_n == 0 ? NULL
	       : bsearch(name, c->children, c->children_n, sizeof c->children[0], compare_name);
}

const struct bundle_conf *conf_bundle(const struct conf *c, const char *name)
{
	return c->bundles_n == 0 ? NULL
	       : bsearch(name, c->bundles, c->bundles_n, sizeof c->bundles[0], compare_name);
}

const struct workspace_conf *conf_workspace(const struct conf *c, const char *name)
{
	return c->workspaces_n == 0 ? NULL
	                            : bsearch(name, c->workspaces, c->workspaces_n,
	                                      sizeof c->workspaces[0], compare_name);
}

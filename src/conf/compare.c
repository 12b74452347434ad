/* What of a child's settings needs a new process when it changes: the rows say so. */
#include <string.h>

#include "conf/conf.h"
#include "conf/keyword.h"
#include "conf/type.h"

static bool texts_are_equal(const struct texts *a, const struct texts *b)
{
	return a->count == b->count && a->len == b->len &&
	       memcmp(a->packed, b->packed, a->len) == 0;
}

static bool field_is_equal(const struct keyword *row, const void *a, const void *b)
{
	switch (row->shape) {
	case SHAPE_BYTES: return memcmp(a, b, row->size) == 0;
	case SHAPE_TEXT:  return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
	case SHAPE_TEXTS: return texts_are_equal(a, b);
	}
	return false;
}

/* What points into its own configuration is compared by what it points at, or not at all. */
static bool is_reference(const struct keyword *row)
{
	return row->type == &type_bundle || row->type == &type_registry;
}

/* Compares the fields of one owner in two structs of a kind: those that need a new process, or the others too. */
static bool fields_are_equal(const char *kind, enum keyword_owner owner, bool all, const void *a,
                             const void *b)
{
	size_t n;
	const struct keyword *rows = conf_keywords(kind, &n);

	for (size_t i = 0; i < n; i++)
		if ((rows[i].respawn || all) && rows[i].owner == owner && !is_reference(&rows[i]) &&
		    !field_is_equal(&rows[i], (const char *)a + rows[i].at,
		                    (const char *)b + rows[i].at))
			return false;
	return true;
}

static bool bundles_are_equal(const struct bundle_conf *a, const struct bundle_conf *b, bool all)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a->name, b->name) == 0 && a->source == b->source &&
	       fields_are_equal("bundle", OF_SECTION, all, a, b);
}

bool child_conf_keeps(const struct child_conf *c, bool err)
{
	const struct texts *sinks = err ? &c->stderr_logfile : &c->stdout_logfile;

	if (err && c->service->redirect_stderr)
		return false;
	return sinks->count != 1 || strcmp(texts_at(sinks, 0), "none") != 0;
}

/* Where output goes may change under a process, whether there is a pipe at all may not. */
static bool pipes_are_equal(const struct child_conf *a, const struct child_conf *b)
{
	return child_conf_keeps(a, false) == child_conf_keeps(b, false) &&
	       child_conf_keeps(a, true) == child_conf_keeps(b, true) && a->is_logger == b->is_logger;
}

static bool are_equal(const struct child_conf *a, const struct child_conf *b, bool all)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->state_dir, b->state_dir) == 0 &&
	       bundles_are_equal(a->service->bundle, b->service->bundle, all) && pipes_are_equal(a, b) &&
	       fields_are_equal("service", OF_SECTION, all, a->service, b->service) &&
	       fields_are_equal("service", OF_CHILD, all, a, b);
}

bool child_conf_is_equal(const struct child_conf *a, const struct child_conf *b)
{
	return are_equal(a, b, false);
}

bool child_conf_is_same(const struct child_conf *a, const struct child_conf *b)
{
	return are_equal(a, b, true);
}

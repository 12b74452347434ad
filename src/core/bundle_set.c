#include "core/bundle_set.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bundles.h"
#include "core/core.h"
#include "core/reply.h"

static bool is_every(const char *name)
{
	return strcmp(name, "all") == 0 || strcmp(name, "*") == 0;
}

static bool has_dependent(const struct core *core, const char *bundle)
{
	const struct roster *r = &core->roster;

	for (size_t i = 0; i < r->count; i++)
		if (bundles_is_dependent(r->all[i], bundle))
			return true;
	return false;
}

static bool is_asked(const struct texts *names, const char *bundle)
{
	if (names->count == 0)
		return true;
	for (const char *s = NULL; texts_next(names, &s);)
		if (is_every(s) || strcmp(s, bundle) == 0)
			return true;
	return false;
}

/* The first name that nobody has; NULL: all are known. */
static const char *find_unknown(const struct core *core, const struct texts *names)
{
	for (const char *s = NULL; texts_next(names, &s);)
		if (!is_every(s) && (conf_bundle(core->conf, s) == NULL || !has_dependent(core, s)))
			return s;
	return NULL;
}

static void refuse(struct reply *reply, const char *code, const char *text)
{
	const struct error_row row = { .code = code, .text = text, .needs = "" };

	reply_refuse(reply, REPLY_NO_SUCH, &row);
}

int bundle_set_find(struct core *core, const struct texts *names, struct reply *reply,
                    struct bundle_set *ret)
{
	const struct conf *conf = core->conf;
	const char *unknown = find_unknown(core, names);

	if (unknown != NULL) {
		char text[320];

		(void)snprintf(text, sizeof text, "%.200s is not installed in any workspace; `reevectl bundles` "
		               "lists what is", unknown);
		refuse(reply, "not_installed", text);
		return -ENOENT;
	}

	struct bundle_set set = { .at = calloc(conf->bundles_n + 1, sizeof(void *)) };

	if (set.at == NULL) {
		refuse(reply, "no_memory", "no memory for the answer");
		return -ENOMEM;
	}
	for (size_t i = 0; i < conf->bundles_n; i++)
		if (is_asked(names, conf->bundles[i].name) && has_dependent(core, conf->bundles[i].name))
			set.at[set.count++] = &conf->bundles[i];
	set.conf = conf_ref(core->conf);
	*ret = set;
	return 0;
}

void bundle_set_done(struct bundle_set *set)
{
	conf_unref(set->conf);
	free(set->at);
	*set = (struct bundle_set){ .conf = NULL };
}

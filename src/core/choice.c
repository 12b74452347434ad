#include "core/choice.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/core.h"
#include "core/service.h"

static const char *workspace_of(const struct service *s)
{
	return s->conf->workspace->name;
}

static bool may(const struct asker *a, const char *workspace)
{
	return a->acts ? rights_may_act(a->rights, a->peer, workspace)
	               : rights_may_see(a->rights, a->peer, workspace);
}

void refusal_of_role(struct refusal_text *why, const char *role, const char *workspace, const char *what)
{
	struct text t;

	*why = (struct refusal_text){ .exit_code = REPLY_DENIED, .code = "permission_denied" };
	text_init(&t, why->needs, sizeof why->needs);
	text_add(&t, role);
	if (workspace != NULL)
		text_addf(&t, " of %s", workspace);
	text_init(&t, why->text, sizeof why->text);
	text_addf(&t, "permission denied: %s needs the role %s. An admin of the org grants it in reeve.ini, in %s of [%s%s]",
	          what, why->needs, strcmp(role, "observer") == 0 ? "observers" : "admins",
	          workspace != NULL ? "workspace:" : "reeve", workspace != NULL ? workspace : "");
}

static int refuse_memory(struct refusal_text *why)
{
	*why = (struct refusal_text){ .exit_code = REPLY_PARTIAL, .code = "no_memory",
	                              .text = "reeve is out of memory for this request; try it with fewer names" };
	return -ENOMEM;
}

static int refuse_name(struct refusal_text *why, const char *name)
{
	struct text t;

	*why = (struct refusal_text){ .exit_code = REPLY_NO_SUCH, .code = "no_such_child" };
	text_init(&t, why->text, sizeof why->text);
	text_add(&t, "there is no child ");
	text_add_escaped(&t, name, strlen(name));
	text_add(&t, ": names are workspace:child, workspace:* or all; `reevectl status` lists them");
	return -EINVAL;
}

/* The first child whose name is not before the prefix, or, with past, is behind all that begin with it. */
static size_t bound(const struct roster *r, const char *prefix, size_t len, bool past)
{
	size_t low = 0, high = r->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(service_name(r->all[middle]), prefix, len);

		if (order < 0 || (order == 0 && past))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Marks the children that one name means; false when there are none. */
static bool mark(const struct roster *r, const char *name, bool *marks)
{
	size_t len = strlen(name);
	bool is_pattern = len >= 2 && strcmp(name + len - 2, ":*") == 0;
	bool is_all = strcmp(name, "all") == 0 || strcmp(name, "*") == 0;
	size_t from = is_all ? 0 : bound(r, name, is_pattern ? len - 1 : len + 1, false);
	size_t to = is_all ? r->count : bound(r, name, is_pattern ? len - 1 : len + 1, true);

	memset(marks + from, true, to - from);
	return from < to || is_all;
}

/* What the asker may have, when he named nothing in particular. */
static void mark_allowed(const struct roster *r, const struct asker *a, bool *marks)
{
	const char *workspace = NULL;
	bool allowed = false;

	for (size_t i = 0; i < r->count; i++) {
		if (workspace == NULL || strcmp(workspace, workspace_of(r->all[i])) != 0) {
			workspace = workspace_of(r->all[i]); /* neighbours mostly share one */
			allowed = may(a, workspace);
		}
		marks[i] = allowed;
	}
}

static int check_marks(const struct roster *r, const struct asker *a, const bool *marks,
                       struct refusal_text *why)
{
	const char *workspace = NULL;

	for (size_t i = 0; i < r->count; i++) {
		const struct service *s = r->all[i];

		if (!marks[i] || (workspace != NULL && strcmp(workspace, workspace_of(s)) == 0))
			continue;
		workspace = workspace_of(s);
		if (may(a, workspace))
			continue;
		refusal_of_role(why, a->acts ? "workspace admin" : "observer", workspace, service_name(s));
		return -EINVAL;
	}
	return 0;
}

static int collect(const struct roster *r, const bool *marks, struct choice *ret)
{
	struct choice c = { .count = 0 };

	for (size_t i = 0; i < r->count; i++)
		c.count += marks[i];
	c.all = calloc(c.count + 1, sizeof(struct service *));
	if (c.all == NULL)
		return -ENOMEM;
	c.count = 0;
	for (size_t i = 0; i < r->count; i++)
		if (marks[i])
			c.all[c.count++] = r->all[i];
	*ret = c;
	return 0;
}

static int mark_names(const struct roster *r, const struct texts *names, bool *marks, struct refusal_text *why)
{
	for (const char *name = NULL; texts_next(names, &name);)
		if (!mark(r, name, marks))
			return refuse_name(why, name);
	return 0;
}

int choice_make(const struct core *core, const struct asker *asker, const struct texts *names,
                struct choice *ret, struct refusal_text *why)
{
	const struct roster *r = &core->roster;
	bool *marks;
	int error = 0;

	if (!rights_is_known(asker->rights, asker->peer)) { /* strangers do not even learn which names exist */
		refusal_of_role(why, "observer", NULL, "this");
		return -EINVAL;
	}
	marks = calloc(r->count + 1, sizeof *marks);
	if (marks == NULL)
		return refuse_memory(why);
	if (names->count == 0)
		mark_allowed(r, asker, marks);
	else
		error = mark_names(r, names, marks, why);
	if (error == 0 && names->count > 0)
		error = check_marks(r, asker, marks, why);
	if (error == 0 && collect(r, marks, ret) < 0)
		error = refuse_memory(why);
	free(marks);
	return error;
}

void choice_done(struct choice *c)
{
	free(c->all);
	*c = (struct choice){ .all = NULL };
}

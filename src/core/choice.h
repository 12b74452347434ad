/*
 * Which children a request means: its names and patterns against the roster and against what the asker
 * may. All or nothing: a name that is nobody's, or a child that is not the asker's, refuses the whole.
 */
#ifndef CORE_CHOICE_H
#define CORE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "core/reply.h"
#include "core/rights.h"
#include "wire/rows.h"

struct core;
struct service;

struct choice {
	struct service **all;    /* sorted by name, each once */
	size_t           count;
};

/* Who asks, and whether to look or to act. */
struct asker {
	const struct rights *rights;
	const struct peer   *peer;
	bool                 acts;
};

/* Why there is no choice. */
struct refusal_text {
	enum reply_exit exit_code;
	const char     *code;
	char            text[512];
	char            needs[96];
};

/*
 * No names at all choose every child that the asker may see or act on; none at all is fine then.
 * -EINVAL with *why filled, -ENOMEM with it filled too. The caller frees with choice_done().
 */
int choice_make(const struct core *core, const struct asker *asker, const struct texts *names,
                struct choice *ret, struct refusal_text *why) MUST_CHECK;
void choice_done(struct choice *c);

/* Fills why for one who needs a role in a workspace, or in the org (NULL). */
void refusal_of_role(struct refusal_text *why, const char *role, const char *workspace, const char *what);

#endif

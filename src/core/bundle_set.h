/*
 * The bundles that a request is about: those of the configuration in force that a child depends on,
 * all or by name, kept while the answer is being given.
 */
#ifndef CORE_BUNDLE_SET_H
#define CORE_BUNDLE_SET_H

#include <stddef.h>

#include "base/attr.h"
#include "conf/conf.h"

struct core;
struct reply;

struct bundle_set {
	struct conf               *conf;   /* a reference: the bundles live as long as this */
	const struct bundle_conf **at;
	size_t                     count;
};

/*
 * Fills ret with the bundles of these names; none at all, "all" and "*" stand for every one. A name that
 * nobody has is refused on reply, and so is a lack of memory: -ENOENT, -ENOMEM, and reply is answered.
 */
int bundle_set_find(struct core *core, const struct texts *names, struct reply *reply,
                    struct bundle_set *ret) MUST_CHECK;
void bundle_set_done(struct bundle_set *set);

#endif

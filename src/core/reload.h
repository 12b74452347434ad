/*
 * The configuration read again, and the difference applied per instance: added, removed, changed,
 * untouched. A configuration with an error in it changes nothing that runs.
 */
#ifndef CORE_RELOAD_H
#define CORE_RELOAD_H

#include "base/attr.h"
#include "wire/rows.h"

struct core;
struct conf;

typedef void change_fn(void *arg, const struct change_row *row);

/*
 * Reads the main file anew and applies it, telling each change (row may be NULL: it is logged
 * anyway). -EINVAL: there were errors, told as rows with change "error"; nothing was applied.
 * -ESHUTDOWN, -ENOMEM.
 */
int reload_configuration(struct core *core, change_fn *row, void *arg) MUST_CHECK;

/* Applies conf, which is sound; takes over the caller's reference. */
int reload_apply(struct core *core, struct conf *conf, change_fn *row, void *arg) MUST_CHECK;

#endif

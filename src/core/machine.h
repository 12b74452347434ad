/*
 * The section "this machine" of --check-startup: what the place where reeve is to run has of all that it
 * uses, what follows where something is missing, and what to do about it.
 */
#ifndef CORE_MACHINE_H
#define CORE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"

/* One row about one thing. */
struct machine_row {
	const char *name;       /* "proc" */
	bool        is_here;
	bool        is_needed;  /* without it no child can start */
	const char *found;      /* what exactly is missing: a path, numbers; "" */
	const char *effect;     /* what follows from that */
	const char *remedy;
};

typedef void machine_fn(void *arg, const struct machine_row *row);

/* Descriptors that reeve wants for these children and minfds. */
uint64_t machine_descriptors(const struct conf *conf);

/* Tells every row. False: something is missing that no child can do without. */
bool machine_look(const struct conf *conf, machine_fn *tell, void *arg);

#endif

/*
 * The tree that one start runs from, pinned: the pointer is read once, and everything later goes
 * through descriptors taken then, so that an upgrade meanwhile changes nothing for this child.
 */
#ifndef LAUNCH_PIN_H
#define LAUNCH_PIN_H

#include <limits.h>
#include <stdbool.h>

#include "base/digest.h"
#include "bundle/index.h"
#include "wire/orders.h"

struct report;

struct pin {
	bool           in_store;          /* its place is the store's, not a `path =` */
	int            tree;              /* the folder; -1 for a child without a bundle, or when there is none */
	int            beside;            /* the folder it is in, with BASE.index, BASE.stat, BASE.lock */
	char           base[NAME_MAX + 1];
	char           path[PATH_MAX];    /* of the tree, absolute, links resolved; "" none */
	struct digest  digest;            /* none for a `path =` tree without an index */
	struct index  *index;             /* NULL when there is none */
};

/* Pins what the order asks for. What is not there is told to the report; so is which version it is. */
void pin_tree(const struct launch_order *order, struct report *report, struct pin *ret);

/* "BASE.suffix" to buf, which holds NAME_MAX + 1 bytes; -ENAMETOOLONG. */
int pin_beside(const struct pin *p, const char *suffix, char *buf) MUST_CHECK;

#endif

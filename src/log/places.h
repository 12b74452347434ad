/*
 * Where bytes go: the destinations in use, of which several streams may share one (a file by its path,
 * standard output, a logger child by its pipe), and which kind of sink goes with which order of reeve's.
 */
#ifndef LOG_PLACES_H
#define LOG_PLACES_H

#include <stddef.h>

#include "base/attr.h"
#include "base/list.h"
#include "log/keeper.h"
#include "log/logfile.h"
#include "log/sink.h"
#include "loop/loop.h"
#include "wire/orders.h"

enum { PLACES_ROOM = 192 * 1024 };

struct places {
	struct loop   *loop;
	struct source *source;  /* for kinds that take from a pipe themselves */
	struct logfiles files;
	struct keeper  keeper;  /* of these */
	struct list    outputs; /* struct output */
	struct list    syslogs; /* struct syslog */
	char          *room;    /* PLACES_ROOM bytes to make lines in, of no worth between two calls */
};

int places_init(struct places *p, struct loop *loop, struct source *source) MUST_CHECK;
void places_done(struct places *p);

/* Makes the sink that the order asks for; -EINVAL: there is no such kind or format. */
int places_make(struct places *p, const struct log_sink *order, struct sink **ret) MUST_CHECK;

#endif

/*
 * What signals ask of reeve itself; one row each in signals.c, and in reeve(8).
 */
#ifndef CORE_SIGNALS_H
#define CORE_SIGNALS_H

#include <stddef.h>

#include "loop/loop.h"

struct core;

enum { SIGNALS_MAX = 8 };

struct signals {
	struct signal_watch {
		struct core       *core;
		size_t             row;
		struct loop_signal watcher;
	} watches[SIGNALS_MAX];
};

/*
 * Whatever is sent from now on waits for signals_init(): process 1 would never hear of it otherwise, as the
 * kernel drops what that has no handler for.
 */
void signals_keep(void);

void signals_init(struct signals *s, struct core *core);
void signals_done(struct signals *s);

#endif

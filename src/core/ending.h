/*
 * Whose end is reeve's: a critical child that is gone for good, or the one of exit_code_from, has
 * everybody stopped in order, and its end becomes reeve's exit status. Gone for good is who was given
 * up and who ended by itself with no start to follow; who was stopped, restarted or taken out of the
 * configuration by a person is not.
 */
#ifndef CORE_ENDING_H
#define CORE_ENDING_H

#include <stdbool.h>

#include "core/observer.h"

struct core;

struct ending {
	struct core    *core;
	struct observer observer;
	int             code;       /* of the child that ended the run; 0: nobody did */
	int             from_code;  /* of exit_code_from's child, as far as it has come */
	bool            has_from;
};

void ending_init(struct ending *e, struct core *core);
void ending_done(struct ending *e);

/* exit_code_from names another child now: what the former one came to does not count. */
void ending_forget(struct ending *e);

/* What reeve exits with now that everything is over; see exit_code.h. */
int ending_code(const struct ending *e);

#endif

/*
 * Every command of reevectl, as a table: its name, its words, its help and what runs it. Help, the
 * completions' test and reevectl(1) follow it.
 */
#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

#include "ctl/ctl.h"

struct command {
	const char *name;
	const char *words;       /* "[NAME...]" as usage shows it */
	const char *summary;     /* one line */
	const char *text;        /* what one has to know; several lines */
	const char *examples;    /* one per line: command, two spaces, what it does */
	unsigned    options;     /* OPTION_* it takes */
	int         least, most; /* words; most -1: any number */
	int       (*run)(struct ctl *c); /* what to exit with */
};

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* Checks words and options against the table and runs it; what to exit with. */
int command_run(const struct command *command, struct ctl *c);

/* One command's help, or everybody's (NULL). */
void command_help(const struct command *command);

/* An unknown name, and the nearest there is; what to exit with. */
int command_unknown(const char *name);

/* What runs them: one file per family. */
int run_status(struct ctl *c);
int run_healthy(struct ctl *c);
int run_start(struct ctl *c);
int run_stop(struct ctl *c);
int run_restart(struct ctl *c);
int run_signal(struct ctl *c);
int run_reload(struct ctl *c);
int run_check(struct ctl *c);
int run_bundles(struct ctl *c);
int run_check_updates(struct ctl *c);
int run_upgrade(struct ctl *c);
int run_rollback(struct ctl *c);
int run_tail(struct ctl *c);
int run_log(struct ctl *c);
int run_events(struct ctl *c);
int run_shutdown(struct ctl *c);
int run_version(struct ctl *c);
int run_help(struct ctl *c);

#endif

/*
 * Every check before a start, P1 to P15, one table. All of them run, whatever the others found: people
 * mend everything at once. A check looks and reports; the only things it makes are folders for state.
 */
#ifndef LAUNCH_PREFLIGHT_H
#define LAUNCH_PREFLIGHT_H

struct start;

/* Pins the tree, reports which one, runs the table; the findings are in s->report. */
void preflight_run(struct start *s);

#endif

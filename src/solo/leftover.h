/*
 * Those whom the child left behind, found and sent a signal. As process 1 that is everybody; else the
 * child's group, and the orphans that came to us as their subreaper, of whom proc(5) knows.
 */
#ifndef SOLO_LEFTOVER_H
#define SOLO_LEFTOVER_H

#include <stddef.h>
#include <sys/types.h>

enum { LEFTOVER_MAX = 1024 };

struct leftover {
	pid_t  group;                   /* of the child that is gone */
	pid_t  asked[LEFTOVER_MAX];     /* told to end once; whoever comes after the last place is only killed */
	size_t asked_n;
};

/* SIGTERM and SIGCONT, once to each: those who come to us later, when their parents end, are asked then. */
void leftover_ask(struct leftover *l);

/* SIGKILL to all. */
void leftover_kill(struct leftover *l);

#endif

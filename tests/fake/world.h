/*
 * A small world for the core to live in: a clock that one advances, descriptors that are queues of
 * bytes, processes that exit when told, and helpers that speak the real frames. It stands in for
 * sys/ and loop/ at link time, so that what runs in it is the core as it is shipped.
 *
 * Everything comes from one seed: the same seed is the same history. There is one world at a time.
 * What the core must never do (signal a stranger, close a descriptor twice, wait for a process that
 * lives) ends the test here, with the seed.
 */
#ifndef FAKE_WORLD_H
#define FAKE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/digest.h"

/* Chances, in a thousand, of what may go wrong; a seed enables some of them. */
struct world_faults {
	unsigned launcher_dies;      /* on taking an order, before it forks */
	unsigned launcher_hangs;
	unsigned fork_fails;
	unsigned preflight_fails;    /* with problems of a random class */
	unsigned preflight_hangs;
	unsigned step_refuses;
	unsigned status_garbled;
	unsigned child_crashes;      /* soon after exec */
	unsigned child_exits;        /* some time later */
	unsigned child_ignores_term;
	unsigned child_immune;       /* SIGKILL takes far too long */
	unsigned child_forks;        /* starts others, who may outlive it */
	unsigned log_dies;
	unsigned store_fails;
	unsigned store_dies;
	unsigned spawn_fails;
	unsigned no_cgroups;         /* on this host, and so the next three */
	unsigned no_proc;
	unsigned no_watches;
	unsigned leaves_from_before; /* a former reeve's children live */
	unsigned cgroup_fails;
	unsigned sweep_dies;
	unsigned sweep_hangs;
	unsigned child_traced;       /* by one that it starts */
};

/* Begins a new world; what was before is forgotten. */
void world_begin(uint64_t seed, const struct world_faults *faults);
void world_trouble(const struct world_faults *faults); /* from now on */
void world_calm(void);  /* nothing goes wrong any more, but for who was made wrong */
void world_end(void);   /* nothing may be left open */

/* ---- chance and time ---- */
uint32_t world_random(uint32_t below);
bool world_chance(unsigned in_a_thousand);
void world_pass(uint64_t ms);
void world_jump_wall(int64_t ms); /* somebody sets the clock that announcements are dated by */

/* ---- running ---- */

/* Called after each callback of the loop's. */
void world_after_each(void (*fn)(void *arg), void *arg);

/* Lets everything happen that can happen now; false when the loop was stopped. */
bool world_settle(void);

/* The time of the next thing that will happen by itself; UINT64_MAX: nothing. */
uint64_t world_next_ms(void);

/* Settles, passes to the next thing, and so on for ms; false when the loop was stopped. */
bool world_run(uint64_t ms);

/* ---- looking and poking ---- */
bool world_has_process(pid_t pid);         /* not waited for */
bool world_is_alive(pid_t pid);
size_t world_processes(void);              /* alive, helpers and orphans not counted */
pid_t world_program(const char *child);    /* the pid of its executed program, alive; 0 none */
bool world_is_child(pid_t pid);            /* forked for an order */
size_t world_members(const char *child);   /* alive, of its starts so far, that reeve could see */
bool world_has_immune(const char *child);  /* somebody of its whom SIGKILL does not end, or whom nobody can find */
bool world_can_sweep(void);                /* nothing comes in between */
pid_t world_process_at(size_t i);          /* i-th not waited for; 0 past the end */
enum { WORLD_MARKED = 1, WORLD_IN_GROUP = 2, WORLD_DEAF = 4, WORLD_TRACER = 8 };
pid_t world_fork(const char *child, unsigned how); /* its program starts one that is forked twice */
void world_exit(pid_t pid, int status);    /* a program ends by itself */
void world_kill_helper(const char *program);
void world_stop_helper(const char *program); /* SIGSTOP */
size_t world_descriptors(void);
uint64_t world_published(const char *bundle, uint64_t seq); /* the registry's latest; 0 leaves it; returns it */

/* Ends the test, with the seed. */
void world_fail(const char *format, ...) PRINTF_LIKE(1, 2) NORETURN;
#define WORLD_CHECK(condition, ...) \
	do { \
		if (!(condition)) \
			world_fail(__VA_ARGS__); \
	} while (0)

#endif

/* What the parts of the world know of each other. */
#ifndef FAKE_PARTS_H
#define FAKE_PARTS_H

#include "fake/world.h"
#include "sys/process.h"
#include "wire/message.h"

extern struct world_faults world_faults;

/* clock.c */
void clock_begin(uint64_t seed);
extern uint64_t clock_now_ms;

/* fd.c */
void descriptors_begin(void);
bool descriptor_can_read(int fd);   /* has bytes, or is at its end */
bool descriptor_can_write(int fd);

/* loop.c */
struct loop;
void loop_begin(void);
bool loop_step(void);               /* one thing that is ready; false: nothing */
uint64_t loop_next_ms(void);
bool loop_is_stopped(void);
void loop_raise(int signo);
extern void (*loop_after_each)(void *arg);
extern void *loop_after_each_arg;

/* process.c */
enum process_kind {
	PROCESS_CHILD, PROCESS_MEMBER, PROCESS_SWEEPER, PROCESS_LAUNCH, PROCESS_LOG, PROCESS_STORE
};

struct fake_process {
	bool              used, is_zombie;
	bool              is_stopped, is_stop_told;
	enum process_kind kind;
	pid_t             pid;
	struct exit_status how;
	uint32_t          generation;      /* tells who had the same number before */
	pid_t             parent;          /* 0: reeve, who waits for it */
	pid_t             group;
	pid_t             tracer;          /* who is told first of its end; 0 */
	char              cgroup[256];     /* "" none */
	char              mark[64];        /* in its environment; "" none */
	/* a child, and a member of what it started */
	char              name[96];
	bool              is_program;      /* executed */
	bool              ignores_term, is_immune, check_only;
	bool              is_dying;        /* immune, and killed */
	bool              is_in_group;     /* a member, in the program's own group */
	int               status_fd;       /* -1 */
	uint32_t          order_id;
	struct digest     digest;
	char              bundle[64];
	/* a helper */
	void             *actor;
};

typedef void later_fn(struct fake_process *p);

void processes_begin(void);
void processes_end(void);
struct fake_process *process_new(enum process_kind kind);
struct fake_process *process_find(pid_t pid);
struct fake_process *process_at(size_t i);   /* every slot; NULL past the end */
void process_die(struct fake_process *p, bool signalled, int code);

void deliver(struct fake_process *p, int signo);

/* family.c: who a program leaves behind. */
void family_begin(void);
void family_end(void);
void family_fork(struct fake_process *p);    /* p starts another */
void family_part(struct fake_process *p);    /* p is dead: its children are reeve's now */
bool family_holds(const struct fake_process *p); /* it is dead, and its tracer has yet to hear of it */
bool family_is_visible(const struct fake_process *p); /* to reeve, on this host */
void sweep_begin_one(struct fake_process *p, const struct frame *f); /* p takes a LAUNCH_SWEEP */

/* cgroup.c */
void cgroups_begin(void);
void cgroups_end(void);
void cgroup_left(const char *path);          /* somebody who was in it is dead */

/* fn(p) happens in ms, unless p is dead by then. */
void later(struct fake_process *p, uint64_t ms, later_fn *fn);
bool later_step(void);                       /* one thing that is due; false: nothing */
uint64_t later_next_ms(void);

/* launch.c, helpers.c: what a helper process does with what came, and at its end. */
void launch_begin(struct fake_process *p, int control);
bool launch_poll(struct fake_process *p);
void launch_end(struct fake_process *p);
void log_begin(struct fake_process *p, int control);
bool log_poll(struct fake_process *p);
void log_end(struct fake_process *p);
void store_begin(struct fake_process *p, int control);
bool store_poll(struct fake_process *p);
void store_end(struct fake_process *p);

/* store.c: what the pointer of a bundle names. */
void registry_begin(void);
struct published {
	char          bundle[64];
	uint64_t      current, latest, generation;
};
struct published *published_find(const char *bundle);
struct digest published_digest(const char *bundle, uint64_t seq);

#endif

/*
 * Processes: started, signalled, looked at when dead, and waited for, each as one call that never
 * blocks. Errors are negative errno.
 */
#ifndef SYS_PROCESS_H
#define SYS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

/* How a process ended. */
struct exit_status {
	bool signalled;   /* then code is the signal's number, else the exit status */
	bool core;
	int  code;
};

pid_t sys_pid(void);

/* What ps(1) calls us, whatever our file is called. */
void sys_name_self(const char *name);

/*
 * Whether this process is the machine's own init: process 1 of the first PID namespace, whose end the
 * kernel does not survive. A container's is not.
 */
bool sys_is_host_init(void);

/*
 * Starts the program at path, with that argument or none (NULL), alone in a session of its own, with
 * descriptor control as its 3, /dev/null as its 0, reeve's own 1 and 2, no other descriptor, and every
 * signal as a new process expects it. This process's memory is not copied (vfork(2)).
 */
int sys_spawn(const char *path, const char *argument, int control, pid_t *ret) MUST_CHECK;

/* Who is told to end may have ended: -ESRCH is the caller's to ignore. */
int sys_kill(pid_t pid, int signo);
int sys_kill_group(pid_t pgid, int signo);

/* Whether there is a group of that number, dead members that nobody waited for counted. */
bool sys_has_group(pid_t pgid);

/* PID 1 only: everything there is but the caller (kill(2), pid -1). */
int sys_kill_everyone(int signo);

/* A child that is dead and not waited for keeps its number; 0: there is none. */
pid_t sys_peek_dead(void);

/* The next child that a signal stopped since this was asked last (WSTOPPED, waitid(2)); 0: there is none. */
pid_t sys_take_stopped(void);

/* Whether there is any child, dead or alive. */
bool sys_has_children(void);

/*
 * Goes through every child of a process that has one thread, dead or alive, until visit() is false; parent 0: our
 * own. Tells how many were visited, or -ENOENT where there is no /proc/PID/task/TID/children (proc(5)). Nobody
 * leaves our own list but by sys_reap(), so that none is missed.
 */
int sys_each_child(pid_t parent, bool (*visit)(void *arg, pid_t pid), void *arg) MUST_CHECK;

/* Whether /proc is there and shows this process. What sys_each_child() needs of it is opened, and stays so. */
bool sys_has_proc(void);

/* Waits for the dead child pid. */
int sys_reap(pid_t pid, struct exit_status *ret) MUST_CHECK;

/* Orphans among the descendants become ours (prctl(2), PR_SET_CHILD_SUBREAPER). */
int sys_become_subreaper(void) MUST_CHECK;

/* One line about why it is where it is: "state D in nfs_wait" (proc(5), stat and wchan). */
int sys_process_describe(pid_t pid, char *buf, size_t max) MUST_CHECK;

/* Raises the soft limit of open descriptors to the hard one and says what it is now. */
int sys_raise_descriptors(uint64_t *ret) MUST_CHECK;

/*
 * SIGPIPE ignored, those n kept until somebody listens to them, nothing else blocked; helpers and children get
 * the defaults back from whoever starts them.
 */
void sys_signals_prepare(const int *kept, size_t n);

/* What was sent and not heard is forgotten, and what is sent from now on. */
void sys_signal_ignore(int signo);

#endif

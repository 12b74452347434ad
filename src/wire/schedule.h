/*
 * The texts of struct context that say how a process is scheduled: one reading of them, for the
 * settings that check them and the steps that apply them. Each takes the whole text or refuses it,
 * -EINVAL for what is not understood and -ERANGE for a number that cannot be.
 */
#ifndef WIRE_SCHEDULE_H
#define WIRE_SCHEDULE_H

#include <sched.h>

#include "base/attr.h"

/* As many processors as a Linux kernel can be built for (NR_CPUS, arch/x86/Kconfig). */
enum { SCHEDULE_CPUS_MAX = 8192 };

struct schedule_cpus {
	cpu_set_t set[SCHEDULE_CPUS_MAX / CPU_SETSIZE];
};

struct schedule_policy {
	int policy;     /* SCHED_* */
	int priority;   /* 0 unless it is a real-time policy */
};

/* "idle", "best-effort:0" to "best-effort:7", "realtime:0" to "realtime:7", as ioprio_set(2) takes them. */
int schedule_parse_ioprio(const char *s, int *ret) MUST_CHECK;

/* "other", "batch", "idle", "fifo:1" to "fifo:99", "rr:1" to "rr:99" (sched(7)). */
int schedule_parse_policy(const char *s, struct schedule_policy *ret) MUST_CHECK;

/* "0-3,8": numbers and ranges between commas or white space (cpuset(7), "List format"); at least one. */
int schedule_parse_cpus(const char *s, struct schedule_cpus *ret) MUST_CHECK;

#endif

/* What a process runs as and with, as it sees itself: one "key=value" a line. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/own.h"
#include "helpers/knobs.h"

enum { FDS_MAX = 1024, IOPRIO_WHO_PROCESS = 1 };

static void print_identity(void)
{
	gid_t groups[64];
	int n = getgroups((int)ARRAY_LEN(groups), groups);
	uid_t uid, effective, saved;

	(void)getresuid(&uid, &effective, &saved);
	(void)printf("uid=%u\neuid=%u\nsuid=%u\n", uid, effective, saved);
	(void)getresgid(&uid, &effective, &saved);
	(void)printf("gid=%u\negid=%u\nsgid=%u\ngroups=", uid, effective, saved);
	for (int i = 0; i < n; i++)
		(void)printf("%s%u", i > 0 ? "," : "", groups[i]);
	(void)printf("\npid=%d\nppid=%d\npgid=%d\nsid=%d\n", getpid(), getppid(), getpgrp(), getsid(0));
}

static void print_limits(void)
{
	static const struct { const char *name; int which; } limits[] = {
		{ "as", RLIMIT_AS }, { "core", RLIMIT_CORE }, { "cpu", RLIMIT_CPU }, { "data", RLIMIT_DATA },
		{ "fsize", RLIMIT_FSIZE }, { "locks", RLIMIT_LOCKS }, { "memlock", RLIMIT_MEMLOCK },
		{ "msgqueue", RLIMIT_MSGQUEUE }, { "nice", RLIMIT_NICE }, { "nofile", RLIMIT_NOFILE },
		{ "nproc", RLIMIT_NPROC }, { "rss", RLIMIT_RSS }, { "rtprio", RLIMIT_RTPRIO },
		{ "rttime", RLIMIT_RTTIME }, { "sigpending", RLIMIT_SIGPENDING }, { "stack", RLIMIT_STACK },
	};

	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		struct rlimit r;

		if (getrlimit(limits[i].which, &r) < 0)
			continue;
		(void)printf("rlimit_%s=%jd:%jd\n", limits[i].name, (intmax_t)r.rlim_cur, (intmax_t)r.rlim_max); /* -1: unlimited */
	}
}

static void print_scheduling(void)
{
	struct sched_param param = { .sched_priority = 0 };
	cpu_set_t cpus;

	(void)sched_getparam(0, &param);
	(void)printf("nice=%d\nscheduler=%d\nrt_priority=%d\n", getpriority(PRIO_PROCESS, 0),
	             sched_getscheduler(0), param.sched_priority);
	(void)printf("ioprio=%ld\ncpus=", syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0)); /* class << 13 | level */
	CPU_ZERO(&cpus);
	(void)sched_getaffinity(0, sizeof cpus, &cpus);
	for (int i = 0, n = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &cpus))
			(void)printf("%s%d", n++ > 0 ? "," : "", i);
	(void)putchar('\n');
}

static void print_file(const char *key, const char *path)
{
	OWN(file) FILE *f = fopen(path, "re");
	char line[512];

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		(void)printf("%s=%s", key, line);
}

/* The lines of /proc/self/status that say something about rights and signals. */
static void print_status(void)
{
	static const char *const wanted[] = {
		"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "SigBlk", "SigIgn", "NSpid",
	};
	OWN(file) FILE *f = fopen("/proc/self/status", "re");
	char line[512];

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
			size_t n = strlen(wanted[i]);

			if (strncmp(line, wanted[i], n) == 0 && line[n] == ':')
				(void)printf("%s=%s", wanted[i], line + n + 2);
		}
}

static void print_namespaces(void)
{
	static const char *const names[] = { "cgroup", "ipc", "mnt", "net", "pid", "user", "uts" };
	char path[64], target[128];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		ssize_t n;

		(void)snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
		n = readlink(path, target, sizeof target - 1);
		if (n > 0)
			(void)printf("ns_%s=%.*s\n", names[i], (int)n, target);
	}
}

static void print_descriptors(void)
{
	(void)printf("fds=");
	for (int fd = 0, n = 0; fd < FDS_MAX; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0)
			(void)printf("%s%d", n++ > 0 ? "," : "", fd);
	}
	(void)putchar('\n');
}

void context_print(void)
{
	char cwd[PATH_MAX];
	mode_t mask = umask(0);

	(void)umask(mask);
	print_identity();
	(void)printf("umask=%04o\ncwd=%s\n", mask, getcwd(cwd, sizeof cwd) != NULL ? cwd : "?");
	print_limits();
	print_scheduling();
	print_file("oom_score_adj", "/proc/self/oom_score_adj");
	print_file("cgroup", "/proc/self/cgroup"); /* a line per hierarchy */
	print_status();
	print_namespaces();
	print_descriptors();
	for (char **e = environ; *e != NULL; e++)
		(void)printf("env:%s\n", *e);
	(void)puts("context end");
	(void)fflush(stdout);
}

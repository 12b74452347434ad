#include "launch/steps.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/text.h"
#include "launch/capabilities.h"
#include "launch/cgroup.h"
#include "launch/credentials.h"
#include "launch/denial.h"
#include "launch/init.h"
#include "launch/limits.h"
#include "launch/mounts.h"
#include "launch/namespaces.h"
#include "launch/preflight.h"
#include "launch/root.h"
#include "launch/schedule.h"
#include "launch/start.h"

/* Descriptors that are looked at before exec; a start has a dozen. */
enum { LOOK_AT_MAX = 128 };

/*
 * Each returns 0 or negative errno and, where the errno alone would leave people guessing, says in
 * *ret_what what it was about.
 */
typedef int step_fn(struct start *s, const char **ret_what);

static void rehearse(struct start *s);

static int step_preflight(struct start *s, const char **ret_what)
{
	(void)ret_what;
	preflight_run(s);
	if (s->order.check_only)
		rehearse(s);
	report_send(&s->report);
	if (s->order.check_only) {
		report_checked(&s->report);
		_exit(0);
	}
	if (s->report.problems == 0)
		return 0;
	report_refused(&s->report, "preflight", 0, "the checks found problems");
	_exit(EXIT_REFUSED);
}

static int step_oom_score(struct start *s, const char **ret_what)
{
	if (s->order.context.oom_score_adj[0] == '\0')
		return 0;
	*ret_what = "oom_score_adj";
	return io_write_text("/proc/self/oom_score_adj", s->order.context.oom_score_adj);
}

/* The three streams take their places. They came with numbers above 2, so none can be in the way. */
static int step_streams(struct start *s, const char **ret_what)
{
	*ret_what = "standard input, output and error";
	for (int i = 0; i < 3; i++)
		if (dup2(s->stdio[i], i) < 0)
			return -errno;
	return 0;
}

/* Closes everything above 2 but the (at most two) descriptors of keep, which are in ascending order. */
static int close_others(const int *keep, size_t keep_n)
{
	unsigned from = 3;

	for (size_t i = 0; i < keep_n; i++) {
		if ((unsigned)keep[i] > from && close_range(from, (unsigned)keep[i] - 1, 0) < 0)
			return -errno;
		from = (unsigned)keep[i] + 1;
	}
	return close_range(from, ~0U, 0) < 0 ? -errno : 0;
}

/*
 * Looks at every number that one of ours can have: the lowest free one is always taken, and what was
 * inherited at higher ones was closed when reeve-launch began. One poll(2) tells the closed from the
 * open; /proc/self/fd would tell it, too, at ten times the price and only where it is mounted.
 */
static int assert_closed(void)
{
	struct pollfd fds[LOOK_AT_MAX];
	struct rlimit limit = { .rlim_cur = 0 };
	nfds_t n;

	(void)getrlimit(RLIMIT_NOFILE, &limit); /* poll refuses more than that */
	n = limit.rlim_cur < ARRAY_LEN(fds) ? limit.rlim_cur : ARRAY_LEN(fds);
	for (nfds_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = STDERR_FILENO + 1 + (int)i };
	if (poll(fds, n, 0) < 0)
		return -errno;
	for (nfds_t i = 0; i < n; i++)
		if (!(fds[i].revents & POLLNVAL) && !(fcntl(fds[i].fd, F_GETFD) & FD_CLOEXEC))
			return -EBADFD;
	return 0;
}

static int step_descriptors(struct start *s, const char **ret_what)
{
	int a = s->report.fd, b = s->program.fd;
	int keep[2] = { b >= 0 && b < a ? b : a, b < a ? a : b };
	int r = close_others(keep, b >= 0 ? 2 : 1);

	*ret_what = "a descriptor above 2 would reach the child";
	/* A kernel before 5.9, or a sandbox: all of ours are close-on-exec from birth, the assertion decides. */
	return r < 0 && r != -ENOSYS && r != -EPERM ? r : assert_closed();
}

static int step_umask(struct start *s, const char **ret_what)
{
	(void)ret_what;
	(void)umask((mode_t)s->order.context.umask);
	return 0;
}

static int step_limits(struct start *s, const char **ret_what)
{
	return limits_apply(&s->order.context.rlimits, ret_what);
}

static int step_groups(struct start *s, const char **ret_what)
{
	*ret_what = s->order.context.user[0] != '\0' ? s->order.context.user : "the supplementary ones";
	return identity_take_groups(&s->identity);
}

static int step_become_group(struct start *s, const char **ret_what)
{
	*ret_what = s->order.context.group[0] != '\0' ? s->order.context.group : s->order.context.user;
	return identity_take_group(&s->identity);
}

static int step_become_user(struct start *s, const char **ret_what)
{
	int r = capabilities_keep(s);

	*ret_what = s->order.context.user;
	return r < 0 ? r : identity_take_user(&s->identity);
}

/* As the child's own user, so that nobody stands in a folder that he may not enter. */
static int step_directory(struct start *s, const char **ret_what)
{
	*ret_what = start_directory(s);
	return chdir(*ret_what) < 0 ? -errno : 0;
}

static int step_no_new_privs(struct start *s, const char **ret_what)
{
	(void)ret_what;
	if (!s->order.context.no_new_privs)
		return 0;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

static int step_execute(struct start *s, const char **ret_what)
{
	*ret_what = s->program.path;
	return program_execute(s);
}

static const struct step {
	const char *name;
	step_fn    *run;
	bool        harmless;   /* to a process that goes on to report: it shows by trying whether it would work */
} steps[] = {
	{ "preflight",     step_preflight },
	{ "cgroup-limits", cgroup_limit },
	{ "join-cgroup",   cgroup_join },
	{ "oom-score",     step_oom_score, true },    /* lowering it, nice below 0 and real time need root */
	{ "nice",          schedule_nice, true },
	{ "scheduler",     schedule_policy, true },
	{ "io-priority",   schedule_io_priority, true },
	{ "cpu-affinity",  schedule_affinity, true }, /* in the cgroup, whose cpuset bounds it */
	{ "namespaces",    namespaces_enter },
	{ "chroot",        root_enter },
	{ "proc",          mounts_proc },      /* from here on paths are the child's */
	{ "private-tmp",   mounts_tmp },
	{ "credentials",   credentials_place },
	{ "read-only",     mounts_read_only },
	{ "private-pids",  init_begin },       /* what comes is the service's own process */
	{ "streams",       step_streams },
	{ "descriptors",   step_descriptors }, /* before the limits: nofile may be tiny */
	{ "umask",         step_umask },
	{ "limits",        step_limits },      /* raising a hard one needs root */
	{ "bounding-set",  capabilities_bound },
	{ "groups",        step_groups, true },        /* after these there is nothing to try that needs more */
	{ "become-group",  step_become_group, true },
	{ "become-user",   step_become_user, true },
	{ "ambient-set",   capabilities_raise }, /* becoming somebody empties it */
	{ "directory",     step_directory },
	{ "no-new-privs",  step_no_new_privs },
	{ "seccomp",       denial_enter },
	{ "execute",       step_execute },
};

/* What a step that failed has to say. */
static void explain(char *buf, size_t max, int error, const char *what)
{
	struct text t;

	text_init(&t, buf, max);
	if (what != NULL)
		text_addf(&t, "%s: ", what);
	text_add(&t, strerrordesc_np(-error));
}

/* For who is only asked: the process ends after this, so that it may try on itself what no question tells. */
static void rehearse(struct start *s)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		const char *what = NULL;
		char line[160];
		int r = steps[i].harmless ? steps[i].run(s, &what) : 0;

		if (r == 0)
			continue;
		struct problem *p = report_problem(&s->report);

		explain(line, sizeof line, r, what);
		problem_set(p, PROBLEM_HOST, "step-refused", steps[i].name, "%s", line);
		problem_remedy(p, "Give reeve what this needs, or take the setting out of [service:%s]; reeve.ini(5) lists the steps",
		               s->order.service);
	}
}

static void refuse(const struct start *s, const char *step, int error, const char *what) NORETURN;
static void refuse(const struct start *s, const char *step, int error, const char *what)
{
	char line[800];

	explain(line, sizeof line, error, what);
	report_refused(&s->report, step, -error, line);
	_exit(EXIT_REFUSED);
}

void steps_run(struct start *s)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		const char *what = NULL;
		int r = steps[i].run(s, &what);

		if (r < 0)
			refuse(s, steps[i].name, r, what);
	}
	_exit(EXIT_REFUSED); /* not reached: the last step executes or fails */
}

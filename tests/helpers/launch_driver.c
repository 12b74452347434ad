/*
 * Plays reeve toward reeve-launch, so that its tests need nothing else: sends orders, prints what comes
 * back one line a frame, waits for the children and prints how they ended.
 *
 *	launch_driver REEVE_LAUNCH [key=value...] -- ARGV...
 *
 * Keys are the order's fields (env=K=V, require=K, limit=nofile=10, group_of=NAME and so on, any number of
 * times), times=N for as many orders at once, and say_pid=1 to print the number of the first as soon as it comes.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/parse.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"
#include "wire/rows.h"

enum { TIMES_MAX = 256, LIST_MAX = 65536, PATIENCE_MS = 30000 };

struct lists {
	uint8_t argv[LIST_MAX], environment[LIST_MAX], required[LIST_MAX], groups[LIST_MAX], rlimits[LIST_MAX], cgroup_limits[LIST_MAX],
	        capabilities[LIST_MAX], env_files[LIST_MAX], read_only[LIST_MAX], writable[LIST_MAX], credentials[LIST_MAX];
};

struct driver {
	struct launch_order order;
	struct lists        lists;
	uint32_t            times;
	bool                say_pid;
	pid_t               pids[TIMES_MAX];
	int                 answers[TIMES_MAX];
};

static void fail(const char *what, int error)
{
	fprintf(stderr, "launch_driver: %s: %s\n", what, strerror(error));
	exit(2);
}

static const struct { const char *key; size_t at; } texts[] = {
	{ "name",      offsetof(struct launch_order, name) },
	{ "service",   offsetof(struct launch_order, service) },
	{ "directory", offsetof(struct launch_order, context.directory) },
	{ "chroot",    offsetof(struct launch_order, context.chroot) },
	{ "credentials_dir", offsetof(struct launch_order, context.credentials_dir) },
	{ "user",      offsetof(struct launch_order, context.user) },
	{ "group",     offsetof(struct launch_order, context.group) },
	{ "nice",      offsetof(struct launch_order, context.nice) },
	{ "oom_score_adj", offsetof(struct launch_order, context.oom_score_adj) },
	{ "scheduler", offsetof(struct launch_order, context.scheduler) },
	{ "ioprio",    offsetof(struct launch_order, context.ioprio) },
	{ "cpus",      offsetof(struct launch_order, context.cpu_affinity) },
	{ "cgroup",    offsetof(struct launch_order, cgroup) },
	{ "state_dir", offsetof(struct launch_order, state_dir) },
	{ "store",     offsetof(struct launch_order, store) },
	{ "bundle",    offsetof(struct launch_order, bundle) },
	{ "tree",      offsetof(struct launch_order, tree) },
	{ "platform",  offsetof(struct launch_order, platform) },
};

static const struct { const char *key; size_t list, room; } lists[] = {
	{ "env",      offsetof(struct launch_order, environment), offsetof(struct lists, environment) },
	{ "require",  offsetof(struct launch_order, required),    offsetof(struct lists, required) },
	{ "group_of", offsetof(struct launch_order, context.groups),      offsetof(struct lists, groups) },
	{ "limit",    offsetof(struct launch_order, context.rlimits),     offsetof(struct lists, rlimits) },
	{ "env_file", offsetof(struct launch_order, context.env_files),   offsetof(struct lists, env_files) },
	{ "cgroup_limit", offsetof(struct launch_order, context.cgroup_limits), offsetof(struct lists, cgroup_limits) },
	{ "read_only", offsetof(struct launch_order, context.read_only),  offsetof(struct lists, read_only) },
	{ "writable", offsetof(struct launch_order, context.writable),    offsetof(struct lists, writable) },
	{ "credential", offsetof(struct launch_order, context.credentials), offsetof(struct lists, credentials) },
	{ "offers",   offsetof(struct launch_order, capabilities), offsetof(struct lists, capabilities) },
};

static const struct { const char *key; size_t at; } flags[] = {
	{ "check_only",      offsetof(struct launch_order, check_only) },
	{ "full",            offsetof(struct launch_order, full) },
	{ "no_new_privs",    offsetof(struct launch_order, context.no_new_privs) },
	{ "private_mounts",  offsetof(struct launch_order, context.private_mounts) },
	{ "private_network", offsetof(struct launch_order, context.private_network) },
	{ "private_ipc",     offsetof(struct launch_order, context.private_ipc) },
	{ "private_pids",    offsetof(struct launch_order, context.private_pids) },
	{ "private_tmp",     offsetof(struct launch_order, context.private_tmp) },
	{ "say_pid",         offsetof(struct driver, say_pid) },
};

static bool set_flag(struct driver *d, const char *key, bool value)
{
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (strcmp(flags[i].key, key) == 0) {
			*(bool *)((char *)d + flags[i].at) = value;
			return true;
		}
	return false;
}

static bool set_text(struct driver *d, const char *key, const char *value)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (strcmp(texts[i].key, key) == 0) {
			*(const char **)(void *)((char *)&d->order + texts[i].at) = value;
			return true;
		}
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (strcmp(lists[i].key, key) == 0) {
			struct texts *list = (void *)((char *)&d->order + lists[i].list);

			return texts_add(list, (uint8_t *)&d->lists + lists[i].room, LIST_MAX, value) == 0;
		}
	return false;
}

static bool set_value(struct driver *d, const char *key, const char *value)
{
	struct launch_order *o = &d->order;
	int64_t n = 0;

	if (strcmp(key, "digest") == 0)
		return digest_from_text(value, &o->digest) == 0;
	if (strcmp(key, "drop") == 0)
		return parse_u64(value, UINT64_MAX, &o->context.capability_drop) == 0;
	if (strcmp(key, "ambient") == 0)
		return parse_u64(value, UINT64_MAX, &o->context.ambient_capabilities) == 0;
	if (strcmp(key, "deny") == 0)
		return parse_u64(value, UINT64_MAX, &o->context.denied_calls) == 0;
	if (strcmp(key, "umask") == 0)
		return parse_mode(value, &o->context.umask) == 0;
	if (parse_i64(value, -1000, 1000, &n) < 0)
		return false;
	if (strcmp(key, "times") == 0 && n > 0 && n <= TIMES_MAX)
		d->times = (uint32_t)n;
	else
		return set_flag(d, key, n != 0);
	return true;
}

static void read_arguments(struct driver *d, char **argv)
{
	d->times = 1;
	d->order.name = d->order.service = "child";
	d->order.context.umask = 022;
	for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
		char *equals = strchr(*argv, '=');

		if (equals == NULL)
			fail(*argv, EINVAL);
		*equals = '\0';
		if (!set_text(d, *argv, equals + 1) && !set_value(d, *argv, equals + 1))
			fail(*argv, EINVAL);
	}
	for (argv += *argv != NULL; *argv != NULL; argv++)
		if (texts_add(&d->order.argv, d->lists.argv, LIST_MAX, *argv) < 0)
			fail(*argv, E2BIG);
}

static struct channel *start_launcher(const char *path, pid_t *ret_pid)
{
	char *argv[] = { (char *)(uintptr_t)path, NULL };
	posix_spawn_file_actions_t actions;
	struct channel *ch;
	int pair[2], r = sys_socketpair(pair);

	if (r < 0)
		fail("socketpair", -r);
	/* Not fork(): a test that makes clone fail means the one of reeve-launch. */
	(void)posix_spawn_file_actions_init(&actions); /* fails for want of memory only, and then so does the next */
	if (posix_spawn_file_actions_adddup2(&actions, pair[1], 3) != 0)
		fail("actions", ENOMEM);
	r = posix_spawn(ret_pid, path, &actions, NULL, argv, environ);
	if (r != 0)
		fail(path, r);
	(void)posix_spawn_file_actions_destroy(&actions); /* always 0 */
	sys_close(pair[1]);
	r = channel_new(pair[0], FROM_LAUNCH, 4096, 4 << 20, &ch);
	if (r < 0)
		fail("channel", -r);
	return ch;
}

static void send_orders(struct driver *d, struct channel *control)
{
	for (uint32_t i = 0; i < d->times; i++) {
		int status[2], r = sys_pipe(status, NONBLOCK_NONE);

		if (r < 0)
			fail("pipe", -r);

		int fds[4] = { status[1], 0, 1, 2 };

		r = channel_send(control, MSG_LAUNCH_ORDER, i, &d->order, fds);
		if (r == 0)
			r = channel_wait_sent(control, PATIENCE_MS);
		if (r < 0)
			fail("order", -r);
		d->answers[i] = status[0];
		sys_close(status[1]);
	}
}

/* The number of the process that took order i; they come in any order. */
static pid_t pid_of(struct driver *d, struct channel *control, uint32_t i)
{
	while (d->pids[i] == 0) {
		struct launch_pid body;
		struct frame f;
		int r = channel_wait_next(control, PATIENCE_MS, &f);

		if (r == 1)
			r = f.type == MSG_LAUNCH_PID && f.id < d->times && d->pids[f.id] == 0 ? msg_decode(&f, &body)
			                                                                     : -EBADMSG;
		if (r < 0)
			fail("no pid", -r);
		d->pids[f.id] = (pid_t)body.pid;
	}
	return d->pids[i];
}

static void print_frame(const struct frame *f)
{
	union {
		struct launch_pinned pinned;
		struct problem_row row;
		struct launch_refused refused;
		struct launch_checked checked;
	} u;
	char line[1024];

	if (msg_decode(f, &u) < 0)
		fail("frame", EBADMSG);
	if (f->type == MSG_LAUNCH_PINNED) {
		printf("pinned %s %s %ju\n", digest_to_hex(&u.pinned.digest).text, u.pinned.version,
		       (uintmax_t)u.pinned.seq);
	} else if (f->type == MSG_LAUNCH_PROBLEM) {
		problem_format(&u.row.problem, line, sizeof line);
		printf("%s %s %s %s\n", u.row.advisory ? "advice" : "problem",
		       problem_class_name(u.row.problem.class), u.row.problem.code, line);
	} else if (f->type == MSG_LAUNCH_REFUSED) {
		printf("refused %s %d %s\n", u.refused.step, u.refused.error, u.refused.text);
	} else if (f->type == MSG_LAUNCH_CHECKED) {
		printf("checked %u %u\n", u.checked.problems, u.checked.advisories);
	}
}

static bool is_last(uint16_t type)
{
	return type == MSG_LAUNCH_REFUSED || type == MSG_LAUNCH_CHECKED;
}

/* Prints what came until the pipe's end; false when there never was a process. */
static bool print_answer(int answer)
{
	uint8_t buf[262144];
	size_t len = 0, used = 0;
	bool told = false, forked = true;
	struct frame f;
	ssize_t n;

	while ((n = sys_read(answer, buf + len, sizeof buf - len)) > 0)
		len += (size_t)n;
	while ((n = msg_frame(buf + used, len - used, FROM_LAUNCH, &f)) > 0) {
		print_frame(&f);
		told = told || is_last(f.type);
		forked = forked && !(f.type == MSG_LAUNCH_REFUSED && memmem(f.body, f.len, "fork", 5) != NULL);
		used += (size_t)n;
	}
	if (n < 0 || used != len)
		fail("status pipe", EBADMSG);
	if (!told)
		puts("executed");
	fflush(stdout);
	return forked;
}

static void print_end(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		fail("not my child", errno);
	if (WIFSIGNALED(status))
		printf("signal %s\n", signal_name(WTERMSIG(status)));
	else
		printf("exit %d\n", WEXITSTATUS(status));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct driver d;
	struct channel *control;
	pid_t launcher;
	int status;

	if (argc < 2)
		fail("usage: launch_driver REEVE_LAUNCH [key=value...] -- ARGV...", EINVAL);
	read_arguments(&d, argv + 2);
	control = start_launcher(argv[1], &launcher);
	send_orders(&d, control);
	if (d.say_pid)
		printf("pid %d\n", (int)pid_of(&d, control, 0));
	fflush(stdout);
	for (uint32_t i = 0; i < d.times; i++) {
		if (print_answer(d.answers[i]))
			print_end(pid_of(&d, control, i));
		sys_close(d.answers[i]);
	}
	channel_free(control);
	if (waitpid(launcher, &status, 0) != launcher || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail("reeve-launch did not end with its socket", ECHILD);
	return 0;
}

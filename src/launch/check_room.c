#include "launch/checks.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/own.h"
#include "base/parse.h"
#include "base/path.h"
#include "base/text.h"
#include "launch/capabilities.h"
#include "launch/cgroup.h"
#include "launch/limits.h"
#include "launch/start.h"

/* What must be left on a child's filesystem: less than this and it cannot even write its pid. */
enum { ROOM_MIN = 1 << 20 };

struct port {
	int                type;      /* SOCK_STREAM or SOCK_DGRAM */
	struct sockaddr_in at;
};

/* "8080", "53/udp", "127.0.0.1:8080" (reeve-bundle(5)). */
static int parse_port(const char *text, struct port *ret)
{
	char buf[64];
	char *number = buf, *part;
	uint64_t n;

	*ret = (struct port){ .type = SOCK_STREAM, .at.sin_family = AF_INET };
	if (text_copy(buf, sizeof buf, text) < 0)
		return -EINVAL;
	part = strchr(buf, '/');
	if (part != NULL) {
		*part++ = '\0';
		ret->type = strcmp(part, "udp") == 0 ? SOCK_DGRAM : SOCK_STREAM;
	}
	part = strrchr(buf, ':');
	if (part != NULL) {
		*part++ = '\0';
		number = part;
		if (inet_pton(AF_INET, buf, &ret->at.sin_addr) != 1)
			return -EINVAL;
	}
	if (parse_u64(number, UINT16_MAX, &n) < 0)
		return -EINVAL;
	ret->at.sin_port = htons((uint16_t)n);
	return 0;
}

/* 0 also for what we cannot ask about. */
static int try_port(const char *text)
{
	struct port port;
	int r = parse_port(text, &port);
	OWN(fd) int fd = r < 0 ? -1 : socket(AF_INET, port.type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return 0;
	if (port.type == SOCK_STREAM) /* what is in TIME_WAIT has no owner any more */
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	return bind(fd, (struct sockaddr *)&port.at, sizeof port.at) < 0 ? -errno : 0;
}

/* Nobody can promise that a port stays free until the child binds it: advice only. */
void check_ports(struct start *s)
{
	/* In a network of its own they are all free. */
	uint32_t count = s->pin.index != NULL && !s->order.context.private_network ? index_list_count(s->pin.index, INDEX_NEEDS_PORTS) : 0;

	for (uint32_t i = 0; i < count; i++) {
		const char *text = index_list_at(s->pin.index, INDEX_NEEDS_PORTS, i);
		int r = try_port(text);

		if (r == 0)
			continue;
		struct problem *p = report_advice(&s->report);

		problem_set(p, PROBLEM_HOST, "port-busy", text, "%s", strerrordesc_np(-r));
		problem_remedy(p, "See with ss -lntup who listens there, and stop or move one of the two");
	}
}

static void check_space(struct start *s, const char *path)
{
	struct statvfs fs;
	struct problem *p;

	if (statvfs(path, &fs) < 0 || (fs.f_flag & ST_RDONLY))
		return; /* P13 told that it is not there, or the kernel will that it cannot be written */
	if ((fs.f_blocks == 0 || fs.f_bavail >= ROOM_MIN / fs.f_frsize + 1) && (fs.f_files == 0 || fs.f_favail > 0))
		return; /* filesystems without a count say 0 */
	p = report_problem(&s->report);
	problem_set(p, PROBLEM_HOST, "disk-full", path, "%ju KB and %ju inodes free",
	            (uintmax_t)fs.f_bavail * fs.f_frsize >> 10, (uintmax_t)fs.f_favail);
	problem_expect(p, "at least 1 MB and one inode");
	problem_remedy(p, "Make room; largest first: du -xh %s | sort -h | tail", path);
}

static void tell_limit(struct start *s, const char *text, int error)
{
	static const struct { int error; const char *code, *got; } rows[] = {
		{ -ENOENT, "limit-unknown", "no such limit" },
		{ -EINVAL, "limit-invalid", "not a number, a size or unlimited" },
		{ -ERANGE, "limit-invalid", "the soft limit is above the hard one, or the number is too large" },
		{ -EPERM,  "limit-above",   "reeve may not raise the hard limit so far" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].error != error)
			continue;
		struct problem *p = report_problem(&s->report);

		problem_set(p, error == -EPERM ? PROBLEM_HOST : PROBLEM_CONFIG, rows[i].code, text, "%s", rows[i].got);
		problem_remedy(p, "Correct the limit in [service:%s]; ulimit -Ha shows what this host allows",
		               s->order.service);
	}
}

/* By raising it: what the kernel says depends on more than on who asks. The soft limit stays, and the hard one is put back. */
static int try_raise(const struct limit *l)
{
	struct rlimit now, raised;

	if (getrlimit((__rlimit_resource_t)l->resource, &now) < 0 || l->value.rlim_max <= now.rlim_max)
		return 0;
	raised = (struct rlimit){ now.rlim_cur, l->value.rlim_max };
	if (setrlimit((__rlimit_resource_t)l->resource, &raised) < 0)
		return -errno;
	return setrlimit((__rlimit_resource_t)l->resource, &now) < 0 ? -errno : 0;
}

static void check_limits(struct start *s)
{
	for (const char *text = NULL; texts_next(&s->order.context.rlimits, &text);) {
		struct limit l;
		int r = limits_parse(text, &l);

		if (r == 0)
			r = try_raise(&l);
		if (r < 0)
			tell_limit(s, text, r);
	}
}

void check_room(struct start *s)
{
	if (s->order.state_dir[0] != '\0')
		check_space(s, s->order.state_dir);
	check_limits(s);
	capabilities_check(s);
	cgroup_check(s);
}

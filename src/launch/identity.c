#include "launch/identity.h"

#include <errno.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "base/own.h"
#include "base/parse.h"

static int parse_id(const char *s, uint32_t *ret)
{
	uint64_t n;

	if (parse_u64(s, UINT32_MAX - 1, &n) < 0) /* the last one means "leave it" to chown and setresuid */
		return -ENOENT;
	*ret = (uint32_t)n;
	return 0;
}

static int find_group(const char *name, gid_t *ret)
{
	const struct group *g = getgrnam(name);

	if (g == NULL)
		return parse_id(name, ret);
	*ret = g->gr_gid;
	return 0;
}

static int fail(struct identity *who, int error, const char *setting, const char *name)
{
	who->error = error;
	who->setting = setting;
	who->unknown = name;
	return error;
}

/* A number without a passwd entry has no group of its own: `group =` must then name one. */
static int find_user(const struct launch_order *order, struct identity *who, const char **ret_name)
{
	const struct passwd *pw = getpwnam(order->context.user);
	uint32_t number;

	if (pw == NULL && parse_id(order->context.user, &number) == 0) {
		pw = getpwuid(number);
		if (pw == NULL && order->context.group[0] != '\0') {
			who->uid = number;
			return 0;
		}
	}
	if (pw == NULL)
		return fail(who, -ENOENT, "user", order->context.user);
	who->uid = pw->pw_uid;
	who->gid = pw->pw_gid;
	*ret_name = pw->pw_name;
	return 0;
}

/* "" is nobody: a list of it alone is an empty one. */
static int given_groups(const struct launch_order *order, struct identity *who)
{
	who->groups_given = true;
	who->groups = calloc(order->context.groups.count, sizeof *who->groups);
	if (who->groups == NULL)
		return fail(who, -ENOMEM, "groups", "");
	for (const char *s = NULL; texts_next(&order->context.groups, &s);)
		if (s[0] != '\0' && find_group(s, &who->groups[who->groups_n++]) < 0)
			return fail(who, -ENOENT, "groups", s);
	return 0;
}

/* What login would give this user (getgrouplist(3)). */
static int own_groups(struct identity *who, const char *name)
{
	int n = 0;

	(void)getgrouplist(name, who->gid, NULL, &n); /* fails by design: it says how many there are */
	who->groups = calloc((size_t)n, sizeof *who->groups);
	if (who->groups == NULL || getgrouplist(name, who->gid, who->groups, &n) < 0)
		return fail(who, -ENOMEM, "user", name);
	who->groups_n = (size_t)n;
	return 0;
}

void identity_find(const struct launch_order *order, struct identity *who)
{
	const char *name = NULL;

	*who = (struct identity){ .uid = geteuid(), .gid = getegid() };
	who->changes = order->context.user[0] != '\0' || order->context.group[0] != '\0' || order->context.groups.count > 0;
	if (order->context.user[0] != '\0' && find_user(order, who, &name) < 0)
		return;
	if (order->context.group[0] != '\0' && find_group(order->context.group, &who->gid) < 0)
		(void)fail(who, -ENOENT, "group", order->context.group);
	else if (order->context.groups.count > 0)
		(void)given_groups(order, who);
	else if (name != NULL)
		(void)own_groups(who, name);
}

static bool is_among(gid_t gid, const gid_t *groups, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (groups[i] == gid)
			return true;
	return false;
}

/* Whether each of a is one of b; gid is everybody's. */
static bool are_among(const gid_t *a, size_t a_n, const gid_t *b, size_t b_n, gid_t gid)
{
	for (size_t i = 0; i < a_n; i++)
		if (a[i] != gid && !is_among(a[i], b, b_n))
			return false;
	return true;
}

/* Whether the groups that were asked for are those that this process has, neither more nor fewer. */
static bool has_given_groups(const struct identity *who)
{
	int n = getgroups(0, NULL);
	OWN(mem) gid_t *now = n < 0 ? NULL : calloc((size_t)n + 1, sizeof *now);

	if (!who->groups_given)
		return true;
	if (now == NULL || (n = getgroups(n, now)) < 0)
		return false;
	return are_among(now, (size_t)n, who->groups, who->groups_n, who->gid) &&
	       are_among(who->groups, who->groups_n, now, (size_t)n, who->gid);
}

/* Whether there is nothing to become: a process without privilege is that already. */
static bool is_who(const struct identity *who)
{
	return who->uid == geteuid() && who->gid == getegid() && has_given_groups(who);
}

int identity_may_become(const struct identity *who)
{
	return !who->changes || geteuid() == 0 || is_who(who) ? 0 : -EPERM;
}

/* As an ordinary user there is nobody else to be. */
static bool is_somebody_else(const struct identity *who)
{
	return who->changes && who->error == 0 && geteuid() == 0;
}

void identity_lend(const struct identity *who)
{
	if (!is_somebody_else(who))
		return;
	if (setgroups(who->groups_n, who->groups) < 0)
		return; /* a user namespace may deny it: the question is then answered without the groups */
	(void)setfsgid(who->gid);
	(void)setfsuid(who->uid);
}

void identity_return(const struct identity *who)
{
	if (!is_somebody_else(who))
		return;
	(void)setfsuid(geteuid());
	(void)setfsgid(getegid());
}

int identity_take_groups(const struct identity *who)
{
	int r;

	if (!is_somebody_else(who) || setgroups(who->groups_n, who->groups) == 0)
		return 0;
	r = -errno;
	/* A user namespace may forbid it; whoever stays who he is keeps the groups he has, unless he asked for others. */
	return r == -EPERM && is_who(who) ? 0 : r;
}

int identity_take_group(const struct identity *who)
{
	gid_t real, effective, saved;

	if (!who->changes || who->error != 0)
		return 0;
	if (setresgid(who->gid, who->gid, who->gid) < 0 || getresgid(&real, &effective, &saved) < 0)
		return -errno;
	return real == who->gid && effective == who->gid && saved == who->gid ? 0 : -EPERM;
}

int identity_take_user(const struct identity *who)
{
	uid_t real, effective, saved;

	if (!who->changes || who->error != 0)
		return 0;
	if (setresuid(who->uid, who->uid, who->uid) < 0 || getresuid(&real, &effective, &saved) < 0)
		return -errno;
	if (real != who->uid || effective != who->uid || saved != who->uid)
		return -EPERM;
	if (who->uid != 0 && setuid(0) == 0)
		return -EPERM; /* the way back is open: nothing was given up */
	return 0;
}

#include "core/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/own.h"
#include "base/parse.h"
#include "base/text.h"
#include "core/accounts.h"
#include "sys/fd.h"

enum { ACCOUNTS_MAX = 4 << 20 }; /* bytes of /etc/passwd */

/* One entry of one list: a user or a group that has a role in a workspace, or in the org. */
struct grant {
	const char *workspace;   /* NULL: the org */
	bool        is_admin;    /* else observer */
	bool        is_group;
	uint32_t    id;
};

struct rights {
	struct conf  *conf;
	uid_t         own_uid;
	struct grant *grants;
	size_t        count;
};

/* The kinds of principal that a list may name. */
static const struct kind {
	const char *prefix;
	bool        is_group, by_name;
} kinds[] = {
	{ "user:",  false, true },
	{ "group:", true,  true },
	{ "uid:",   false, false },
	{ "gid:",   true,  false },
};

static int resolve(const char *principal, const struct accounts_text *accounts, struct grant *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const char *name = principal + strlen(kinds[i].prefix);
		const char *file = kinds[i].is_group ? accounts->group : accounts->passwd;
		uint64_t id;
		int r;

		if (!text_starts_with(principal, kinds[i].prefix))
			continue;
		ret->is_group = kinds[i].is_group;
		if (kinds[i].by_name)
			return accounts_find(file != NULL ? file : "", file != NULL ? strlen(file) : 0, name, &ret->id);
		r = parse_u64(name, UINT32_MAX - 1, &id);
		if (r == 0)
			ret->id = (uint32_t)id;
		return r;
	}
	return -EINVAL;
}

static void grant_all(struct rights *r, const struct texts *list, const struct grant *role,
                      const struct accounts_text *accounts)
{
	for (const char *s = NULL; texts_next(list, &s);) {
		struct grant g = *role;
		int error = resolve(s, accounts, &g);

		if (error == 0)
			r->grants[r->count++] = g;
		else
			log_event(LOG_WARN, "reeve", "unknown-account", "name=%s in=%s remedy=\"make the account, or "
			          "name it as uid:N or gid:N\"", s, role->workspace != NULL ? role->workspace : "reeve");
	}
}

static size_t count_names(const struct conf *conf)
{
	size_t n = conf->org.admins.count + conf->org.observers.count;

	for (size_t i = 0; i < conf->workspaces_n; i++)
		n += conf->workspaces[i].admins.count + conf->workspaces[i].observers.count;
	return n;
}

int rights_from(struct conf *conf, const struct accounts_text *accounts, struct rights **ret)
{
	struct rights *r = calloc(1, sizeof *r);

	if (r == NULL)
		return -ENOMEM;
	r->grants = calloc(count_names(conf) + 1, sizeof *r->grants);
	if (r->grants == NULL) {
		free(r);
		return -ENOMEM;
	}
	r->own_uid = geteuid();
	r->conf = conf_ref(conf);
	grant_all(r, &conf->org.admins, &(struct grant){ .is_admin = true }, accounts);
	grant_all(r, &conf->org.observers, &(struct grant){ .is_admin = false }, accounts);
	for (size_t i = 0; i < conf->workspaces_n; i++) {
		const struct workspace_conf *w = &conf->workspaces[i];

		grant_all(r, &w->admins, &(struct grant){ .workspace = w->name, .is_admin = true }, accounts);
		grant_all(r, &w->observers, &(struct grant){ .workspace = w->name, .is_admin = false }, accounts);
	}
	*ret = r;
	return 0;
}

static char *read_accounts(const char *path)
{
	char *text = NULL;
	size_t len;

	if (io_read_file(AT_FDCWD, path, ACCOUNTS_MAX, &text, &len) < 0)
		return NULL; /* then nobody in it is known, which grant_all() logs name by name */
	return text;
}

int rights_new(struct conf *conf, struct rights **ret)
{
	OWN(mem) char *passwd = read_accounts("/etc/passwd");
	OWN(mem) char *group = read_accounts("/etc/group");

	return rights_from(conf, &(struct accounts_text){ passwd, group }, ret);
}

void rights_free(struct rights *r)
{
	if (r == NULL)
		return;
	conf_unref(r->conf);
	free(r->grants);
	free(r);
}

const struct conf *rights_conf(const struct rights *r)
{
	return r->conf;
}

int peer_of_socket(int socket, struct peer *ret)
{
	struct sys_peer who;
	int r = sys_peer(socket, &who);

	if (r < 0)
		return r;
	ret->uid = who.uid;
	ret->groups[0] = who.gid;
	ret->groups_n = 1;
	r = sys_peer_groups(socket, ret->groups + 1, PEER_GROUPS_MAX - 1);
	if (r > 0) /* one who is in too many groups is in none: nothing is granted by guessing */
		ret->groups_n += (size_t)r;
	return 0;
}

static bool is_peer(const struct grant *g, const struct peer *p)
{
	if (!g->is_group)
		return g->id == p->uid;
	for (size_t i = 0; i < p->groups_n; i++)
		if (g->id == p->groups[i])
			return true;
	return false;
}

/* Whether a grant for this workspace (NULL: for the org) is the peer's; as admin, or as anything. */
static bool has_grant(const struct rights *r, const struct peer *p, const char *workspace, bool as_admin)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct grant *g = &r->grants[i];
		bool is_place = workspace == NULL ? g->workspace == NULL
		                                  : g->workspace != NULL && strcmp(g->workspace, workspace) == 0;

		if (is_place && (g->is_admin || !as_admin) && is_peer(g, p))
			return true;
	}
	return false;
}

bool rights_is_org_admin(const struct rights *r, const struct peer *p)
{
	return p->uid == 0 || p->uid == r->own_uid || has_grant(r, p, NULL, true);
}

bool rights_may_act(const struct rights *r, const struct peer *p, const char *workspace)
{
	return rights_is_org_admin(r, p) || has_grant(r, p, workspace, true);
}

bool rights_may_see(const struct rights *r, const struct peer *p, const char *workspace)
{
	return rights_is_org_admin(r, p) || has_grant(r, p, NULL, false) ||
	       (workspace != NULL && has_grant(r, p, workspace, false));
}

bool rights_is_known(const struct rights *r, const struct peer *p)
{
	if (rights_is_org_admin(r, p))
		return true;
	for (size_t i = 0; i < r->count; i++)
		if (is_peer(&r->grants[i], p))
			return true;
	return false;
}

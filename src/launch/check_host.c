#include "launch/checks.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "launch/environment.h"
#include "launch/start.h"

static void check_identity(struct start *s)
{
	struct identity *who = &s->identity;
	bool is_user, is_number;
	struct problem *p;

	if (who->error == 0 && identity_may_become(who) == 0)
		return;
	p = report_problem(&s->report);
	if (who->error == 0) {
		problem_set(p, PROBLEM_CONFIG, "user-forbidden", s->order.context.user, "reeve runs as user %u",
		            (unsigned)geteuid());
		who->error = -EPERM; /* it is told: nobody need try */
		problem_expect(p, "root, or the same user, group and groups");
		problem_remedy(p, "Run reeve as root, or take user, group and groups out of [service:%s]", s->order.service);
		return;
	}
	is_user = strcmp(who->setting, "user") == 0;
	is_number = who->unknown[0] >= '0' && who->unknown[0] <= '9';
	problem_set(p, PROBLEM_HOST, is_user ? "user-unknown" : "group-unknown", who->unknown, "no such %s: %s",
	            is_user ? "user" : "group", strerrordesc_np(-who->error));
	problem_remedy(p, is_user && is_number
	               ? "%s has no account and so no group: set group = as well, or correct %s = in [service:%s]"
	               : is_user ? "Run: useradd --system %s, or correct %s = in [service:%s]"
	                         : "Run: groupadd --system %s, or correct %s = in [service:%s]",
	               who->unknown, who->setting, s->order.service);
}

static bool has_command(const struct start *s, const char *name)
{
	char path[PATH_MAX];

	return program_search(environment_path(&s->order.environment), name, path, sizeof path) == 0;
}

static bool has_file(const struct start *s, const char *name)
{
	(void)s;
	return access(name, F_OK) == 0;
}

static bool has_user(const struct start *s, const char *name)
{
	(void)s;
	return getpwnam(name) != NULL;
}

static bool has_group(const struct start *s, const char *name)
{
	(void)s;
	return getgrnam(name) != NULL;
}

void check_needs(struct start *s)
{
	static const struct {
		enum index_list list;
		bool (*has)(const struct start *s, const char *name);
		const char *code, *what, *remedy;
	} needs[] = {
		{ INDEX_NEEDS_COMMANDS, has_command, "need-command", "a command in the child's PATH", "Install" },
		{ INDEX_NEEDS_FILES,    has_file,    "need-file",    "a file on this host",           "Provide" },
		{ INDEX_NEEDS_USERS,    has_user,    "need-user",    "a user of this host", "Run: useradd --system" },
		{ INDEX_NEEDS_GROUPS,   has_group,   "need-group",   "a group of this host", "Run: groupadd --system" },
	};

	check_identity(s);
	for (size_t i = 0; s->pin.index != NULL && i < ARRAY_LEN(needs); i++)
		for (uint32_t k = 0; k < index_list_count(s->pin.index, needs[i].list); k++) {
			const char *name = index_list_at(s->pin.index, needs[i].list, k);

			if (needs[i].has(s, name))
				continue;
			struct problem *p = report_problem(&s->report);

			problem_set(p, PROBLEM_HOST, needs[i].code, name, "not there");
			problem_expect(p, "%s", needs[i].what);
			problem_remedy(p, "%s %s", needs[i].remedy, name);
		}
}

/* A value is never shown: it may be a secret. */
static void require(struct start *s, const char *key)
{
	const char *value = environment_get(&s->order.environment, key);
	struct problem *p;

	if (value != NULL && value[0] != '\0')
		return;
	p = report_problem(&s->report);
	problem_set(p, PROBLEM_CONFIG, "env-missing", key, "%s", value == NULL ? "not set" : "set, but empty");
	problem_expect(p, "a value for %s", key);
	problem_remedy(p, "Set %s in environment = or env_file = of [service:%s], or in its workspace", key, s->order.service);
}

static bool is_in(const struct texts *list, const char *word)
{
	for (const char *s = NULL; texts_next(list, &s);)
		if (strcmp(s, word) == 0)
			return true;
	return false;
}

void check_environment(struct start *s)
{
	if (s->variables_bad)
		return; /* what is missing may stand in the file that was told */
	for (const char *key = NULL; texts_next(&s->order.required, &key);)
		require(s, key);
	for (uint32_t i = 0; s->pin.index != NULL && i < index_list_count(s->pin.index, INDEX_ENV_REQUIRED); i++) {
		const char *key = index_list_at(s->pin.index, INDEX_ENV_REQUIRED, i);

		if (!is_in(&s->order.required, key))
			require(s, key);
	}
}

/* Whether one of the list has the path in it; what the child is only told of the path does not count. */
static bool is_mentioned(const struct texts *list, const char *path)
{
	for (const char *text = NULL; texts_next(list, &text);)
		if (strstr(text, path) != NULL && !text_starts_with(text, "REEVE_STATE="))
			return true;
	return false;
}

/*
 * Whether its settings or its manifest say that the child works in its state folder. On a read-only
 * root most children do not, and start.
 */
static bool needs_state_dir(const struct start *s)
{
	const char *path = s->order.state_dir;

	return is_mentioned(&s->order.argv, path) || is_mentioned(&s->order.environment, path) ||
	       strstr(s->order.context.directory, path) != NULL ||
	       (s->pin.index != NULL && index_state_count(s->pin.index) > 0);
}

static void tell_folder(struct start *s, const char *code, const char *path, const char *setting, int error)
{
	bool is_advice = path == s->order.state_dir && !needs_state_dir(s);
	struct problem *p = is_advice ? report_advice(&s->report) : report_problem(&s->report);

	problem_set(p, PROBLEM_HOST, code, path, "%s", strerrordesc_np(-error));
	problem_expect(p, "a folder that user %u may use", (unsigned)s->identity.uid);
	problem_remedy(p, "Run: install -d -o %u -g %u %s, or correct %s of [service:%s]", (unsigned)s->identity.uid,
	               (unsigned)s->identity.gid, path, setting, s->order.service);
}

/* Whether the child's user may use the folder as asked (access(2) bits). */
static int may_use(const struct start *s, const char *path, int how)
{
	struct stat st;
	int r = 0;

	identity_lend(&s->identity);
	if (stat(path, &st) < 0 || faccessat(AT_FDCWD, path, how, AT_EACCESS) < 0)
		r = -errno;
	else if (!S_ISDIR(st.st_mode))
		r = -ENOTDIR;
	identity_return(&s->identity);
	return r;
}

/* The state folder is the child's own: made when it is missing, unless we are only asked to look. */
static int make_state_dir(struct start *s)
{
	const char *path = s->order.state_dir;
	char parent[PATH_MAX];
	char *slash;
	int r = path_join(parent, sizeof parent, "/", path);

	if (r < 0 || access(path, F_OK) == 0)
		return r;
	if (s->order.check_only)
		return 1;
	slash = strrchr(parent, '/');
	slash[slash == parent] = '\0';
	r = path_make_dirs(parent, 0755);
	if (r < 0)
		return r;
	if (mkdir(path, 0750) < 0)
		return errno == EEXIST ? 0 : -errno;
	if (s->identity.changes && lchown(path, s->identity.uid, s->identity.gid) < 0)
		return -errno;
	return 0;
}

/* Makes what is missing of a folder beneath dir; the last part gets its mode whatever the umask is. */
static int make_state(int dir, const struct index_state *state)
{
	char path[PATH_MAX];
	int r = text_copy(path, sizeof path, state->path);

	for (char *slash = path; r == 0 && (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		if (mkdirat(dir, path, 0755) < 0 && errno != EEXIST)
			r = -errno;
	}
	if (r < 0)
		return r;
	if (mkdirat(dir, path, state->mode) < 0)
		return errno == EEXIST ? 0 : -errno;
	return fchmodat(dir, path, state->mode, 0) < 0 ? -errno : 0;
}

/*
 * The folders the manifest wants beneath it. They are made as the child's user: what that user put
 * in the way can then lead nowhere that it could not write itself.
 */
static void make_states(struct start *s)
{
	OWN(fd) int dir = open(s->order.state_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (uint32_t i = 0; dir >= 0 && i < index_state_count(s->pin.index); i++) {
		struct index_state state;
		char path[PATH_MAX];
		int r = 0;

		index_state(s->pin.index, i, &state);
		identity_lend(&s->identity);
		if (!s->order.check_only)
			r = make_state(dir, &state);
		identity_return(&s->identity);
		if (r == 0)
			r = path_join(path, sizeof path, s->order.state_dir, state.path);
		if (r == 0 && (!s->order.check_only || access(path, F_OK) == 0))
			r = may_use(s, path, R_OK | X_OK);
		if (r < 0)
			tell_folder(s, "state-unusable", state.path, "state_dir", r);
	}
}

/* A bundle child's own tree is P3's to judge. */
void check_directory(struct start *s)
{
	const char *path = s->order.context.directory;
	int r = path[0] == '\0' ? 0 : may_use(s, path, X_OK);

	if (r < 0)
		tell_folder(s, "directory-unusable", path, "directory =", r);
}

void check_folders(struct start *s)
{
	int r;

	if (s->order.state_dir[0] == '\0' || s->identity.error != 0)
		return;
	r = make_state_dir(s);
	if (r == 0)
		r = may_use(s, s->order.state_dir, R_OK | W_OK | X_OK);
	if (r < 0)
		tell_folder(s, "state-unusable", s->order.state_dir, "state_dir", r);
	else if (r == 0 && s->pin.index != NULL)
		make_states(s);
}

#include "conf/type.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/name.h"
#include "base/parse.h"
#include "conf/load.h"

int type_share(struct setting *s, const char *text, void *field)
{
	const char *shared = arena_text(s->load->arena, text);

	if (shared == NULL)
		return -ENOMEM;
	*(const char **)field = shared;
	return 0;
}

static int parse_text(struct setting *s, void *field)
{
	return strchr(s->text, '\n') != NULL ? -EINVAL : type_share(s, s->text, field);
}

const struct keyword_type type_text = {
	.expects = "one line of text",
	.size = sizeof(const char *),
	.parse = parse_text,
};

/* Appends path part by part, without empty and "." ones; ".." stays, for a link may stand before it. */
static void add_path(struct text *t, const char *path)
{
	while (*path != '\0') {
		size_t part = strcspn(path, "/");

		if (part > 0 && !(part == 1 && path[0] == '.')) {
			text_add(t, "/");
			text_add_bytes(t, path, part);
		}
		path += part + (path[part] == '/');
	}
}

int type_make_path(struct setting *s, const char *text, const char **ret)
{
	char buf[PATH_MAX];
	struct text t;

	if (text[0] == '\0' || strchr(text, '\n') != NULL)
		return setting_refuse(s, "E-VALUE",
		                      "%s is empty or has more than one line: give one path",
		                      s->row->name);
	if (text[0] == '~')
		return setting_refuse(s, "E-VALUE",
		                      "~ stands for nothing here: write the whole path");
	text_init(&t, buf, sizeof buf);
	if (text[0] != '/')
		add_path(&t, s->draft->here);
	add_path(&t, text);
	if (t.len == 0)
		text_add(&t, "/");
	if (t.full)
		return setting_refuse(s, "E-VALUE", "the path is longer than %d bytes",
		                      PATH_MAX - 1);
	*ret = arena_share(s->load->arena, t.at, t.len);
	return *ret == NULL ? -ENOMEM : 0;
}

static int parse_path(struct setting *s, void *field)
{
	return type_make_path(s, s->text, field);
}

const struct keyword_type type_path = {
	.expects = "a path, taken from the folder of this file unless it begins with /",
	.size = sizeof(const char *),
	.parse = parse_path,
};

static int parse_cgroup_place(struct setting *s, void *field)
{
	if (strcmp(s->text, "auto") == 0 || strcmp(s->text, "none") == 0)
		return type_share(s, s->text, field);
	return s->text[0] == '/' ? type_make_path(s, s->text, field) : -EINVAL;
}

const struct keyword_type type_cgroup_place = {
	.expects = "auto, none, or the whole path of a control group's folder",
	.size = sizeof(const char *),
	.parse = parse_cgroup_place,
};

/* Behind @ stands the name of an abstract socket (unix(7)), which is no file. */
static int parse_socket(struct setting *s, void *field)
{
	if (s->text[0] == '@' && s->text[1] != '\0' && strchr(s->text, '\n') == NULL)
		return type_share(s, s->text, field);
	return type_make_path(s, s->text, field);
}

const struct keyword_type type_socket = {
	.expects = "a path, or @ and a name",
	.size = sizeof(const char *),
	.parse = parse_socket,
};

static int parse_url(struct setting *s, void *field)
{
	static const char *const schemes[] = { "file:///", "http://", "https://" };

	for (const char *p = s->text; *p != '\0'; p++)
		if (*p <= ' ' || *p == 0x7f || *p == '"' || *p == '\\')
			return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (text_starts_with(s->text, schemes[i]) && s->text[strlen(schemes[i])] != '\0')
			return type_share(s, s->text, field);
	return -EINVAL;
}

const struct keyword_type type_url = {
	.expects = "a URL that begins with file:///, http:// or https://",
	.size = sizeof(const char *),
	.parse = parse_url,
};

struct choice {
	const char *word;
	int         value;
};

static int choose(const struct setting *s, const struct choice *choices, size_t n, int *ret)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(s->text, choices[i].word) == 0) {
			*ret = choices[i].value;
			return 0;
		}
	return -EINVAL;
}

static int parse_autorestart(struct setting *s, void *field)
{
	/* supervisord's three words beside ours. */
	static const struct choice choices[] = {
		{ "always", AUTORESTART_ALWAYS }, { "true", AUTORESTART_ALWAYS },
		{ "yes", AUTORESTART_ALWAYS },
		{ "on-failure", AUTORESTART_ON_FAILURE }, { "unexpected", AUTORESTART_ON_FAILURE },
		{ "never", AUTORESTART_NEVER }, { "false", AUTORESTART_NEVER },
		{ "no", AUTORESTART_NEVER },
	};
	int value, r = choose(s, choices, ARRAY_LEN(choices), &value);

	if (r == 0)
		*(enum conf_autorestart *)field = (enum conf_autorestart)value;
	return r;
}

const struct keyword_type type_autorestart = {
	.expects = "always, on-failure or never",
	.size = sizeof(enum conf_autorestart),
	.parse = parse_autorestart,
};

static int parse_verify(struct setting *s, void *field)
{
	static const struct choice choices[] = { { "stat", VERIFY_STAT }, { "full", VERIFY_FULL } };
	int value, r = choose(s, choices, ARRAY_LEN(choices), &value);

	if (r == 0)
		*(enum conf_verify *)field = (enum conf_verify)value;
	return r;
}

const struct keyword_type type_verify = {
	.expects = "stat or full",
	.size = sizeof(enum conf_verify),
	.parse = parse_verify,
};

static int parse_rollout(struct setting *s, void *field)
{
	struct conf_rollout *rollout = field;
	uint64_t n = 1;
	int r = 0;

	if (strcmp(s->text, "all") != 0)
		r = text_starts_with(s->text, "parallel=")
		            ? parse_u64(s->text + 9, CONF_CHILDREN_MAX, &n)
		            : -EINVAL;
	if (r == 0 && n == 0)
		r = -ERANGE;
	if (r == 0)
		rollout->parallel = (uint32_t)n;
	return r;
}

const struct keyword_type type_rollout = {
	.expects = "all or parallel=N, the strategies that exist",
	.size = sizeof(struct conf_rollout),
	.parse = parse_rollout,
};

static int parse_digest(struct setting *s, void *field)
{
	return digest_from_text(s->text, field);
}

const struct keyword_type type_digest = {
	.expects = "sha256: and 64 lower-case hex digits",
	.size = sizeof(struct digest),
	.parse = parse_digest,
};

static int parse_loglevel(struct setting *s, void *field)
{
	enum log_level level;

	return log_level_from_text(s->text, &level) < 0 ? -EINVAL : type_share(s, s->text, field);
}

const struct keyword_type type_loglevel = {
	.expects = "error, warn, info or debug",
	.size = sizeof(const char *),
	.parse = parse_loglevel,
};

static int parse_channel(struct setting *s, void *field)
{
	return name_is_part(s->text) ? type_share(s, s->text, field) : -EINVAL;
}

const struct keyword_type type_channel = {
	.expects = "a name of a-z, 0-9, dot, dash and underscore",
	.size = sizeof(const char *),
	.parse = parse_channel,
};

/* shadow's useradd(8): a letter or underscore first, at most 32 bytes, a dollar sign last. */
bool type_is_account(const char *s)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t len = strlen(s);
	uint64_t id;

	if (parse_u64(s, UINT32_MAX - 1, &id) == 0)
		return id != 0;
	if (len == 0 || len > 32 || strchr(first, s[0]) == NULL)
		return false;
	len = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.-");
	return s[len] == '\0' || (s[len] == '$' && s[len + 1] == '\0');
}

/* A name, a number, or "uid:0" as the one way to say root by number; numbers are kept bare. */
static int parse_account(struct setting *s, const char *prefix, void *field)
{
	uint64_t id;

	if (text_starts_with(s->text, prefix) &&
	    parse_u64(s->text + strlen(prefix), UINT32_MAX - 1, &id) == 0)
		return type_share(s, s->text + strlen(prefix), field);
	if (strcmp(s->text, "0") == 0)
		return setting_refuse(s, "E-VALUE",
		                      "%s = 0 could be meant or a mistake: write root or %s0",
		                      s->row->name, prefix);
	if (s->text[0] == '\0') /* nobody, only where that is the default: a variable was empty, and reeve is root */
		return s->row->fallback != NULL && s->row->fallback[0] == '\0' ? type_share(s, "", field) : -EINVAL;
	return type_is_account(s->text) ? type_share(s, s->text, field) : -EINVAL;
}

static int parse_user(struct setting *s, void *field)
{
	return parse_account(s, "uid:", field);
}

static int parse_group(struct setting *s, void *field)
{
	return parse_account(s, "gid:", field);
}

const struct keyword_type type_user = {
	.expects = "a user's name, or uid:N",
	.size = sizeof(const char *),
	.parse = parse_user,
};
const struct keyword_type type_group = {
	.expects = "a group's name, or gid:N",
	.size = sizeof(const char *),
	.parse = parse_group,
};

/* Lists of files that reeve-launch does something about when a child starts. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/name.h"
#include "base/text.h"
#include "conf/load.h"
#include "conf/type.h"

/* "-PATH": may be missing. The sign stays before the path. */
static int take_file(struct setting *s, struct texts *list, const char *item)
{
	bool is_optional = item[0] == '-';
	char buf[PATH_MAX + 1];
	const char *path;
	struct text t;
	int r = type_make_path(s, item + is_optional, &path);

	if (r < 0)
		return r;
	text_init(&t, buf, sizeof buf);
	text_addf(&t, "%s%s", is_optional ? "-" : "", path);
	return type_add_once(s, list, buf);
}

static int parse_files(struct setting *s, void *field)
{
	return type_parse_items(s, field, take_file);
}

const struct keyword_type type_files = {
	.expects = "paths such as mail.env, -/etc/default/mail",
	.size = sizeof(struct texts),
	.parse = parse_files,
};

/* A file name of its own: nothing that leads anywhere else. */
static bool is_credential_name(const char *s, size_t len)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	return len > 0 && len <= NAME_PART_MAX && strspn(s, plain) >= len && s[0] != '.';
}

static bool has_credential(const struct texts *list, const char *item, size_t name_len)
{
	for (const char *s = NULL; texts_next(list, &s);)
		if (strncmp(s, item, name_len + 1) == 0)
			return true;
	return false;
}

/* "NAME:PATH" */
static int take_credential(struct setting *s, struct texts *list, const char *item)
{
	char buf[NAME_PART_MAX + 1 + PATH_MAX];
	size_t len = strcspn(item, ":");
	const char *path;
	struct text t;
	int r;

	if (item[len] == '\0' || !is_credential_name(item, len))
		return -EINVAL;
	r = type_make_path(s, item + len + 1, &path);
	if (r < 0)
		return r;
	text_init(&t, buf, sizeof buf);
	text_addf(&t, "%.*s:%s", (int)len, item, path);
	if (has_credential(list, buf, len))
		return setting_refuse(s, "E-DUP", "%s names %.*s twice", s->row->name, (int)len, item);
	return load_pack(s->load, list, buf);
}

static int parse_credentials(struct setting *s, void *field)
{
	return type_parse_items(s, field, take_credential);
}

const struct keyword_type type_credentials = {
	.expects = "names and paths such as token:mail.token, key:/etc/ssl/mail.key",
	.size = sizeof(struct texts),
	.parse = parse_credentials,
};

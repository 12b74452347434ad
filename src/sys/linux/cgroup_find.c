#include "sys/linux/cgroup_find.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

enum { FIELD_ROOT = 3, FIELD_POINT = 4 }; /* of a line of mountinfo, from 0 */

/* A part of a text; nothing is copied. */
struct part {
	const char *at;
	size_t      len;
};

/* The next part of text up to a byte of separators; false at the end. */
static bool next_part(struct part *text, const char *separators, struct part *ret)
{
	size_t len = 0;

	while (text->len > 0 && strchr(separators, *text->at) != NULL) {
		text->at++;
		text->len--;
	}
	while (len < text->len && strchr(separators, text->at[len]) == NULL)
		len++;
	*ret = (struct part){ text->at, len };
	text->at += len;
	text->len -= len;
	return len > 0;
}

static bool part_is(const struct part *p, const char *word)
{
	return p->len == strlen(word) && memcmp(p->at, word, p->len) == 0;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* A path as mountinfo writes it: white space and backslashes as \ooo. */
static int unescape(const struct part *p, char *buf, size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	for (size_t i = 0; i < p->len; i++) {
		const char *c = p->at + i;
		char byte = *c;

		if (byte == '\\' && p->len - i > 3 && is_octal(c[1]) && is_octal(c[2]) && is_octal(c[3])) {
			byte = (char)((c[1] - '0') << 6 | (c[2] - '0') << 3 | (c[3] - '0'));
			i += 3;
		}
		text_add_bytes(&t, &byte, 1);
	}
	return t.full ? -ENAMETOOLONG : 0;
}

/* What of path is below root; NULL when it is not. */
static const char *below(const char *path, const char *root)
{
	size_t len = strcmp(root, "/") == 0 ? 0 : strlen(root);

	if (strncmp(path, root, len) != 0 || (path[len] != '/' && path[len] != '\0'))
		return NULL;
	return path + len;
}

/* One line of mountinfo: -ENOENT when it is no mount of cgroup2 that shows path. */
static int look_at(struct part line, const char *path, char *buf, size_t max)
{
	struct part field, root = { NULL, 0 }, point = { NULL, 0 };
	char top[PATH_MAX];
	const char *rest;
	struct text t;
	int r;

	for (unsigned i = 0; next_part(&line, " ", &field) && !part_is(&field, "-"); i++) {
		if (i == FIELD_ROOT)
			root = field;
		else if (i == FIELD_POINT)
			point = field;
	}
	if (!next_part(&line, " ", &field) || !part_is(&field, "cgroup2") || root.len == 0 || point.len == 0)
		return -ENOENT;
	r = unescape(&root, top, sizeof top);
	rest = r == 0 ? below(path, top) : NULL;
	if (rest == NULL)
		return -ENOENT;
	r = unescape(&point, buf, max);
	text_init(&t, top, sizeof top);
	text_add(&t, buf);
	text_add(&t, strcmp(rest, "/") == 0 ? "" : rest);
	return r < 0 || t.full ? -ENAMETOOLONG : text_copy(buf, max, top);
}

/* PATH of the line "0::PATH"; one that begins with /.. is outside of what this process may see. */
static int own_path(const char *self_cgroup, char *buf, size_t max)
{
	struct part text = { self_cgroup, strlen(self_cgroup) }, line;
	struct text t;

	while (next_part(&text, "\n", &line)) {
		if (line.len < 4 || memcmp(line.at, "0::/", 4) != 0)
			continue;
		text_init(&t, buf, max);
		text_add_bytes(&t, line.at + 3, line.len - 3);
		if (t.full)
			return -ENAMETOOLONG;
		return text_starts_with(buf, "/..") ? -ENOENT : 0;
	}
	return -ENOENT;
}

int cgroup_find(const char *self_cgroup, const char *mountinfo, char *buf, size_t max)
{
	struct part text = { mountinfo, strlen(mountinfo) }, line;
	char path[PATH_MAX];
	int r = own_path(self_cgroup, path, sizeof path);

	if (r < 0)
		return r;
	while (next_part(&text, "\n", &line)) {
		r = look_at(line, path, buf, max);
		if (r != -ENOENT)
			return r;
	}
	return -ENOENT;
}

/*
 * What a manifest asks of its host: lists of words that preflight looks at, and capabilities.
 */
#include "bundle/manifest_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/parse.h"
#include "base/path.h"
#include "base/text.h"

enum { REQUIRES_MAX = 64, WORD_MAX = 255 };

static bool is_env_name(const char *s)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

	return s[strspn(s, set)] == '\0' && (*s < '0' || *s > '9');
}

static bool is_host_file(const char *s)
{
	return s[0] == '/' && path_is_plain(s + 1);
}

/* "8080", "8080/udp", "127.0.0.1:8080", "[::1]:53/udp". */
static bool is_port(const char *s)
{
	const char *colon = strrchr(s, ':'), *at = colon != NULL ? colon + 1 : s;
	size_t n = strspn(at, "0123456789");
	char number[6];
	uint64_t port;

	if (n == 0 || n >= sizeof number || colon == s)
		return false;
	memcpy(number, at, n);
	number[n] = '\0';
	return parse_u64(number, 65535, &port) == 0 && port > 0 &&
	       (at[n] == '\0' || strcmp(at + n, "/udp") == 0 || strcmp(at + n, "/tcp") == 0);
}

static bool is_account(const char *s)
{
	return strpbrk(s, ":, \t/") == NULL;
}

static bool is_command(const char *s)
{
	return strchr(s, '/') == NULL || is_host_file(s);
}

static const struct list_row {
	const char     *object, *key;
	enum index_list list;
	bool          (*is_good)(const char *s);
} list_rows[] = {
	{ "env",   "required", INDEX_ENV_REQUIRED,   is_env_name },
	{ "needs", "commands", INDEX_NEEDS_COMMANDS, is_command },
	{ "needs", "files",    INDEX_NEEDS_FILES,    is_host_file },
	{ "needs", "users",    INDEX_NEEDS_USERS,    is_account },
	{ "needs", "groups",   INDEX_NEEDS_GROUPS,   is_account },
	{ "needs", "ports",    INDEX_NEEDS_PORTS,    is_port },
};

static bool read_list(struct document *d, struct manifest *m, const struct list_row *row)
{
	json_t *object, *array = NULL, *element;
	char where[32];
	size_t i;

	(void)snprintf(where, sizeof where, "%s.%s", row->object, row->key); /* the rows' own words */
	if (!document_optional(d, d->root, row->object, JSON_OBJECT, &object) ||
	    (object != NULL && !document_optional(d, object, row->key, JSON_ARRAY, &array)))
		return false;
	if (array == NULL)
		return true;
	if (json_array_size(array) > MANIFEST_LIST_MAX)
		return document_refuse(d, "too-many", where, "more than %d", MANIFEST_LIST_MAX);
	m->lists[row->list] = calloc(json_array_size(array) + 1, sizeof(char *));
	if (m->lists[row->list] == NULL)
		return document_refuse(d, "no-memory", where, "%s", strerror(ENOMEM));
	json_array_foreach(array, i, element) {
		if (!document_is_text(element, WORD_MAX) || !row->is_good(json_string_value(element)))
			return document_refuse(d, "json-type", where, "element %zu is not what it lists", i);
		m->lists[row->list][m->lists_n[row->list]++] = json_string_value(element);
	}
	return true;
}

static bool read_lists(struct document *d, struct manifest *m)
{
	for (size_t i = 0; i < ARRAY_LEN(list_rows); i++)
		if (!read_list(d, m, &list_rows[i]))
			return false;
	return true;
}

struct raw_host {
	uint64_t abi;
};

struct raw_requirement {
	uint64_t level;
};

static const struct field host_fields[] = {
	{ "abi", FIELD_U64, false, offsetof(struct raw_host, abi), UINT32_MAX },
	{ .key = NULL },
};

static const struct field requirement_fields[] = {
	{ "level", FIELD_U64, false, offsetof(struct raw_requirement, level), UINT32_MAX },
	{ .key = NULL },
};

static bool read_requirement(struct document *d, const char *key, json_t *value, struct text *ret)
{
	struct raw_requirement raw = { .level = 1 };

	if (!name_is_part(key))
		return document_refuse(d, "json-type", "host.requires", "\"%s\" is no capability", key);
	if (!document_fields(d, value, key, requirement_fields, &raw) ||
	    !document_only(d, value, key, requirement_fields))
		return false;
	text_addf(ret, "%s=%ju", key, (uintmax_t)raw.level);
	return true;
}

static bool read_requires(struct document *d, struct manifest *m, json_t *requires)
{
	enum { ROOM = NAME_PART_MAX + 1 + 10 + 1 };
	size_t count = json_object_size(requires);
	json_t *value;
	const char *key;

	if (count > REQUIRES_MAX)
		return document_refuse(d, "too-many", "host.requires", "more than %d", REQUIRES_MAX);
	m->requires = calloc(count + 1, ROOM);
	m->lists[INDEX_HOST_REQUIRES] = calloc(count + 1, sizeof(char *));
	if (m->requires == NULL || m->lists[INDEX_HOST_REQUIRES] == NULL)
		return document_refuse(d, "no-memory", "host.requires", "%s", strerror(ENOMEM));
	json_object_foreach(requires, key, value) {
		uint32_t i = m->lists_n[INDEX_HOST_REQUIRES]++;
		struct text t;

		text_init(&t, m->requires + (size_t)i * ROOM, ROOM);
		m->lists[INDEX_HOST_REQUIRES][i] = t.at;
		if (!read_requirement(d, key, value, &t))
			return false;
	}
	return true;
}

static bool read_host(struct document *d, struct manifest *m)
{
	struct raw_host raw = { 0 };
	json_t *host, *requires;

	if (!document_optional(d, d->root, "host", JSON_OBJECT, &host))
		return false;
	if (host == NULL)
		return true;
	if (!document_fields(d, host, "host", host_fields, &raw) ||
	    !document_optional(d, host, "requires", JSON_OBJECT, &requires))
		return false;
	m->host_abi = (uint32_t)raw.abi;
	return requires == NULL || read_requires(d, m, requires);
}

bool manifest_read_needs(struct document *d, struct manifest *m)
{
	return read_lists(d, m) && read_host(d, m);
}

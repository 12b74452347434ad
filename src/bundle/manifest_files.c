/*
 * files[] of a manifest: each entry by its rows, then what they must be together.
 */
#include "bundle/manifest_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/own.h"
#include "base/path.h"

static const uint64_t bytes_max = 1ull << 53; /* what every JSON reader keeps exact */

/* An element of files[] as it stands. */
struct raw_file {
	const char   *path, *type, *mode, *target, *verity;
	struct digest digest;
	uint64_t      size;
};

#define AT(member) offsetof(struct raw_file, member)

static const struct field file_fields[] = {
	{ "p",  FIELD_TEXT,   true,  AT(path), PATH_MAX },
	{ "t",  FIELD_TEXT,   true,  AT(type), 1 },
	{ "m",  FIELD_TEXT,   false, AT(mode), 1 },
	{ "s",  FIELD_U64,    false, AT(size), 1ull << 53 },
	{ "h",  FIELD_DIGEST, false, AT(digest), 0 },
	{ "v",  FIELD_TEXT,   false, AT(verity), 128 },
	{ "to", FIELD_TEXT,   false, AT(target), PATH_MAX },
	{ .key = NULL },
};

#undef AT

/* Which keys beside p and t each kind of entry has. */
static const struct kind {
	char            type, mode; /* as written; mode 0 for none */
	enum entry_type is;
	bool            has_bytes;  /* s and h */
	bool            has_target; /* to */
} kinds[] = {
	{ 'f', 'r', ENTRY_FILE,       true,  false },
	{ 'f', 'x', ENTRY_EXECUTABLE, true,  false },
	{ 'd', 0,   ENTRY_FOLDER,     false, false },
	{ 'l', 0,   ENTRY_LINK,       false, true },
};

static const struct kind *kind_of(const struct raw_file *raw)
{
	char mode = raw->mode != NULL ? raw->mode[0] : '\0';

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].type == raw->type[0] && kinds[i].mode == mode)
			return &kinds[i];
	return NULL;
}

static unsigned depth_of(const char *path)
{
	unsigned depth = 1;

	while ((path = strchr(path, '/')) != NULL) {
		path++;
		depth++;
	}
	return depth;
}

static bool read_file(struct document *d, const json_t *element, struct index_entry *ret)
{
	struct raw_file raw = { 0 };
	const char *where;
	const struct kind *kind;

	if (!document_fields(d, element, "files", file_fields, &raw))
		return false;
	where = raw.path;
	if (!path_is_plain(where) || depth_of(where) > INDEX_DEPTH_MAX)
		return document_refuse(d, "path-unsafe", where, "not a plain relative path");
	if (!document_only(d, element, where, file_fields))
		return false;
	kind = kind_of(&raw);
	if (kind == NULL)
		return document_refuse(d, "file-kind", where, "type \"%s\" with mode \"%s\"", raw.type,
		                       raw.mode != NULL ? raw.mode : "");

	bool has_bytes = json_object_get(element, "s") != NULL && json_object_get(element, "h") != NULL;
	bool has_some = json_object_get(element, "s") != NULL || json_object_get(element, "h") != NULL ||
	                raw.verity != NULL;

	if (kind->has_bytes ? !has_bytes : has_some)
		return document_refuse(d, "file-kind", where, "%s", kind->has_bytes
		                       ? "a file without size and digest" : "size or digest of what is no file");
	if (kind->has_target != (raw.target != NULL))
		return document_refuse(d, "file-kind", where, "%s",
		                       kind->has_target ? "a link without target" : "a target of what is no link");
	*ret = (struct index_entry){
		.path = raw.path, .type = kind->is, .size = raw.size, .digest = raw.digest, .target = raw.target,
	};
	return true;
}

/* The entry whose path is the first len bytes of path; NULL when there is none. */
static const struct index_entry *find(const struct manifest *m, const char *path, size_t len)
{
	uint32_t low = 0, high = m->files_n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strncmp(path, m->files[middle].path, len);

		if (order == 0 && m->files[middle].path[len] == '\0')
			return &m->files[middle];
		if (order <= 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool is_folder(const struct manifest *m, const char *path, size_t len)
{
	const struct index_entry *e = find(m, path, len);

	return e != NULL && e->type == ENTRY_FOLDER;
}

static bool check_order(struct document *d, const struct manifest *m)
{
	for (uint32_t i = 0; i < m->files_n; i++) {
		const char *path = m->files[i].path;
		int order = i > 0 ? strcmp(m->files[i - 1].path, path) : -1;

		if (order == 0)
			return document_refuse(d, "path-twice", path, "listed twice");
		if (order > 0)
			return document_refuse(d, "path-order", path, "not in byte order");
	}
	return true;
}

static bool check_parents(struct document *d, const struct manifest *m)
{
	for (uint32_t i = 0; i < m->files_n; i++) {
		const char *path = m->files[i].path, *slash = strrchr(path, '/');

		if (slash != NULL && !is_folder(m, path, (size_t)(slash - path)))
			return document_refuse(d, "path-parent", path, "its folder is not listed");
	}
	return true;
}

static int by_folded_path(const void *a, const void *b)
{
	const struct index_entry *const *x = a, *const *y = b;

	return strcasecmp((*x)->path, (*y)->path);
}

/* Two names that differ in case alone would be one file on some file systems. */
static bool check_case(struct document *d, const struct manifest *m)
{
	OWN(mem) const struct index_entry **sorted = calloc(m->files_n, sizeof(struct index_entry *));

	if (sorted == NULL)
		return document_refuse(d, "no-memory", "files", "%s", strerror(ENOMEM));
	for (uint32_t i = 0; i < m->files_n; i++)
		sorted[i] = &m->files[i];
	qsort(sorted, m->files_n, sizeof(struct index_entry *), by_folded_path);
	for (uint32_t i = 1; i < m->files_n; i++)
		if (strcasecmp(sorted[i - 1]->path, sorted[i]->path) == 0)
			return document_refuse(d, "path-case", sorted[i]->path, "differs from %s in case alone",
			                       sorted[i - 1]->path);
	return true;
}

/*
 * Where a link at path leads by its letters alone, as a path of the tree; false when it leaves the
 * tree, or goes on through anything but a listed folder.
 */
static bool resolve(const struct manifest *m, const struct index_entry *link, char *buf)
{
	const char *slash = strrchr(link->path, '/');
	size_t len = slash != NULL ? (size_t)(slash - link->path) : 0;
	const char *part = link->target;

	memcpy(buf, link->path, len);
	if (*part == '/')
		return false;
	while (*part != '\0') {
		size_t n = strcspn(part, "/");

		if (n == 2 && memcmp(part, "..", 2) == 0) {
			if (len == 0 || !is_folder(m, buf, len))
				return false;
			while (len > 0 && buf[len - 1] != '/')
				len--;
			len -= len > 0;
		} else if (n > 0 && !(n == 1 && *part == '.')) {
			if ((len > 0 && !is_folder(m, buf, len)) || len + n + 2 > PATH_MAX)
				return false;
			if (len > 0)
				buf[len++] = '/';
			memcpy(buf + len, part, n);
			len += n;
		}
		part += n + (part[n] == '/');
	}
	buf[len] = '\0';
	return len > 0;
}

static bool check_link(struct document *d, const struct manifest *m, const struct index_entry *link)
{
	const struct index_entry *at = link;
	char path[PATH_MAX];

	for (unsigned steps = 0; at->type == ENTRY_LINK; steps++) {
		if (steps == 40) /* as the kernel has it, path_resolution(7) */
			return document_refuse(d, "link-loop", link->path, "leads in a circle");
		if (!resolve(m, at, path))
			return document_refuse(d, "link-outside", link->path,
			                       "leads to %s, not straight to a file of the bundle", at->target);
		at = find(m, path, strlen(path));
		if (at == NULL)
			return document_refuse(d, "link-dangling", link->path, "leads to %s, which is not listed", path);
	}
	return true;
}

static bool check_links(struct document *d, const struct manifest *m)
{
	for (uint32_t i = 0; i < m->files_n; i++)
		if (m->files[i].type == ENTRY_LINK && !check_link(d, m, &m->files[i]))
			return false;
	return true;
}

static bool add_up(struct document *d, struct manifest *m)
{
	for (uint32_t i = 0; i < m->files_n; i++) {
		m->files_bytes += m->files[i].size; /* 10^5 times 2^53 stays below 2^64 and then some */
		if (m->files_bytes > bytes_max)
			return document_refuse(d, "too-big", "files", "more than 2^53 bytes together");
	}
	return true;
}

bool manifest_read_files(struct document *d, struct manifest *m)
{
	const json_t *files = json_object_get(d->root, "files"), *element;
	size_t i;

	if (!json_is_array(files) || json_array_size(files) == 0)
		return document_refuse(d, "json-type", "files", "not an array with files in it");
	if (json_array_size(files) > INDEX_ENTRIES_MAX)
		return document_refuse(d, "too-many", "files", "%zu files, and %d is the most",
		                       json_array_size(files), INDEX_ENTRIES_MAX);
	m->files = calloc(json_array_size(files), sizeof *m->files);
	if (m->files == NULL)
		return document_refuse(d, "no-memory", "files", "%s", strerror(ENOMEM));
	json_array_foreach(files, i, element) {
		if (!read_file(d, element, &m->files[i]))
			return false;
		m->files_n++;
	}
	return check_order(d, m) && check_parents(d, m) && check_case(d, m) && check_links(d, m) && add_up(d, m);
}

#include "bundle/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/name.h"
#include "base/own.h"
#include "base/path.h"
#include "bundle/index_file.h"

struct index {
	const struct index_head      *head;
	const struct index_row       *rows;
	const struct index_state_row *states;
	const uint32_t               *lists[INDEX_LIST_COUNT]; /* places in the texts */
	const char                   *texts;
	struct digest                 manifest;
	void                         *mapped; /* ours to unmap; NULL for memory of the caller's */
};

static uint64_t items_count(const struct index_head *h)
{
	uint64_t n = 0;

	for (size_t i = 0; i < INDEX_LIST_COUNT; i++)
		n += h->lists_n[i];
	return n;
}

static bool head_is_sound(const struct index_head *h, size_t len)
{
	if (memcmp(h->magic, INDEX_MAGIC, sizeof h->magic) != 0 || h->mark != INDEX_MARK ||
	    h->format != INDEX_FORMAT || h->length != len || h->entries_n > INDEX_ENTRIES_MAX ||
	    h->texts_len == 0)
		return false;

	uint64_t want = sizeof *h + (uint64_t)h->entries_n * sizeof(struct index_row) +
	                (uint64_t)h->states_n * sizeof(struct index_state_row) +
	                items_count(h) * sizeof(uint32_t) + h->texts_len;

	return want == len;
}

/* Points the parts of x into the bytes behind the head, whose counts are known to fit. */
static void place_parts(struct index *x, const struct index_head *h)
{
	const char *at = (const char *)(h + 1);

	x->head = h;
	x->rows = (const void *)at;
	at += h->entries_n * sizeof *x->rows;
	x->states = (const void *)at;
	at += h->states_n * sizeof *x->states;
	for (size_t i = 0; i < INDEX_LIST_COUNT; i++) {
		x->lists[i] = (const void *)at;
		at += h->lists_n[i] * sizeof(uint32_t);
	}
	x->texts = at;
	memcpy(x->manifest.bytes, h->manifest, sizeof x->manifest.bytes);
}

/* The texts end with a NUL, so every place inside them is a text. */
static bool is_text(const struct index *x, uint32_t place)
{
	return place < x->head->texts_len;
}

static bool is_too_deep(const char *path)
{
	unsigned depth = 1;

	if (strnlen(path, 2 * INDEX_DEPTH_MAX + 1) <= 2 * INDEX_DEPTH_MAX)
		return false; /* one byte and one slash a part: not long enough to be, and most are not */
	for (const char *p = path; (p = strchr(p, '/')) != NULL; p++)
		depth++;
	return depth > INDEX_DEPTH_MAX;
}

/* Whether the row's parent is the listed folder that its path names. */
static bool parent_is_right(const struct index *x, uint32_t i)
{
	const struct index_row *row = &x->rows[i];
	const char *path = x->texts + row->path;
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return row->parent == INDEX_ROOT;
	if (row->parent >= i || x->rows[row->parent].type != ENTRY_FOLDER)
		return false;

	const char *parent = x->texts + x->rows[row->parent].path;
	size_t len = (size_t)(slash - path);

	return strlen(parent) == len && memcmp(parent, path, len) == 0;
}

static bool row_is_sound(const struct index *x, uint32_t i)
{
	const struct index_row *row = &x->rows[i];

	if (!is_text(x, row->path) || row->type > ENTRY_LINK)
		return false;
	if ((row->type == ENTRY_LINK) != is_text(x, row->target) ||
	    (row->type != ENTRY_LINK && row->target != INDEX_NO_TEXT))
		return false;

	const char *path = x->texts + row->path;

	if (!path_is_plain(path) || is_too_deep(path))
		return false;
	if (i > 0 && strcmp(x->texts + x->rows[i - 1].path, path) >= 0)
		return false;
	return parent_is_right(x, i);
}

static bool parts_are_sound(const struct index *x)
{
	const struct index_head *h = x->head;

	if (x->texts[h->texts_len - 1] != '\0' || !is_text(x, h->name) || !is_text(x, h->version) ||
	    !is_text(x, h->platform) || !name_is_path(x->texts + h->name))
		return false;
	for (uint32_t i = 0; i < h->entries_n; i++)
		if (!row_is_sound(x, i))
			return false;
	for (uint32_t i = 0; i < h->states_n; i++)
		if (!is_text(x, x->states[i].path) || !path_is_plain(x->texts + x->states[i].path) ||
		    x->states[i].mode > 07777)
			return false;
	for (size_t list = 0; list < INDEX_LIST_COUNT; list++)
		for (uint32_t i = 0; i < h->lists_n[list]; i++)
			if (!is_text(x, x->lists[list][i]))
				return false;
	return true;
}

int index_from_memory(const void *data, size_t len, struct index **ret)
{
	if (len < sizeof(struct index_head) || (uintptr_t)data % _Alignof(struct index_head) != 0 ||
	    !head_is_sound(data, len))
		return -EBADMSG;

	OWN(mem) struct index *x = calloc(1, sizeof *x);

	if (x == NULL)
		return -ENOMEM;
	place_parts(x, data);
	if (!parts_are_sound(x))
		return -EBADMSG;
	*ret = take_ptr(x);
	return 0;
}

int index_open(int dir, const char *name, struct index **ret)
{
	OWN(fd) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct index_head) ||
	    st.st_size > INDEX_BYTES_MAX)
		return -EBADMSG;

	size_t len = (size_t)st.st_size;
	void *data = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);

	if (data == MAP_FAILED)
		return -errno;

	int r = index_from_memory(data, len, ret);

	if (r < 0)
		(void)munmap(data, len); /* nothing was written through it */
	else
		(*ret)->mapped = data;
	return r;
}

void index_free(struct index *x)
{
	if (x == NULL)
		return;
	if (x->mapped != NULL)
		(void)munmap(x->mapped, x->head->length); /* a read-only mapping: nothing to lose */
	free(x);
}

const struct digest *index_manifest_digest(const struct index *x)
{
	return &x->manifest;
}

const char *index_name(const struct index *x)
{
	return x->texts + x->head->name;
}

const char *index_version(const struct index *x)
{
	return x->texts + x->head->version;
}

const char *index_platform(const struct index *x)
{
	return x->texts + x->head->platform;
}

uint64_t index_seq(const struct index *x)
{
	return x->head->seq;
}

uint32_t index_schema(const struct index *x)
{
	return x->head->schema;
}

uint32_t index_host_abi(const struct index *x)
{
	return x->head->host_abi;
}

uint32_t index_count(const struct index *x)
{
	return x->head->entries_n;
}

void index_entry(const struct index *x, uint32_t i, struct index_entry *ret)
{
	const struct index_row *row = &x->rows[i];

	*ret = (struct index_entry){
		.path   = x->texts + row->path,
		.type   = (enum entry_type)row->type,
		.size   = row->size,
		.target = row->target == INDEX_NO_TEXT ? NULL : x->texts + row->target,
	};
	memcpy(ret->digest.bytes, row->digest, sizeof ret->digest.bytes);
}

uint32_t index_parent(const struct index *x, uint32_t i)
{
	return x->rows[i].parent;
}

bool index_find(const struct index *x, const char *path, uint32_t *ret_i)
{
	uint32_t low = 0, high = x->head->entries_n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(path, x->texts + x->rows[middle].path);

		if (order == 0) {
			*ret_i = middle;
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

uint32_t index_state_count(const struct index *x)
{
	return x->head->states_n;
}

void index_state(const struct index *x, uint32_t i, struct index_state *ret)
{
	*ret = (struct index_state){ .path = x->texts + x->states[i].path, .mode = x->states[i].mode };
}

uint32_t index_list_count(const struct index *x, enum index_list list)
{
	return x->head->lists_n[list];
}

const char *index_list_at(const struct index *x, enum index_list list, uint32_t i)
{
	return x->texts + x->lists[list][i];
}

#include "bundle/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "bundle/index_file.h"

/* Bytes being laid down: counted on the first pass (at is NULL), written on the second. */
struct build {
	struct index_head      *head;
	struct index_row       *rows;
	struct index_state_row *states;
	uint32_t               *items;
	char                   *texts;
	uint64_t                texts_len;
};

static uint32_t put_text(struct build *b, const char *s)
{
	size_t len = strlen(s) + 1;
	uint64_t place = b->texts_len;

	if (b->texts != NULL)
		memcpy(b->texts + place, s, len);
	b->texts_len += len;
	return (uint32_t)place;
}

/* The row of the folder that holds path, among the first n rows; n itself when there is none. */
static uint32_t find_parent(const struct build *b, uint32_t n, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return INDEX_ROOT;

	size_t len = (size_t)(slash - path);
	uint32_t low = 0, high = n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const char *at = b->texts + b->rows[middle].path;
		int order = strncmp(path, at, len);

		if (order == 0 && at[len] == '\0')
			return middle;
		if (order <= 0)
			high = middle;
		else
			low = middle + 1;
	}
	return n;
}

static void put_entry(struct build *b, uint32_t i, const struct index_entry *e)
{
	uint32_t path = put_text(b, e->path);
	uint32_t target = e->target != NULL ? put_text(b, e->target) : INDEX_NO_TEXT;

	if (b->rows == NULL)
		return;
	b->rows[i] = (struct index_row){
		.size = e->size, .path = path, .target = target, .type = (uint32_t)e->type,
		.parent = find_parent(b, i, e->path),
	};
	memcpy(b->rows[i].digest, e->digest.bytes, sizeof e->digest.bytes);
}

static void put_all(struct build *b, const struct index_draft *d)
{
	struct index_head unused, *h = b->head != NULL ? b->head : &unused;
	uint32_t item = 0;

	h->name = put_text(b, d->name);
	h->version = put_text(b, d->version);
	h->platform = put_text(b, d->platform);
	for (uint32_t i = 0; i < d->entries_n; i++)
		put_entry(b, i, &d->entries[i]);
	for (uint32_t i = 0; i < d->states_n; i++) {
		uint32_t path = put_text(b, d->states[i].path);

		if (b->states != NULL)
			b->states[i] = (struct index_state_row){ path, d->states[i].mode };
	}
	for (size_t list = 0; list < INDEX_LIST_COUNT; list++)
		for (uint32_t i = 0; i < d->lists_n[list]; i++, item++) {
			uint32_t place = put_text(b, d->lists[list][i]);

			if (b->items != NULL)
				b->items[item] = place;
		}
}

static void fill_head(struct index_head *h, const struct index_draft *d, uint64_t len)
{
	*h = (struct index_head){
		.magic = INDEX_MAGIC, .mark = INDEX_MARK, .format = INDEX_FORMAT, .length = len,
		.seq = d->seq, .schema = d->schema, .host_abi = d->host_abi,
		.entries_n = d->entries_n, .states_n = d->states_n,
	};
	memcpy(h->manifest, d->manifest.bytes, sizeof h->manifest);
	memcpy(h->lists_n, d->lists_n, sizeof h->lists_n);
}

/* The length of the parts before the texts. */
static uint64_t fixed_length(const struct index_draft *d, uint64_t *ret_items)
{
	uint64_t items = 0;

	for (size_t i = 0; i < INDEX_LIST_COUNT; i++)
		items += d->lists_n[i];
	*ret_items = items;
	return sizeof(struct index_head) + (uint64_t)d->entries_n * sizeof(struct index_row) +
	       (uint64_t)d->states_n * sizeof(struct index_state_row) + items * sizeof(uint32_t);
}

int index_build(const struct index_draft *draft, void **ret_data, size_t *ret_len)
{
	struct build b = { 0 };
	uint64_t items, fixed = fixed_length(draft, &items);

	put_all(&b, draft);

	uint64_t len = fixed + b.texts_len, texts_len = b.texts_len;

	if (len > INDEX_BYTES_MAX || draft->entries_n > INDEX_ENTRIES_MAX)
		return -EFBIG;

	OWN(mem) char *data = calloc(1, len);

	if (data == NULL)
		return -ENOMEM;
	b = (struct build){ .head = (void *)data };
	b.rows = (void *)(b.head + 1);
	b.states = (void *)(b.rows + draft->entries_n);
	b.items = (void *)(b.states + draft->states_n);
	b.texts = (void *)(b.items + items);
	fill_head(b.head, draft, len);
	b.head->texts_len = (uint32_t)texts_len;
	put_all(&b, draft);

	struct index *check;
	int r = index_from_memory(data, len, &check);

	if (r < 0)
		return r;
	index_free(check);
	*ret_data = take_ptr(data);
	*ret_len = len;
	return 0;
}

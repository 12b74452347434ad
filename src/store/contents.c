#include "store/contents.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "store/fault.h"
#include "store/object.h"
#include "store/partial.h"
#include "store/unpack.h"

/* Single objects are worth their round trips while they are few, and less than this much of the payload. */
enum { OBJECTS_MAX = 64, OBJECTS_PERCENT = 60, RESERVE_PERCENT = 3, RESERVE_MIN_MIB = 64, TREE_OVERHEAD = 4096 };

/* Whence an entry's object comes; the unpack role looks at FETCH alone. */
enum { FETCH = 1, COPIED = 2 };

/* Beyond so many files one syncfs(2) is cheaper than as many fsync(2). */
enum { SYNC_EACH_MAX = 512 };

struct bringing {
	struct job           *job;
	const struct release *rel;
	int                   dir;      /* where fetched files wait, named by entry number */
	uint8_t              *wanted;   /* per entry: 0, or whence its object comes */
	uint32_t              count;
	uint32_t              missing;
	uint64_t              missing_bytes;
};

static bool has_contents(const struct index_entry *e)
{
	return e->type == ENTRY_FILE || e->type == ENTRY_EXECUTABLE;
}

static int tell_verified(struct bringing *b, uint32_t files)
{
	return asker_tell(&b->job->asker, (struct progress_row){
		.phase = "verify", .done = files, .total = b->count, .unit = "files" });
}

/* One whose owner or mode is wrong belongs to a tree as well: it is copied, and left as it is. */
static int copy_anew(struct bringing *b, uint32_t i, const struct index_entry *e)
{
	char name[16];
	int r;

	(void)snprintf(name, sizeof name, "%u", i);
	r = object_copy(&b->job->store, e, b->dir, name);
	b->wanted[i] = COPIED;
	return r < 0 ? fault_errno(&b->job->problem, r, e->path, "cannot copy its object") : 0;
}

/* Is the object of entry i there? A damaged one is wanted anew, and stays until then. */
static int look_at(struct bringing *b, uint32_t i, const struct index_entry *e)
{
	int r = object_check(&b->job->store, e);

	if (r == -ESTALE)
		return copy_anew(b, i, e);
	if (r == -EBADMSG || r == -ENOENT) {
		b->wanted[i] = FETCH;
		b->missing++;
		b->missing_bytes += e->size;
		return 0;
	}
	return r < 0 ? fault_errno(&b->job->problem, r, e->path, "cannot look at its object") : 0;
}

/* What many files hold is fetched once: by the first entry of each content and class. */
struct content {
	struct digest   digest;
	enum entry_type type;
	uint32_t        entry;
};

static int compare_contents(const void *a, const void *b)
{
	const struct content *x = a, *y = b;
	int order = memcmp(&x->digest, &y->digest, sizeof x->digest);

	if (order == 0)
		order = (x->type > y->type) - (x->type < y->type);
	return order != 0 ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

static bool same_content(const struct content *a, const struct content *b)
{
	return digest_is_equal(&a->digest, &b->digest) && a->type == b->type;
}

static int want_each_once(struct bringing *b)
{
	OWN(mem) struct content *all = calloc(b->missing + 1, sizeof *all);
	struct index_entry e;
	uint32_t n = 0;

	if (all == NULL)
		return fault_errno(&b->job->problem, -ENOMEM, "tmp", "cannot stage");
	for (uint32_t i = 0; i < b->count; i++)
		if (b->wanted[i] == FETCH) {
			index_entry(b->rel->index, i, &e);
			all[n++] = (struct content){ e.digest, e.type, i };
		}
	qsort(all, n, sizeof *all, compare_contents);
	for (uint32_t k = 1; k < n; k++)
		if (same_content(&all[k - 1], &all[k])) {
			index_entry(b->rel->index, all[k].entry, &e);
			b->wanted[all[k].entry] = 0;
			b->missing--;
			b->missing_bytes -= e.size;
		}
	return 0;
}

static int look_for_missing(struct bringing *b, struct contents_count *count)
{
	struct index_entry e;
	int r = 0;

	for (uint32_t i = 0; i < b->count && r == 0; i++) {
		index_entry(b->rel->index, i, &e);
		if (!has_contents(&e))
			continue;
		r = look_at(b, i, &e);
		count->reused += !b->wanted[i];
		if (r == 0)
			r = tell_verified(b, i);
	}
	return r;
}

/* Room for what is missing, twice (payload and files), and a reserve that stays free. */
static int check_space(struct bringing *b)
{
	struct statvfs fs;
	uint64_t have, need, reserve;

	if (fstatvfs(b->job->store.dir[STORE_ROOT], &fs) < 0)
		return fault_errno(&b->job->problem, -errno, b->job->store.path, "cannot ask for free space");
	reserve = (uint64_t)fs.f_blocks * fs.f_frsize / 100 * RESERVE_PERCENT;
	if (reserve > (uint64_t)RESERVE_MIN_MIB << 20)
		reserve = (uint64_t)RESERVE_MIN_MIB << 20;
	have = (uint64_t)fs.f_bavail * fs.f_frsize;
	need = b->missing_bytes * 2 + (uint64_t)b->count * TREE_OVERHEAD / 4 + reserve;
	if (have < need)
		return fault(&b->job->problem, FAULT_NO_SPACE, b->job->store.path,
		             "%ju bytes are needed, %ju are free", (uintmax_t)need, (uintmax_t)have);
	if (fs.f_files > 0 && fs.f_favail < b->missing + 64ULL)
		return fault(&b->job->problem, FAULT_NO_SPACE, b->job->store.path,
		             "%ju inodes are needed, %ju are free", (uintmax_t)b->missing + 64, (uintmax_t)fs.f_favail);
	return 0;
}

static int fetch_object(struct bringing *b, uint32_t i, const struct index_entry *e)
{
	struct digest_hex hex = digest_to_hex(&e->digest);
	char path[16 + DIGEST_HEX_LEN], name[16];

	(void)snprintf(name, sizeof name, "%u", i);
	OWN(fd) int out = path_open_beneath(b->dir, name, O_RDWR | O_CREAT | O_EXCL, 0600);
	struct download d = { .path = path, .phase = "fetch", .max = e->size, .total = e->size, .out = out };

	if (out < 0)
		return fault_errno(&b->job->problem, out, e->path, "cannot make its file");
	(void)snprintf(path, sizeof path, "o/%.2s/%s", hex.text, hex.text + 2);
	return registry_get(&b->job->registry, &d);
}

static int fetch_objects(struct bringing *b)
{
	struct index_entry e;
	int r = 0;

	for (uint32_t i = 0; i < b->count && r == 0; i++) {
		index_entry(b->rel->index, i, &e);
		if (b->wanted[i] == FETCH)
			r = fetch_object(b, i, &e);
	}
	return r;
}

/* What single objects left behind is in the payload's way. */
static void forget_objects(struct bringing *b)
{
	char name[16];

	for (uint32_t i = 0; i < b->count; i++)
		if (b->wanted[i] == FETCH) {
			(void)snprintf(name, sizeof name, "%u", i);
			(void)unlinkat(b->dir, name, 0); /* not all of them came into being */
		}
}

static int fetch_payload(struct bringing *b, const struct manifest_payload *payload, const char *path)
{
	struct job *j = b->job;

	if (payload == NULL)
		return fault(&j->problem, FAULT_PAYLOAD, j->order.bundle, "the manifest lists no payload for us");

	OWN(fd) int file = partial_fetch(j, path, &payload->digest, payload->size);

	if (file < 0)
		return file;

	int r = unpack_run(&(struct unpacking){
		.payload = file, .stage = b->dir, .blob = b->rel->blob, .blob_len = b->rel->blob_len,
		.wanted = b->wanted, .count = b->count }, &j->asker);

	if (r == 0)
		partial_forget(j, &payload->digest);
	return r;
}

static int fetch_missing(struct bringing *b)
{
	char path[URL_MAX];
	const struct manifest_payload *payload = release_payload(b->rel, path, sizeof path);
	int r;

	if (payload == NULL || (b->missing <= OBJECTS_MAX &&
	                        b->missing_bytes < payload->size / 100 * OBJECTS_PERCENT)) {
		r = fetch_objects(b);
		/* A registry may go without single objects; anything else the payload would meet too. */
		if (r == 0 || payload == NULL || !fault_is(&b->job->problem, FAULT_NOT_FOUND))
			return r;
		forget_objects(b);
	}
	return fetch_payload(b, payload, path);
}

static int seal(struct bringing *b, const struct index_entry *e, const char *name)
{
	int r = object_seal(e, b->dir, name, b->missing <= SYNC_EACH_MAX);

	if (r == -EBADMSG)
		return fault(&b->job->problem, FAULT_DIGEST, e->path, "other bytes than the manifest lists");
	return r < 0 ? fault_errno(&b->job->problem, r, e->path, "cannot check what was fetched") : 0;
}

static int enter(struct bringing *b, const struct index_entry *e, const char *name)
{
	int r = object_enter(&b->job->store, e, b->dir, name);

	return r < 0 ? fault_errno(&b->job->problem, r, e->path, "cannot keep its object") : 0;
}

/* One step for every entry that was fetched. */
static int each_wanted(struct bringing *b, int (*step)(struct bringing *, const struct index_entry *, const char *))
{
	struct index_entry e;
	char name[16];
	int r = 0;

	for (uint32_t i = 0; i < b->count && r == 0; i++) {
		if (!b->wanted[i])
			continue;
		index_entry(b->rel->index, i, &e);
		(void)snprintf(name, sizeof name, "%u", i);
		r = step(b, &e, name);
		if (r == 0)
			r = tell_verified(b, i);
	}
	return r;
}

/* All of them, before the first becomes an object. */
static int seal_all(struct bringing *b)
{
	int r = each_wanted(b, seal);

	if (r == 0 && b->missing > SYNC_EACH_MAX && syncfs(b->dir) < 0)
		r = fault_errno(&b->job->problem, -errno, "tmp", "cannot sync");
	return r;
}

int contents_bring(struct job *j, const struct release *rel, int stage, struct contents_count *ret)
{
	OWN(fd) int dir = store_folder(stage, "contents", 0700);
	struct bringing b = { .job = j, .rel = rel, .dir = dir, .count = index_count(rel->index) };
	OWN(mem) uint8_t *wanted = calloc(b.count + 1, 1);
	struct contents_count count = { 0 };
	int r = dir < 0 ? dir : wanted == NULL ? -ENOMEM : 0;

	if (r < 0)
		return fault_errno(&j->problem, r, "tmp", "cannot stage");
	b.wanted = wanted;
	r = look_for_missing(&b, &count);
	if (r == 0)
		r = want_each_once(&b);
	if (r == 0 && b.missing > 0)
		r = check_space(&b);
	if (r == 0 && b.missing > 0)
		r = fetch_missing(&b);
	if (r == 0)
		r = seal_all(&b);
	if (r == 0)
		r = each_wanted(&b, enter);
	if (r < 0)
		return r;
	r = object_sync_folders(&j->store, rel->index);
	if (r < 0)
		return fault_errno(&j->problem, r, "objects", "cannot sync");
	count.fresh = b.missing;
	*ret = count;
	return 0;
}

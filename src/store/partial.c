#include "store/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "bundle/hash.h"
#include "store/fault.h"
#include "store/job.h"

struct partial {
	struct job       *job;
	struct digest_hex hex;
	char              meta[DIGEST_HEX_LEN + sizeof ".meta"];
	int               dir;
};

/* The validator of the bytes that are there; "" when there is none to trust. */
static void read_etag(const struct partial *pt, char *buf, size_t max)
{
	OWN(mem) char *text = NULL;
	size_t len;

	buf[0] = '\0';
	if (io_read_file(pt->dir, pt->meta, max, &text, &len) == 0 && strlen(text) == len)
		(void)!text_copy(buf, max, text); /* too long: as if there were none */
}

static void forget(const struct partial *pt)
{
	(void)unlinkat(pt->dir, pt->hex.text, 0);
	(void)unlinkat(pt->dir, pt->meta, 0);
}

/* How much of the file is there to go on from: none without a validator, which only files need not have. */
static int find_start(const struct partial *pt, int fd, uint64_t size, struct download *d)
{
	struct stat st;

	read_etag(pt, d->etag, sizeof d->etag);
	if (fstat(fd, &st) < 0)
		return -errno;
	d->have = d->etag[0] != '\0' || pt->job->registry.is_local ? (uint64_t)st.st_size : 0;
	if (d->have > size)
		d->have = 0;
	return ftruncate(fd, (off_t)d->have) < 0 ? -errno : 0;
}

static int check_digest(int fd, const struct digest *want, uint64_t size)
{
	struct digest got;
	uint64_t n;
	int r = lseek(fd, 0, SEEK_SET) < 0 ? -errno : hash_fd(fd, &got, &n);

	if (r < 0)
		return r;
	return n == size && digest_is_equal(&got, want) ? 0 : -EBADMSG;
}

static int refuse_bytes(struct job *j, const char *path)
{
	char url[URL_MAX];

	return fault(&j->problem, FAULT_DIGEST, registry_name(&j->registry, path, url, sizeof url),
	             "other bytes than the manifest lists");
}

/* One go: what is missing, then the digest over all of it. -EAGAIN: it was spliced wrong, start anew. */
static int fetch_once(const struct partial *pt, int fd, struct download *d, const struct digest *digest)
{
	struct job *j = pt->job;
	uint64_t had = d->have;
	int r = d->have < d->max ? registry_get(&j->registry, d) : 0;

	if (d->etag[0] != '\0')
		(void)!io_replace_file(pt->dir, pt->meta, d->etag, strlen(d->etag), 0600); /* or start anew */
	if (r < 0)
		return r;
	r = check_digest(fd, digest, d->max);
	if (r == 0)
		return 0;
	forget(pt);
	if (r == -EBADMSG && had > 0)
		return -EAGAIN;
	return r == -EBADMSG ? refuse_bytes(j, d->path) : fault_errno(&j->problem, r, d->path, "cannot read what was fetched");
}

static struct partial partial_of(struct job *j, const struct digest *digest)
{
	struct partial pt = { .job = j, .hex = digest_to_hex(digest), .dir = j->store.dir[STORE_PARTIAL] };

	(void)snprintf(pt.meta, sizeof pt.meta, "%s.meta", pt.hex.text);
	return pt;
}

void partial_forget(struct job *j, const struct digest *digest)
{
	struct partial pt = partial_of(j, digest);

	forget(&pt);
}

int partial_fetch(struct job *j, const char *path, const struct digest *digest, uint64_t size)
{
	struct partial pt = partial_of(j, digest);
	int r = registry_look(&j->registry);

	if (r < 0)
		return r;
	r = -EAGAIN;
	for (int go = 0; go < 2 && r == -EAGAIN; go++) {
		OWN(fd) int fd = path_open_beneath(pt.dir, pt.hex.text, O_RDWR | O_CREAT, 0600);
		struct download d = { .path = path, .phase = "fetch", .max = size, .total = size, .out = fd };

		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
			return fault(&j->problem, FAULT_BUSY, pt.hex.text, "another bundle's pull is fetching it");
		r = fd < 0 ? fd : find_start(&pt, fd, size, &d);
		if (r < 0)
			return fault_errno(&j->problem, r, pt.hex.text, "cannot keep what is fetched");
		r = fetch_once(&pt, fd, &d, digest);
		if (r == 0 && lseek(fd, 0, SEEK_SET) == 0)
			return take_fd(&fd);
	}
	return r == -ECANCELED ? r : refuse_bytes(j, path);
}

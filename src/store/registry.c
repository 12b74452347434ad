#include "store/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "store/fault.h"
#include "store/fetch.h"

static const char *const near_hosts[] = { "127.0.0.1", "localhost", "[::1]" };

/* Whether the host part of an http address is this machine. */
static bool host_is_near(const char *host)
{
	size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");

	for (size_t i = 0; i < ARRAY_LEN(near_hosts); i++)
		if (strlen(near_hosts[i]) == len && strncmp(host, near_hosts[i], len) == 0)
			return true;
	return false;
}

int registry_look(struct registry *r)
{
	struct problem *p = r->asker->problem;
	const struct store_open *order = r->order;
	const char *url = order->url;

	if (url[0] == '\0')
		return fault(p, FAULT_NO_REGISTRY, order->bundle, "the bundle has no registry");
	if (strcspn(url, "?#@\\ ") != strlen(url) || strlen(url) > URL_MAX / 2)
		return fault(p, FAULT_URL, url, "not the address of a folder");
	if (text_starts_with(url, "file:///")) {
		r->is_local = r->is_near = true;
		return 0;
	}
	if (text_starts_with(url, "https://")) {
		r->is_near = host_is_near(url + strlen("https://"));
		return 0;
	}
	if (!text_starts_with(url, "http://"))
		return fault(p, FAULT_URL, url, "not an address that we know to ask");
	r->is_near = host_is_near(url + strlen("http://"));
	if (!r->is_near && !order->insecure)
		return fault(p, FAULT_URL, url, "http:// to another machine");
	return 0;
}

int registry_url(const struct registry *r, const char *path, char *buf, size_t max)
{
	size_t len = strlen(r->order->url);

	while (len > 0 && r->order->url[len - 1] == '/')
		len--;
	return (size_t)snprintf(buf, max, "%.*s/%s", (int)len, r->order->url, path) >= max ? -ENAMETOOLONG : 0;
}

const char *registry_name(const struct registry *r, const char *path, char *buf, size_t max)
{
	return registry_url(r, path, buf, max) < 0 ? path : buf;
}

/* Copies what is left of from behind to's end, at most max bytes in all. */
static int copy_bounded(const struct registry *r, int from, struct download *d, const char *url)
{
	struct problem *p = r->asker->problem;
	uint64_t size = d->have;
	char buf[65536];

	for (;;) {
		ssize_t n = read(from, buf, sizeof buf);
		int e;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault(p, FAULT_OFFLINE, url, "cannot read: %s", strerror(errno));
		if (n == 0)
			return 0;
		size += (uint64_t)n;
		if (size > d->max)
			return fault(p, FAULT_SIZE, url, "more than %ju bytes", (uintmax_t)d->max);
		e = io_write_all(d->out, buf, (size_t)n);
		if (e < 0)
			return fault_errno(p, e, url, "cannot write what was fetched");
		e = asker_tell(r->asker, (struct progress_row){
			.phase = d->phase, .done = size, .total = d->total, .unit = "bytes" });
		if (e < 0)
			return e;
	}
}

/* A file that is not there: is it that alone, or the whole registry (not mounted, say)? */
static int miss_local(const struct registry *r, const char *url)
{
	struct problem *p = r->asker->problem;
	const char *root = r->order->url + strlen("file://");

	if (access(root, F_OK) < 0)
		return fault(p, FAULT_OFFLINE, r->order->url, "the registry's folder is not there");
	return fault(p, FAULT_NOT_FOUND, url, "no such file");
}

static int get_local(const struct registry *r, struct download *d, const char *url)
{
	struct problem *p = r->asker->problem;
	/* O_NONBLOCK: a FIFO in the place of a file must not hold us up. */
	OWN(fd) int from = open(url + strlen("file://"), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (from < 0 && (errno == ENOENT || errno == ENOTDIR))
		return miss_local(r, url);
	if (from < 0 || fstat(from, &st) < 0)
		return fault(p, FAULT_OFFLINE, url, "cannot open: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fault(p, FAULT_NOT_FOUND, url, "not a file");
	if (lseek(from, (off_t)d->have, SEEK_SET) < 0)
		return fault(p, FAULT_OFFLINE, url, "cannot read: %s", strerror(errno));
	return copy_bounded(r, from, d, url);
}

int registry_get(struct registry *r, struct download *d)
{
	struct problem *p = r->asker->problem;
	char url[URL_MAX];
	int e = registry_look(r);
	uint64_t had = d->have;
	off_t end;

	if (e < 0)
		return e;
	if (registry_url(r, d->path, url, sizeof url) < 0)
		return fault(p, FAULT_URL, r->order->url, "too long");
	if (lseek(d->out, (off_t)d->have, SEEK_SET) < 0)
		return fault_errno(p, -errno, url, "cannot write what is fetched");
	e = r->is_local ? get_local(r, d, url) : fetch_get(r, url, d);
	end = lseek(d->out, 0, SEEK_END);
	r->bytes += end > (off_t)had ? (uint64_t)end - had : 0;
	return e;
}

int registry_read(struct registry *r, const char *path, uint64_t max, char **ret_data, size_t *ret_len)
{
	struct problem *p = r->asker->problem;
	OWN(fd) int fd = memfd_create("registry", MFD_CLOEXEC);
	struct download d = { .path = path, .phase = "resolve", .max = max, .out = fd };
	int e = fd < 0 ? fault_errno(p, -errno, path, "cannot make room for it") : registry_get(r, &d);

	if (e < 0)
		return e;
	e = lseek(fd, 0, SEEK_SET) < 0 ? -errno : io_read_all(fd, max, ret_data, ret_len);
	return e < 0 ? fault_errno(p, e, path, "cannot read what was fetched") : 0;
}

#include "store/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "base/text.h"
#include "store/fault.h"
#include "store/fetch_order.h"
#include "store/limits.h"
#include "store/role.h"
#include "store/sandbox.h"
#include "sys/clock.h"

enum { PAUSE_LOOK_MS = 100 };

static const struct field fetch_order_fields[] = {
	FIELD(fetch_order, url),
	FIELD(fetch_order, etag),
	FIELD(fetch_order, have),
	FIELD(fetch_order, max),
	FIELD(fetch_order, total),
	FIELD(fetch_order, has_ca),
	FIELD(fetch_order, has_client),
	FIELD(fetch_order, connect_ms),
	FIELD(fetch_order, slow_bytes),
	FIELD(fetch_order, slow_s),
	FIELD(fetch_order, fetch_ms),
};

const struct record record_fetch_order = RECORD(fetch_order, fetch_order_fields);

/* What the role may read: our files as descriptors, so that it needs no file of its own. */
struct credentials {
	int ca, cert, key;
};

static void own_credentials(struct credentials *c)
{
	own_fd(&c->ca);
	own_fd(&c->cert);
	own_fd(&c->key);
}

static int open_credential(const char *path, int *ret, struct problem *p)
{
	*ret = open(path[0] != '\0' ? path : "/dev/null", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (*ret < 0)
		return fault(p, FAULT_TLS, path, "cannot open: %s", strerror(errno));
	return 0;
}

static int open_credentials(const struct store_open *order, struct credentials *c, struct problem *p)
{
	int r = open_credential(order->ca_file, &c->ca, p);

	if (r == 0)
		r = open_credential(order->client_cert, &c->cert, p);
	return r == 0 ? open_credential(order->client_key, &c->key, p) : r;
}

/* One attempt: the role, and the last that it told. */
struct attempt {
	struct role      role;
	struct role_note note;
};

static int give_order(struct role *role, const struct store_open *order, const char *url, const struct download *d)
{
	return role_order(role, &record_fetch_order, &(struct fetch_order){
		.url = url, .etag = d->etag, .have = d->have, .max = d->max, .total = d->total,
		.has_ca = order->ca_file[0] != '\0', .has_client = order->client_cert[0] != '\0',
		.connect_ms = store_limits.connect_ms, .slow_bytes = store_limits.slow_bytes,
		.slow_s = store_limits.slow_s, .fetch_ms = store_limits.fetch_ms });
}

static int fetch_once(const struct registry *reg, const char *url, const struct download *d, struct attempt *ret)
{
	__attribute__((cleanup(own_credentials))) struct credentials c = { -1, -1, -1 };
	struct problem *p = reg->asker->problem;
	int r = open_credentials(reg->order, &c, p);

	if (r < 0)
		return r;
	r = role_start(&ret->role, "fetch", (int[]){ d->out, c.ca, c.cert, c.key }, 4);
	if (r < 0)
		return fault_errno(p, r, url, "cannot start the fetch role");
	r = give_order(&ret->role, reg->order, url, d);
	if (r < 0) {
		role_stop(&ret->role);
		return fault_errno(p, r, url, "cannot instruct the fetch role");
	}
	return role_finish(&ret->role, reg->asker, d->phase, &ret->note);
}

/* Full jitter: anything up to a bound that doubles (and no less than the registry asked for). */
static uint64_t pause_ms(unsigned attempt, const struct role_note *note)
{
	uint64_t bound = store_limits.pause_min_ms << (attempt < 16 ? attempt : 16);
	uint64_t asked = note->pause_ms;

	if (bound > store_limits.pause_max_ms)
		bound = store_limits.pause_max_ms;
	if (asked > store_limits.retry_after_max_ms)
		asked = store_limits.retry_after_max_ms;
	return asked + sys_random() % (bound + 1);
}

static int wait_until(uint64_t until_ms, struct asker *a, const struct download *d)
{
	int r = 0;

	while (r == 0 && sys_now_ms() < until_ms) {
		struct pollfd hung_up = { .fd = channel_fd(a->channel), .events = POLLRDHUP };

		(void)poll(&hung_up, 1, PAUSE_LOOK_MS);
		r = asker_tell(a, (struct progress_row){
			.phase = d->phase, .done = d->have, .total = d->total, .unit = "bytes" });
	}
	return r;
}

/* What came is a start for the next attempt only under a validator that says it is the same file. */
static int keep_what_came(struct download *d, const struct role_note *note)
{
	struct stat st;

	if (note->etag[0] == '\0' || text_copy(d->etag, sizeof d->etag, note->etag) < 0)
		d->etag[0] = '\0';
	if (fstat(d->out, &st) < 0)
		return -errno;
	d->have = d->etag[0] != '\0' ? (uint64_t)st.st_size : 0;
	if (ftruncate(d->out, (off_t)d->have) < 0 || lseek(d->out, (off_t)d->have, SEEK_SET) < 0)
		return -errno;
	return 0;
}

static int tell_failure(const struct role_note *note, const char *url, struct problem *p)
{
	const char *where = note->where[0] != '\0' ? note->where : url;

	if (note->error != 0)
		return fault_errno(p, -note->error, url, "cannot write what is fetched");
	return fault(p, note->fault < FAULT_COUNT ? (enum fault)note->fault : FAULT_NO_ROLE, where, "%s", note->got);
}

int fetch_get(const struct registry *reg, const char *url, struct download *d)
{
	struct problem *p = reg->asker->problem;

	for (unsigned n = 0;; n++) {
		struct attempt attempt;
		const struct role_note *note = &attempt.note;
		int r = fetch_once(reg, url, d, &attempt);

		if (r < 0)
			return r;
		if (note->fault == FAULT_COUNT) {
			if (text_copy(d->etag, sizeof d->etag, note->etag) < 0)
				d->etag[0] = '\0';
			return 0;
		}
		r = keep_what_came(d, note);
		if (r < 0)
			return fault_errno(p, r, url, "cannot keep what was fetched");
		if (!note->again || n + 1 >= store_limits.attempts)
			return tell_failure(note, url, p);
		r = wait_until(sys_now_ms() + pause_ms(n, note), reg->asker, d);
		if (r < 0)
			return r;
	}
}

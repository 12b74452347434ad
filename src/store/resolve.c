#include "store/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/own.h"
#include "bundle/channel.h"
#include "bundle/date.h"
#include "bundle/minisign.h"
#include "store/fault.h"
#include "store/limits.h"
#include "store/mark.h"
#include "sys/clock.h"

enum { DAY_MS = 24 * 3600 * 1000, CHANNEL_PATH_MAX = 512 };

static void own_channel_file(struct channel_file **c)
{
	channel_file_free(*c);
}

static int load_keys(struct job *j, struct minisign_trust *trust)
{
	for (const char *file = NULL; texts_next(&j->order.keys, &file);) {
		OWN(mem) char *text = NULL;
		size_t len;
		int r;

		if (trust->keys_n == MINISIGN_KEYS_MAX)
			return fault(&j->problem, FAULT_KEY, file, "more than %d keys", MINISIGN_KEYS_MAX);
		r = io_read_file(AT_FDCWD, file, MINISIGN_FILE_MAX, &text, &len);
		if (r < 0)
			return fault(&j->problem, FAULT_KEY, file, "cannot read it: %s", strerror(-r));
		if (minisign_key_parse(text, len, &trust->keys[trust->keys_n]) < 0)
			return fault(&j->problem, FAULT_KEY, file, "not a minisign public key");
		trust->keys_n++;
	}
	trust->threshold = j->order.threshold > 0 ? j->order.threshold : 1;
	if (trust->keys_n > 0 && trust->threshold > trust->keys_n)
		return fault(&j->problem, FAULT_KEY, j->order.bundle, "%u signatures are asked for and %zu keys given",
		             trust->threshold, trust->keys_n);
	return 0;
}

/* Signature files that a registry may have for one message: the plain one and one per key. */
struct evidence {
	struct minisign_file files[MINISIGN_KEYS_MAX + 1];
	char                 names[MINISIGN_KEYS_MAX + 1][CHANNEL_PATH_MAX + 32];
	char                *texts[MINISIGN_KEYS_MAX + 1];
	size_t               count;
};

static void own_evidence(struct evidence *e)
{
	for (size_t i = 0; i < e->count; i++)
		free(e->texts[i]);
}

/* One signature file, when there is one. */
static int gather_one(struct job *j, struct evidence *e, const char *path, const char *key_id)
{
	size_t i = e->count;
	int r;

	(void)snprintf(e->names[i], sizeof e->names[i], "%s%s%s.minisig", path, key_id[0] != '\0' ? "." : "",
	               key_id);
	r = registry_read(&j->registry, e->names[i], store_limits.signature_max,
	                  &e->texts[i], &e->files[i].len);
	if (r < 0)
		return fault_is(&j->problem, FAULT_NOT_FOUND) ? 0 : r;
	e->files[i].data = e->texts[i];
	e->files[i].name = e->names[i];
	e->count++;
	return 0;
}

/*
 * The plain file is enough most times. The ones per key are for k of n, and for a publisher who died
 * between the channel and its plain signature: it signs under its own name first (reeve-bundle(5)).
 */
static int check_signatures(struct job *j, const char *path, const char *data, size_t len,
                            const struct minisign_trust *trust)
{
	__attribute__((cleanup(own_evidence))) struct evidence e = { .count = 0 };
	struct minisign_message message = { data, len, strrchr(path, '/') + 1 };
	char url[URL_MAX];
	struct problem why = { 0 };
	int r = gather_one(j, &e, path, "");

	if (r == 0 && minisign_verify_threshold(trust, &message, e.files, e.count, &why) == 0)
		return 0;
	for (size_t i = 0; r == 0 && i < trust->keys_n; i++)
		r = gather_one(j, &e, path, minisign_key_id(trust->keys[i].id).text);
	if (r < 0)
		return r;
	if (e.count == 0)
		return fault(&j->problem, FAULT_SIGNATURE, registry_name(&j->registry, path, url, sizeof url),
		             "the channel is not signed");
	if (minisign_verify_threshold(trust, &message, e.files, e.count, &why) < 0)
		return fault(&j->problem, FAULT_SIGNATURE, registry_name(&j->registry, path, url, sizeof url),
		             "%s", why.got);
	return 0;
}

static int check_trust(struct job *j, const struct mark *mark, const char *path, const char *data, size_t len)
{
	struct minisign_trust trust = { .keys_n = 0 };
	int r = load_keys(j, &trust);

	if (r < 0)
		return r;
	if (trust.keys_n > 0)
		return check_signatures(j, path, data, len, &trust);
	if (!j->order.insecure || !j->registry.is_near)
		return fault(&j->problem, FAULT_NO_TRUST, j->order.url, "no key is given for this registry");
	if (mark->is_signed)
		return fault(&j->problem, FAULT_TRUST_DOWNGRADE, j->order.bundle, "no key is given any more");
	return 0;
}

static int check_age(struct job *j, const struct mark *mark, const struct channel_file *c, const char *name)
{
	uint64_t now = sys_wall_ms();

	if (now + DAY_MS < mark->checked_ms)
		return fault(&j->problem, FAULT_CLOCK, j->order.bundle, "the clock is behind the last check");
	if ((int64_t)(now / 1000) >= c->expires_s)
		return fault(&j->problem, FAULT_EXPIRED, name, "the channel expired at %s",
		             date_format(c->expires_s).text);
	if (strcmp(mark->channel, c->channel) == 0 && c->rev < mark->rev)
		return fault(&j->problem, FAULT_ROLLBACK, name, "revision %ju, and %ju was there before",
		             (uintmax_t)c->rev, (uintmax_t)mark->rev);
	return 0;
}

static int check_seq(struct job *j, const struct mark *mark, const struct channel_release *latest,
                     const char *name)
{
	if (latest->seq < mark->seq)
		return fault(&j->problem, FAULT_ROLLBACK, name, "the latest is seq %ju, and %ju was there before",
		             (uintmax_t)latest->seq, (uintmax_t)mark->seq);
	if (latest->seq == mark->seq && !digest_is_equal(&latest->digest, &mark->digest))
		return fault(&j->problem, FAULT_ROLLBACK, name, "seq %ju has become another version",
		             (uintmax_t)latest->seq);
	return 0;
}

static int raise_mark(struct job *j, struct mark *mark, const struct channel_file *c)
{
	const struct channel_release *latest = &c->releases[c->latest];
	int r;

	mark->seq = latest->seq;
	mark->digest = latest->digest;
	mark->rev = c->rev;
	mark->is_signed = mark->is_signed || j->order.keys.count > 0;
	mark->checked_ms = sys_wall_ms();
	(void)snprintf(mark->channel, sizeof mark->channel, "%s", c->channel);
	r = mark_save(j->place.dir, mark);
	return r < 0 ? fault_errno(&j->problem, r, j->place.file, "cannot note what the registry offers") : 0;
}

/* The channel of the order, fetched, verified and in date. */
static int load_channel(struct job *j, struct mark *mark, struct channel_file **ret)
{
	const char *channel = j->order.channel[0] != '\0' ? j->order.channel : "stable";
	OWN(mem) char *data = NULL;
	char path[CHANNEL_PATH_MAX], url[URL_MAX];
	const char *name;
	struct problem why = { 0 };
	size_t len;
	int r;

	if (!name_is_part(channel))
		return fault(&j->problem, FAULT_NAME, channel, "not a channel's name");
	(void)snprintf(path, sizeof path, "b/%s/channel/%s.json", j->order.bundle, channel);
	name = registry_name(&j->registry, path, url, sizeof url);
	r = registry_read(&j->registry, path, store_limits.channel_max, &data, &len);
	if (r == 0)
		r = check_trust(j, mark, path, data, len);
	if (r < 0)
		return r;
	r = channel_file_parse(data, len, j->order.bundle, channel, ret, &why);
	if (r < 0)
		return r == -EBADMSG ? fault(&j->problem, FAULT_CHANNEL, name, "%s", why.got)
		                     : fault_errno(&j->problem, r, name, "cannot read the channel");
	r = check_age(j, mark, *ret, name);
	return r == 0 ? check_seq(j, mark, &(*ret)->releases[(*ret)->latest], name) : r;
}

static int choose(struct job *j, const struct channel_file *c, const char *to, struct offer *ret)
{
	const struct channel_release *chosen = &c->releases[c->latest];
	struct digest digest;

	if (to[0] != '\0') {
		chosen = digest_from_text(to, &digest) == 0 ? channel_file_find(c, &digest) : NULL;
		if (chosen == NULL)
			return fault(&j->problem, FAULT_NOT_FOUND, to, "the channel %s does not list it", c->channel);
	}
	if (chosen->blocked)
		return fault(&j->problem, FAULT_BLOCKED, j->order.bundle, "%s was withdrawn", chosen->version);
	*ret = (struct offer){ .digest = chosen->digest, .is_known = true, .seq = chosen->seq,
	                       .min_from_seq = chosen->min_from_seq };
	(void)snprintf(ret->version, sizeof ret->version, "%s", chosen->version);
	return 0;
}

static int resolve_pin(struct job *j, const char *to, struct offer *ret)
{
	struct digest asked;

	if (to[0] != '\0' && (digest_from_text(to, &asked) < 0 || !digest_is_equal(&asked, &j->order.pin)))
		return fault(&j->problem, FAULT_NO_TRUST, to, "the configuration pins another digest");
	*ret = (struct offer){ .digest = j->order.pin };
	return 0;
}

int resolve(struct job *j, const char *to, bool keep, struct offer *ret)
{
	OWN(channel_file) struct channel_file *c = NULL;
	struct mark mark;
	int r;

	if (!digest_is_none(&j->order.pin))
		return resolve_pin(j, to, ret);
	r = mark_load(j->place.dir, &mark);
	if (r < 0)
		return fault_errno(&j->problem, r, j->place.file, "cannot read state.json");
	r = load_channel(j, &mark, &c);
	if (r == 0 && keep)
		r = raise_mark(j, &mark, c);
	return r == 0 ? choose(j, c, to, ret) : r;
}

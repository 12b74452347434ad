/*
 * verify: everything that a host would check, and all problems, not the first: of a packed bundle, or
 * of every channel of a registry down to the last object.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/own.h"
#include "base/parse.h"
#include "base/path.h"
#include "bundle/date.h"
#include "publish/command.h"
#include "publish/keyfile.h"
#include "publish/source.h"
#include "publish/walk.h"
#include "publish/wrong.h"

struct verifying {
	struct say            *say;
	int                    registry;
	struct minisign_trust  trust;
	unsigned               bundles, channels;
	uint64_t               files;
	struct problem         problem;
};

/* Says what a step left in v->problem. */
static bool good(struct verifying *v, int r)
{
	if (r < 0)
		say_problem(v->say, &v->problem);
	return r == 0;
}

static int take_keys(struct verifying *v, const struct options *o)
{
	uint64_t threshold = 1;
	int r = 0;

	if (o->keys.n > MINISIGN_KEYS_MAX)
		return wrong(&v->problem, "usage", "--key", "Give fewer", "more than %d keys", MINISIGN_KEYS_MAX);
	for (size_t i = 0; i < o->keys.n && r == 0; i++)
		r = keyfile_read_public(o->keys.at[i], &v->trust.keys[v->trust.keys_n++], &v->problem);
	if (r == 0 && o->threshold != NULL &&
	    (parse_u64(o->threshold, v->trust.keys_n, &threshold) < 0 || threshold == 0))
		r = wrong(&v->problem, "usage", "--threshold", "Give how many of the keys must have signed",
		          "\"%s\", with %zu keys", o->threshold, v->trust.keys_n);
	v->trust.threshold = (unsigned)threshold;
	return r;
}

static void check_payloads(struct verifying *v, int dir, const struct manifest *m)
{
	for (uint32_t i = 0; i < m->payloads_n; i++)
		(void)good(v, source_check_payload(dir, m, i, NULL, &v->problem)); /* and on to the next */
	v->bundles++;
	v->files += m->files_n;
}

static void check_packed(struct verifying *v, int dir)
{
	struct source b = { .manifest = NULL };

	if (!good(v, source_read(dir, NULL, NULL, &b, &v->problem)))
		return;
	if (v->trust.keys_n > 0)
		(void)good(v, signed_check(dir, &(struct minisign_message){ b.text, b.len, "bundle.json" },
		                           &v->trust, &v->problem)); /* and on to the payloads */
	check_payloads(v, dir, b.manifest);
	source_done(&b);
}

static int check_object(struct verifying *v, const struct index_entry *e)
{
	struct registry_path dir = registry_object_dir(&e->digest), name = registry_object_name(&e->digest);
	char path[PATH_MAX];
	struct digest digest;
	uint64_t size;
	int r = path_join(path, sizeof path, dir.text, name.text);

	if (r < 0)
		return wrong_errno(&v->problem, r, dir.text, "open");

	OWN(fd) int fd = path_open_beneath(v->registry, path, O_RDONLY | O_NONBLOCK, 0);

	r = fd < 0 ? fd : hash_fd(fd, &digest, &size);
	if (r < 0)
		return wrong_errno(&v->problem, r, path, "read");
	if (!digest_is_equal(&digest, &e->digest))
		return wrong(&v->problem, "object", path, "Remove it and publish the bundle again", "holds other bytes");
	return 0;
}

static void check_objects(struct verifying *v, const struct manifest *m)
{
	for (uint32_t i = 0; i < m->files_n; i++)
		if (m->files[i].type == ENTRY_FILE || m->files[i].type == ENTRY_EXECUTABLE)
			(void)good(v, check_object(v, &m->files[i])); /* and on to the next */
}

/* Whether the manifest is what the channel's release says of it. */
static int check_release(struct verifying *v, const struct source *b, const struct channel_release *release)
{
	const struct manifest *m = b->manifest;

	if (m->seq != release->seq || m->min_from_seq != release->min_from_seq ||
	    strcmp(m->version, release->version) != 0)
		return wrong(&v->problem, "manifest", release->version, "Publish the bundle again",
		             "bundle.json has another version or seq than the channel says");
	return 0;
}

static void check_published(struct verifying *v, const char *name, const struct channel_release *release)
{
	struct registry_path path = registry_bundle_dir(name, &release->digest);
	OWN(fd) int dir = path_open_beneath(v->registry, path.text, O_RDONLY | O_DIRECTORY, 0);
	struct source b = { .manifest = NULL };

	if (!good(v, dir < 0 ? wrong_errno(&v->problem, dir, path.text, "open") : 0) ||
	    !good(v, source_read(dir, name, release, &b, &v->problem)))
		return;
	if (good(v, check_release(v, &b, release))) {
		check_payloads(v, dir, b.manifest);
		check_objects(v, b.manifest);
	}
	source_done(&b);
}

static void check_channel(void *arg, int dir, const char *name, const char *channel)
{
	struct verifying *v = arg;
	const struct minisign_trust *trust = v->trust.keys_n > 0 ? &v->trust : NULL;
	struct published b = { .channel = NULL };

	v->channels++;
	if (!good(v, published_read(dir, name, channel, trust, &b, &v->problem)))
		return;
	if (b.channel->expires_s <= time(NULL))
		(void)good(v, wrong(&v->problem, "expired", name, "Publish again to renew the channel",
		                    "channel %s expired at %s", channel, date_format(b.channel->expires_s).text));
	for (uint32_t i = 0; i < b.channel->releases_n; i++)
		check_published(v, name, &b.channel->releases[i]);
	published_done(&b);
}

static void tell(const struct verifying *v, struct say *s)
{
	if (s->problems == 0)
		say_line(s, "verified", "%u bundles, %ju files%s", v->bundles, (uintmax_t)v->files,
		         v->trust.keys_n > 0 ? "" : "; no signature, for want of --key");
	say_number(s, "bundles", v->bundles);
	say_number(s, "channels", v->channels);
	say_number(s, "files", v->files);
	say_value(s, "signatures", json_boolean(v->trust.keys_n > 0));
}

static void run(const struct options *o, struct say *s)
{
	OWN(fd) int dir = open(o->operands[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct verifying v = { .say = s, .registry = dir };

	if (!good(&v, dir < 0 ? wrong_errno(&v.problem, errno, o->operands[0], "open") : 0) ||
	    !good(&v, take_keys(&v, o)))
		return;
	if (walk_is_registry(dir))
		(void)good(&v, walk_channels(dir, check_channel, &v, &v.problem)); /* said */
	else
		check_packed(&v, dir);
	tell(&v, s);
}

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "key",       'k', OPTION_LIST, AT(keys), "FILE", "a public key that is trusted; may be repeated" },
	{ "threshold", 0,   OPTION_TEXT, AT(threshold), "K", "how many of the keys must have signed; default 1" },
	{ .name = NULL },
};

const struct command command_verify = {
	.name = "verify", .operands = "PACKED|REGISTRY", .operands_n = 1,
	.summary = "check a packed bundle or a whole registry",
	.example = "reeve-bundle verify /srv/registry --key main.pub",
	.rows = rows, .run = run,
};

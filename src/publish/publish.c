/*
 * publish: a packed bundle into a registry, so that at every moment what a channel names is whole:
 * objects, then payloads, then the manifest, then the signed channel.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/parse.h"
#include "base/path.h"
#include "bundle/date.h"
#include "publish/command.h"
#include "publish/keyfile.h"
#include "publish/newfile.h"
#include "publish/source.h"
#include "publish/wrong.h"

enum { EXPIRES_DAYS = 90, DAY_S = 24 * 3600 };

struct publishing {
	const struct options  *options;
	const char            *channel_name;
	int64_t                expires_s;
	struct minisign_secret secret;
	int                    packed, registry, channel_dir; /* folders */
	struct source          source;
	struct published       published;                     /* what the channel was before; may be empty */
	struct channel_file    next;                          /* what it becomes */
	uint64_t               objects_new, objects_old;
	struct problem         problem;
};

static int take_options(struct publishing *b)
{
	const struct options *o = b->options;
	uint64_t lasts_ms = (uint64_t)EXPIRES_DAYS * DAY_S * 1000;

	b->channel_name = o->channel != NULL ? o->channel : "stable";
	if (!name_is_part(b->channel_name))
		return wrong(&b->problem, "usage", "--channel", "Use lower-case letters, digits, dots and dashes",
		             "\"%s\" is no channel name", b->channel_name);
	if (o->expires != NULL && (parse_duration(o->expires, &lasts_ms) < 0 || lasts_ms < 60000))
		return wrong(&b->problem, "usage", "--expires", "Write how long it holds, as in 90d",
		             "\"%s\" is no duration of a minute or more", o->expires);
	b->expires_s = time(NULL) + (int64_t)(lasts_ms / 1000);
	if (o->keys.n != 1)
		return wrong(&b->problem, "usage", "publish", "Name the secret key to sign with: --key FILE",
		             "%zu keys given", o->keys.n);
	return keyfile_read_secret(o->keys.at[0], &b->secret, &b->problem);
}

static int open_folders(struct publishing *b)
{
	const char *packed = b->options->operands[0], *registry = b->options->operands[1];
	int r;

	b->packed = open(packed, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->packed < 0)
		return wrong_errno(&b->problem, errno, packed, "open");
	r = path_make_dirs(registry, 0755);
	if (r < 0)
		return wrong_errno(&b->problem, r, registry, "make");
	b->registry = open(registry, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->registry < 0)
		return wrong_errno(&b->problem, errno, registry, "open");
	return 0;
}

/* The channel's folder, ours alone until we close it. */
static int lock_channel(struct publishing *b)
{
	struct registry_path path = registry_channel_dir(b->source.manifest->name);

	b->channel_dir = folder_make(b->registry, path.text);
	if (b->channel_dir < 0)
		return wrong_errno(&b->problem, b->channel_dir, path.text, "make");
	if (flock(b->channel_dir, LOCK_EX) < 0)
		return wrong_errno(&b->problem, errno, path.text, "lock");
	return 0;
}

/* What is signed again was signed by us before: nobody gets a release in by writing to the registry. */
static int read_channel(struct publishing *b)
{
	struct minisign_trust trust = { .keys = { b->secret.key }, .keys_n = 1, .threshold = 1 };
	int r = published_read(b->channel_dir, b->source.manifest->name, b->channel_name, &trust,
	                       &b->published, &b->problem);

	if (r == -ECANCELED && strcmp(b->problem.code, "signature") == 0)
		problem_remedy(&b->problem, "Make sure of the channel file, then: reeve-bundle sign FILE --key FILE");
	return r == -ENOENT ? 0 : r;
}

/* ---- the next channel ---- */

static int check_release(struct publishing *b, const struct channel_release *old)
{
	const struct manifest *m = b->source.manifest;

	if (old->seq == m->seq && !digest_is_equal(&old->digest, &m->digest)) {
		(void)wrong(&b->problem, "seq", b->channel_name, "Pack it with a higher --seq",
		            "seq %ju is published already, as version %s with other contents", (uintmax_t)m->seq, old->version);
		return -ECANCELED;
	}
	return 0;
}

/* The old releases with this one at its place among them, and the latest that is not blocked. */
static int build_next(struct publishing *b)
{
	const struct manifest *m = b->source.manifest;
	const struct channel_file *old = b->published.channel;
	struct channel_file *next = &b->next;
	struct channel_release this = {
		.seq = m->seq, .digest = m->digest, .size = b->source.len, .min_from_seq = m->min_from_seq,
	};
	uint32_t n = old != NULL ? old->releases_n : 0, i = 0;

	(void)snprintf(this.version, sizeof this.version, "%s", m->version); /* its length was checked */
	if (n == CHANNEL_RELEASES_MAX)
		return wrong(&b->problem, "too-many", b->channel_name, "Begin another channel", "%u releases", n);
	next->releases = calloc(n + 1, sizeof *next->releases);
	if (next->releases == NULL)
		return wrong_errno(&b->problem, ENOMEM, b->channel_name, "read");
	for (; i < n && old->releases[i].seq < m->seq; i++)
		next->releases[next->releases_n++] = old->releases[i];
	if (i < n && check_release(b, &old->releases[i]) < 0)
		return -ECANCELED;
	if (i < n && old->releases[i].seq == m->seq)
		this.blocked = old->releases[i++].blocked;
	next->releases[next->releases_n++] = this;
	for (; i < n; i++)
		next->releases[next->releases_n++] = old->releases[i];
	for (i = 0; i < next->releases_n; i++)
		if (!next->releases[i].blocked)
			next->latest = i;
	next->rev = old != NULL ? old->rev + 1 : 1;
	next->expires_s = b->expires_s;
	(void)snprintf(next->name, sizeof next->name, "%s", m->name); /* checked names, both */
	(void)snprintf(next->channel, sizeof next->channel, "%s", b->channel_name);
	return 0;
}

/* ---- objects ---- */

struct object_sink {
	struct payload_sink sink;
	struct publishing  *publishing;
	int                 dir;
	struct newfile      file;
	bool                is_new;
};

static bool object_is_there(int dir, const char *name, uint64_t size)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       (uint64_t)st.st_size == size;
}

static int begin_object(struct payload_sink *sink, const struct index_entry *e, int *ret_fd,
                        struct problem *p)
{
	struct object_sink *o = container_of(sink, struct object_sink, sink);
	struct registry_path dir = registry_object_dir(&e->digest), name = registry_object_name(&e->digest);
	int r;

	own_fd(&o->dir);
	o->dir = folder_make(o->publishing->registry, dir.text);
	if (o->dir < 0)
		return wrong_errno(p, o->dir, dir.text, "make");
	*ret_fd = -1;
	o->is_new = !object_is_there(o->dir, name.text, e->size);
	if (!o->is_new)
		return 0;
	r = newfile_init(&o->file, o->dir, name.text);
	*ret_fd = o->file.fd;
	return r < 0 ? wrong_errno(p, r, name.text, "make") : 0;
}

static int end_object(struct payload_sink *sink, const struct index_entry *e, struct problem *p)
{
	struct object_sink *o = container_of(sink, struct object_sink, sink);
	int r;

	o->publishing->objects_new += o->is_new;
	o->publishing->objects_old += !o->is_new;
	if (!o->is_new)
		return 0;
	r = newfile_commit(&o->file, 0644);
	newfile_done(&o->file);
	return r < 0 ? wrong_errno(p, r, e->path, "write the object of") : 0;
}

/* The first payload fills the objects; the others are only checked. */
static int put_objects(struct publishing *b)
{
	const struct manifest *m = b->source.manifest;
	struct object_sink o = {
		.sink = { .begin = begin_object, .end = end_object }, .publishing = b, .dir = -1, .file.fd = -1,
	};
	int r = m->payloads_n > 0 ? 0
	        : wrong(&b->problem, "payload", "bundle.json", "Pack it with reeve-bundle pack", "no payload");

	for (uint32_t i = 0; i < m->payloads_n && r == 0; i++)
		r = source_check_payload(b->packed, m, i, i == 0 ? &o.sink : NULL, &b->problem);
	if (o.file.beside[0] != '\0')
		newfile_done(&o.file);
	own_fd(&o.dir);
	return r;
}

/* ---- payloads and manifest ---- */

static int copy(int from, struct newfile *to)
{
	char buf[64 * 1024];
	ssize_t n;
	int r = 0;

	while (r == 0 && (n = read(from, buf, sizeof buf)) != 0)
		r = n < 0 ? -errno : newfile_add(to, buf, (size_t)n);
	return r;
}

static int put_payload(struct publishing *b, int dir, uint32_t i)
{
	const struct manifest *m = b->source.manifest;
	char name[NAME_MAX + 1];
	struct newfile f;
	struct digest digest;
	int r = manifest_payload_name(m, i, name, sizeof name);

	if (r < 0)
		return wrong_errno(&b->problem, r, "bundle.json", "name its payload");

	OWN(fd) int from = path_open_beneath(b->packed, name, O_RDONLY | O_NONBLOCK, 0);

	if (from < 0)
		return wrong_errno(&b->problem, from, name, "open");
	r = newfile_init(&f, dir, name);
	if (r == 0)
		r = copy(from, &f);
	if (r < 0) {
		r = wrong_errno(&b->problem, r, name, "copy");
	} else {
		newfile_digest(&f, &digest);
		if (!digest_is_equal(&digest, &m->payloads[i].digest))
			r = wrong(&b->problem, "payload", name, "Publish again", "it changed while it was published");
		else if (newfile_commit(&f, 0644) < 0)
			r = wrong_errno(&b->problem, EIO, name, "write");
	}
	newfile_done(&f);
	return r;
}

static int put_bundle(struct publishing *b)
{
	struct registry_path path = registry_bundle_dir(b->source.manifest->name, &b->source.manifest->digest);
	OWN(fd) int dir = folder_make(b->registry, path.text);
	int r = dir < 0 ? wrong_errno(&b->problem, dir, path.text, "make") : 0;

	for (uint32_t i = 0; i < b->source.manifest->payloads_n && r == 0; i++)
		r = put_payload(b, dir, i);
	if (r == 0 && io_replace_file(dir, "bundle.json", b->source.text, b->source.len, 0644) < 0)
		r = wrong_errno(&b->problem, EIO, path.text, "write");
	return r;
}

/* ---- channel ---- */

/*
 * Between any two of these three steps one of the two signature files fits the channel that is there,
 * so a crash leaves a channel that whoever reads both accepts.
 */
static int put_channel(struct publishing *b)
{
	char file[NAME_PART_MAX + sizeof ".json"], own[NAME_MAX + 1], first[NAME_MAX + 1];
	struct signing s = { .secret = &b->secret, .dir = b->channel_dir, .name = file };
	OWN(mem) char *text = NULL;
	int r = channel_file_build(&b->next, &text, &s.len);

	if (r < 0)
		return wrong_errno(&b->problem, r, b->channel_name, "write");
	(void)snprintf(file, sizeof file, "%s.json", b->channel_name); /* a name part; so all three fit */
	(void)snprintf(own, sizeof own, "%s.%s.minisig", file, minisign_key_id(b->secret.key.id).text);
	(void)snprintf(first, sizeof first, "%s.minisig", file);
	s.data = text;
	s.signature = own;
	r = keyfile_sign(&s, &b->problem);
	if (r == 0) {
		r = io_replace_file(b->channel_dir, file, text, s.len, 0644);
		if (r < 0)
			r = wrong_errno(&b->problem, r, file, "write");
	}
	s.signature = first;
	return r < 0 ? r : keyfile_sign(&s, &b->problem);
}

static int publish(struct publishing *b)
{
	static int (*const steps[])(struct publishing *) = {
		take_options, open_folders, NULL, lock_channel, read_channel, build_next, put_objects, put_bundle,
		put_channel,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(steps) && r == 0; i++)
		r = steps[i] != NULL ? steps[i](b) : source_read(b->packed, NULL, NULL, &b->source, &b->problem);
	return r;
}

static void tell(const struct publishing *b, struct say *s)
{
	const struct manifest *m = b->source.manifest;
	struct digest_hex hex = digest_to_hex(&m->digest);

	say_line(s, "published", "%s %s (seq %ju) in channel %s", m->name, m->version, (uintmax_t)m->seq,
	         b->channel_name);
	say_line(s, "objects", "%ju new, %ju there already", (uintmax_t)b->objects_new, (uintmax_t)b->objects_old);
	say_line(s, "channel", "revision %ju, latest %s, expires %s", (uintmax_t)b->next.rev,
	         b->next.releases[b->next.latest].version, date_format(b->next.expires_s).text);
	say_line(s, "digest", "sha256:%s", hex.text);
	say_text(s, "name", m->name);
	say_text(s, "version", m->version);
	say_number(s, "seq", m->seq);
	say_text(s, "channel", b->channel_name);
	say_number(s, "rev", b->next.rev);
	say_text(s, "expires", date_format(b->next.expires_s).text);
	say_text(s, "digest", hex.text);
	say_number(s, "objects_new", b->objects_new);
}

static void run(const struct options *o, struct say *s)
{
	struct publishing b = { .options = o, .packed = -1, .registry = -1, .channel_dir = -1 };

	if (publish(&b) < 0)
		say_problem(s, &b.problem);
	else
		tell(&b, s);
	minisign_secret_clear(&b.secret);
	free(b.next.releases);
	published_done(&b.published);
	source_done(&b.source);
	own_fd(&b.channel_dir);
	own_fd(&b.registry);
	own_fd(&b.packed);
}

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "channel", 'c', OPTION_TEXT, AT(channel), "NAME", "the channel; default stable" },
	{ "key",     'k', OPTION_LIST, AT(keys), "FILE", "the secret key to sign with" },
	{ "expires", 0,   OPTION_TEXT, AT(expires), "TIME", "how long hosts may trust the channel; default 90d" },
	{ .name = NULL },
};

const struct command command_publish = {
	.name = "publish", .operands = "PACKED REGISTRY", .operands_n = 2,
	.summary = "put a packed bundle into a registry, and sign its channel",
	.example = "reeve-bundle publish packed/ /srv/registry --channel stable --key main.key",
	.rows = rows, .run = run,
};

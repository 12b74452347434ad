#include "bundle/channel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "base/text.h"
#include "bundle/date.h"
#include "bundle/document.h"

static void own_channel_file(struct channel_file **c)
{
	channel_file_free(*c);
}

struct raw_channel {
	const char   *type, *name, *channel, *expires;
	uint64_t      rev;
	struct digest latest;
};

#define AT(member) offsetof(struct raw_channel, member)

static const struct field channel_fields[] = {
	{ "_type",   FIELD_TEXT,   true, AT(type), 64 },
	{ "name",    FIELD_TEXT,   true, AT(name), NAME_PATH_MAX },
	{ "channel", FIELD_TEXT,   true, AT(channel), NAME_PART_MAX },
	{ "rev",     FIELD_U64,    true, AT(rev), INT64_MAX },
	{ "expires", FIELD_TEXT,   true, AT(expires), DATE_TEXT_LEN },
	{ "latest",  FIELD_DIGEST, true, AT(latest), 0 },
	{ .key = NULL },
};

#undef AT

struct raw_release {
	const char   *version;
	uint64_t      seq, size, min_from_seq;
	struct digest digest;
};

#define AT(member) offsetof(struct raw_release, member)

static const struct field release_fields[] = {
	{ "version",      FIELD_TEXT,   true,  AT(version), MANIFEST_VERSION_MAX },
	{ "seq",          FIELD_U64,    true,  AT(seq), INT64_MAX },
	{ "digest",       FIELD_DIGEST, true,  AT(digest), 0 },
	{ "size",         FIELD_U64,    true,  AT(size), MANIFEST_BYTES_MAX },
	{ "min_from_seq", FIELD_U64,    false, AT(min_from_seq), INT64_MAX },
	{ .key = NULL },
};

#undef AT

static bool read_release(struct document *d, struct channel_file *c, const json_t *element)
{
	struct channel_release *to = &c->releases[c->releases_n];
	struct raw_release raw = { .version = "" };

	if (!document_fields(d, element, "releases", release_fields, &raw))
		return false;
	if (raw.seq == 0 || (c->releases_n > 0 && to[-1].seq >= raw.seq))
		return document_refuse(d, "seq", "releases", "seq %ju does not rise", (uintmax_t)raw.seq);
	if (raw.min_from_seq >= raw.seq)
		return document_refuse(d, "seq", "releases", "min_from_seq of seq %ju is not below it",
		                       (uintmax_t)raw.seq);
	if (channel_file_find(c, &raw.digest) != NULL)
		return document_refuse(d, "digest-twice", "releases", "one digest under two seqs");
	*to = (struct channel_release){
		.seq = raw.seq, .digest = raw.digest, .size = raw.size, .min_from_seq = raw.min_from_seq,
	};
	(void)snprintf(to->version, sizeof to->version, "%s", raw.version); /* its length was checked */
	c->releases_n++;
	return true;
}

static bool read_releases(struct document *d, struct channel_file *c)
{
	json_t *releases, *element;
	size_t i;

	if (!document_optional(d, d->root, "releases", JSON_ARRAY, &releases))
		return false;
	if (json_array_size(releases) == 0 || json_array_size(releases) > CHANNEL_RELEASES_MAX)
		return document_refuse(d, "json-type", "releases", "not an array of 1 to %d releases",
		                       CHANNEL_RELEASES_MAX);
	c->releases = calloc(json_array_size(releases), sizeof *c->releases);
	if (c->releases == NULL)
		return document_refuse(d, "no-memory", "releases", "%s", strerror(ENOMEM));
	json_array_foreach(releases, i, element)
		if (!read_release(d, c, element))
			return false;
	return true;
}

static struct channel_release *find(const struct channel_file *c, const struct digest *digest)
{
	for (uint32_t i = 0; i < c->releases_n; i++)
		if (digest_is_equal(&c->releases[i].digest, digest))
			return &c->releases[i];
	return NULL;
}

static bool read_blocked(struct document *d, struct channel_file *c)
{
	json_t *blocked, *element;
	size_t i;

	if (!document_optional(d, d->root, "blocked", JSON_ARRAY, &blocked))
		return false;
	json_array_foreach(blocked, i, element) {
		struct channel_release *release;
		struct digest digest;

		if (!json_is_string(element) || digest_from_text(json_string_value(element), &digest) < 0)
			return document_refuse(d, "json-type", "blocked", "element %zu is no digest", i);
		release = find(c, &digest);
		if (release != NULL) /* a release that was taken out again may stay blocked */
			release->blocked = true;
	}
	return true;
}

static bool read_latest(struct document *d, struct channel_file *c, const struct digest *latest)
{
	const struct channel_release *release = find(c, latest);

	if (release == NULL || release->blocked)
		return document_refuse(d, "latest", "latest", "%s",
		                       release == NULL ? "not one of the releases" : "a blocked release");
	c->latest = (uint32_t)(release - c->releases);
	return true;
}

static bool read_names(struct document *d, struct channel_file *c, const struct raw_channel *raw)
{
	if (strcmp(raw->type, "reeve-channel") != 0)
		return document_refuse(d, "type", "_type", "a file of type \"%s\"", raw->type);
	if (strcmp(raw->name, c->name) != 0 || strcmp(raw->channel, c->channel) != 0) {
		(void)document_refuse(d, "name", "", "channel %s of bundle %s", raw->channel, raw->name);
		problem_expect(d->problem, "channel %s of bundle %s", c->channel, c->name);
		return false;
	}
	if (date_parse(raw->expires, &c->expires_s) < 0)
		return document_refuse(d, "date", "expires", "\"%s\" is no date like 2026-01-31T12:00:00Z",
		                       raw->expires);
	if (raw->rev == 0)
		return document_refuse(d, "rev", "rev", "0, and the first is 1");
	c->rev = raw->rev;
	return true;
}

static bool read_all(struct document *d, struct channel_file *c)
{
	struct raw_channel raw = { .type = "" };

	return document_fields(d, d->root, "", channel_fields, &raw) && read_names(d, c, &raw) &&
	       read_releases(d, c) && read_blocked(d, c) && read_latest(d, c, &raw.latest);
}

int channel_file_parse(const char *data, size_t len, const char *name, const char *channel,
                       struct channel_file **ret, struct problem *ret_problem)
{
	char file[NAME_PART_MAX + sizeof ".json"];
	struct document d = { .file = file, .problem = ret_problem };
	OWN(channel_file) struct channel_file *c = calloc(1, sizeof *c);
	bool good;

	if (c == NULL)
		return -ENOMEM;
	(void)snprintf(file, sizeof file, "%s.json", channel); /* cutting is what is wanted */
	if (text_copy(c->name, sizeof c->name, name) < 0 ||
	    text_copy(c->channel, sizeof c->channel, channel) < 0)
		return -EINVAL;
	if (len > CHANNEL_BYTES_MAX) {
		(void)document_refuse(&d, "too-big", "", "%zu bytes, and %d is the most", len, CHANNEL_BYTES_MAX);
		return -EBADMSG;
	}
	if (!document_open(&d, data, len))
		return -EBADMSG;
	good = read_all(&d, c);
	document_close(&d);
	if (!good)
		return -EBADMSG;
	*ret = take_ptr(c);
	return 0;
}

void channel_file_free(struct channel_file *c)
{
	if (c == NULL)
		return;
	free(c->releases);
	free(c);
}

const struct channel_release *channel_file_find(const struct channel_file *c, const struct digest *digest)
{
	return find(c, digest);
}

static json_t *digest_to_json(const struct digest *d)
{
	return json_sprintf("sha256:%s", digest_to_hex(d).text);
}

static json_t *release_to_json(const struct channel_release *r)
{
	return json_pack("{s:s, s:I, s:o, s:I, s:I}", "version", r->version, "seq", (json_int_t)r->seq,
	                 "digest", digest_to_json(&r->digest), "size", (json_int_t)r->size,
	                 "min_from_seq", (json_int_t)r->min_from_seq);
}

int channel_file_build(const struct channel_file *c, char **ret_data, size_t *ret_len)
{
	json_t *releases = json_array(), *blocked = json_array(), *root;
	char *text;

	for (uint32_t i = 0; i < c->releases_n; i++) {
		(void)json_array_append_new(releases, release_to_json(&c->releases[i])); /* counted below */
		if (c->releases[i].blocked)
			(void)json_array_append_new(blocked, digest_to_json(&c->releases[i].digest));
	}
	if (json_array_size(releases) != c->releases_n) {
		json_decref(releases);
		json_decref(blocked);
		return -ENOMEM;
	}
	root = json_pack("{s:s, s:s, s:s, s:I, s:s, s:o, s:o, s:o}", "_type", "reeve-channel",
	                 "name", c->name, "channel", c->channel, "rev", (json_int_t)c->rev,
	                 "expires", date_format(c->expires_s).text, "releases", releases,
	                 "latest", digest_to_json(&c->releases[c->latest].digest), "blocked", blocked);
	text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	if (text == NULL)
		return -ENOMEM;
	*ret_len = strlen(text);
	*ret_data = text;
	return 0;
}

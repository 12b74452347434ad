#include "bundle/manifest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/own.h"
#include "base/parse.h"
#include "base/path.h"
#include "bundle/date.h"
#include "bundle/document.h"
#include "bundle/hash.h"
#include "bundle/manifest_parts.h"

enum { STATES_MAX = 256 };

static const char remedy_name[] = "Ask the registry for this name, or publish the bundle under it";

static const struct {
	const char *name, *suffix;
} media[PAYLOAD_MEDIA_COUNT] = {
	[PAYLOAD_TAR_GZIP] = { "application/vnd.reeve.bundle.payload.v1.tar+gzip", "tar.gz" },
	[PAYLOAD_TAR_ZSTD] = { "application/vnd.reeve.bundle.payload.v1.tar+zstd", "tar.zst" },
	[PAYLOAD_OTHER]    = { "", "" },
};

const char *payload_media_name(enum payload_media m)
{
	return media[m].name;
}

const char *payload_media_suffix(enum payload_media m)
{
	return media[m].suffix;
}

int manifest_payload_name(const struct manifest *m, uint32_t i, char *buf, size_t max)
{
	const char *suffix = payload_media_suffix(m->payloads[i].media);

	if (suffix[0] == '\0')
		return -ENOTSUP;
	return snprintf(buf, max, "payload.%s.%s", m->platform, suffix) < (int)max ? 0 : -ENAMETOOLONG;
}

/* ---- what it is ---- */

struct raw_head {
	const char *type, *name, *version, *released;
	uint64_t    schema, seq, min_from_seq;
	bool        critical;
};

#define AT(member) offsetof(struct raw_head, member)

static const struct field head_fields[] = {
	{ "_type",        FIELD_TEXT, true,  AT(type), 64 },
	{ "schema",       FIELD_U64,  true,  AT(schema), UINT32_MAX },
	{ "name",         FIELD_TEXT, true,  AT(name), NAME_PATH_MAX },
	{ "version",      FIELD_TEXT, true,  AT(version), MANIFEST_VERSION_MAX },
	{ "seq",          FIELD_U64,  true,  AT(seq), INT64_MAX },
	{ "released",     FIELD_TEXT, false, AT(released), DATE_TEXT_LEN },
	{ "min_from_seq", FIELD_U64,  false, AT(min_from_seq), INT64_MAX },
	{ "critical",     FIELD_BOOL, false, AT(critical), 0 },
	{ .key = NULL },
};

#undef AT

static bool check_name(struct document *d, const struct manifest *m, const char *want_name)
{
	if (!name_is_path(m->name))
		return document_refuse(d, "name", "name", "\"%s\" is no bundle name", m->name);
	if (want_name != NULL && strcmp(m->name, want_name) != 0) {
		(void)document_refuse(d, "name", "name", "bundle %s", m->name);
		problem_expect(d->problem, "%s", want_name);
		problem_remedy(d->problem, "%s", remedy_name);
		return false;
	}
	return true;
}

static bool read_head(struct document *d, struct manifest *m, const char *want_name)
{
	struct raw_head raw = { .released = "" };
	int64_t when;

	if (!document_fields(d, d->root, "", head_fields, &raw))
		return false;
	if (strcmp(raw.type, "reeve-bundle") != 0)
		return document_refuse(d, "type", "_type", "a file of type \"%s\"", raw.type);
	if (raw.schema != MANIFEST_SCHEMA) {
		(void)document_refuse(d, "gate-schema", "schema", "schema %ju", (uintmax_t)raw.schema);
		problem_expect(d->problem, "schema %d", MANIFEST_SCHEMA);
		problem_remedy(d->problem, "Upgrade reeve, or use a version of the bundle made for it");
		return false;
	}
	if (raw.seq == 0)
		return document_refuse(d, "seq", "seq", "0, and the first is 1");
	if (raw.min_from_seq >= raw.seq)
		return document_refuse(d, "seq", "min_from_seq", "not below seq");
	if (raw.released[0] != '\0' && date_parse(raw.released, &when) < 0)
		return document_refuse(d, "date", "released", "\"%s\" is no date like 2026-01-31T12:00:00Z",
		                       raw.released);
	m->name = raw.name;
	m->version = raw.version;
	m->released = raw.released;
	m->schema = (uint32_t)raw.schema;
	m->seq = raw.seq;
	m->min_from_seq = raw.min_from_seq;
	m->critical = raw.critical;
	return check_name(d, m, want_name);
}

/* ---- what it runs on ---- */

struct raw_platform {
	const char *os, *arch, *libc;
};

#define AT(member) offsetof(struct raw_platform, member)

static const struct field platform_fields[] = {
	{ "os",   FIELD_TEXT, true,  AT(os), 16 },
	{ "arch", FIELD_TEXT, true,  AT(arch), 16 },
	{ "libc", FIELD_TEXT, false, AT(libc), 16 },
	{ "cpu",  FIELD_ANY,  false, 0, 0 },
	{ .key = NULL },
};

#undef AT

static bool is_word(const char *s)
{
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_.")] == '\0';
}

static bool read_platform(struct document *d, struct manifest *m)
{
	struct raw_platform raw = { .libc = "any" };
	json_t *platform;

	(void)snprintf(m->platform, sizeof m->platform, "any"); /* fits */
	if (!document_optional(d, d->root, "platform", JSON_OBJECT, &platform))
		return false;
	if (platform == NULL)
		return true;
	if (!document_fields(d, platform, "platform", platform_fields, &raw))
		return false;
	if (json_array_size(json_object_get(platform, "cpu")) > 0)
		return document_refuse(d, "gate-platform", "platform", "processor features, which nobody checks yet");
	if (!is_word(raw.os) || !is_word(raw.arch) || !is_word(raw.libc))
		return document_refuse(d, "json-type", "platform", "a part that is no word");
	if (strcmp(raw.os, "any") == 0 && strcmp(raw.arch, "any") == 0 && strcmp(raw.libc, "any") == 0)
		return true;
	(void)snprintf(m->platform, sizeof m->platform, "%s-%s%s%s", raw.os, raw.arch,
	               strcmp(raw.libc, "any") == 0 ? "" : "-",
	               strcmp(raw.libc, "any") == 0 ? "" : raw.libc); /* 3 * 16 fits */
	return true;
}

/* ---- state and payloads ---- */

struct raw_state {
	const char *path, *mode;
};

static const struct field state_fields[] = {
	{ "path", FIELD_TEXT, true,  offsetof(struct raw_state, path), 1024 },
	{ "mode", FIELD_TEXT, false, offsetof(struct raw_state, mode), 5 },
	{ .key = NULL },
};

static bool read_states(struct document *d, struct manifest *m)
{
	json_t *states, *element;
	size_t i;

	if (!document_optional(d, d->root, "state", JSON_ARRAY, &states))
		return false;
	if (states == NULL)
		return true;
	if (json_array_size(states) > STATES_MAX)
		return document_refuse(d, "too-many", "state", "more than %d", STATES_MAX);
	m->states = calloc(json_array_size(states) + 1, sizeof *m->states);
	if (m->states == NULL)
		return document_refuse(d, "no-memory", "state", "%s", strerror(ENOMEM));
	json_array_foreach(states, i, element) {
		struct raw_state raw = { .mode = "0750" };
		struct index_state *s = &m->states[m->states_n];

		if (!document_fields(d, element, "state", state_fields, &raw))
			return false;
		if (!path_is_plain(raw.path))
			return document_refuse(d, "path-unsafe", raw.path, "not a plain relative path");
		if (parse_mode(raw.mode, &s->mode) < 0 || s->mode > 0777)
			return document_refuse(d, "json-type", raw.path, "mode \"%s\"", raw.mode);
		s->path = raw.path;
		m->states_n++;
	}
	return true;
}

struct raw_payload {
	const char   *media;
	struct digest digest;
	uint64_t      size, unpacked, entries;
};

#define AT(member) offsetof(struct raw_payload, member)

static const struct field payload_fields[] = {
	{ "media", FIELD_TEXT,   true, AT(media), 128 },
	{ "h",     FIELD_DIGEST, true, AT(digest), 0 },
	{ "s",     FIELD_U64,    true, AT(size), 1ull << 53 },
	{ "u",     FIELD_U64,    true, AT(unpacked), 1ull << 53 },
	{ "n",     FIELD_U64,    true, AT(entries), INDEX_ENTRIES_MAX },
	{ .key = NULL },
};

#undef AT

static enum payload_media media_of(const char *name)
{
	for (size_t i = 0; i < PAYLOAD_OTHER; i++)
		if (strcmp(media[i].name, name) == 0)
			return (enum payload_media)i;
	return PAYLOAD_OTHER;
}

static bool read_payload(struct document *d, struct manifest *m, const json_t *element)
{
	struct raw_payload raw = { .media = "" };

	if (!document_fields(d, element, "payloads", payload_fields, &raw))
		return false;
	if (raw.unpacked != m->files_bytes || raw.entries != m->files_n)
		return document_refuse(d, "payload", "payloads", "%ju bytes in %ju entries, and files say %ju in %u",
		                       (uintmax_t)raw.unpacked, (uintmax_t)raw.entries,
		                       (uintmax_t)m->files_bytes, m->files_n);
	m->payloads[m->payloads_n++] = (struct manifest_payload){
		.media = media_of(raw.media), .digest = raw.digest, .size = raw.size,
		.unpacked = raw.unpacked, .entries = (uint32_t)raw.entries,
	};
	return true;
}

static bool read_payloads(struct document *d, struct manifest *m)
{
	json_t *payloads, *element;
	size_t i;

	if (!document_optional(d, d->root, "payloads", JSON_ARRAY, &payloads))
		return false;
	if (payloads == NULL)
		return true;
	if (json_array_size(payloads) > MANIFEST_PAYLOADS_MAX)
		return document_refuse(d, "too-many", "payloads", "more than %d", MANIFEST_PAYLOADS_MAX);
	json_array_foreach(payloads, i, element)
		if (!read_payload(d, m, element))
			return false;
	return true;
}

/* ---- the whole ---- */

static bool read_all(struct document *d, struct manifest *m, const char *want_name)
{
	return read_head(d, m, want_name) && read_platform(d, m) && manifest_read_needs(d, m) &&
	       read_states(d, m) && manifest_read_files(d, m) && read_payloads(d, m);
}

int manifest_parse(const char *data, size_t len, const char *want_name, struct manifest **ret,
                   struct problem *ret_problem)
{
	struct document d = { .file = "bundle.json", .problem = ret_problem };
	struct manifest *m;

	if (len > MANIFEST_BYTES_MAX) {
		(void)document_refuse(&d, "too-big", "", "%zu bytes, and %d is the most", len, MANIFEST_BYTES_MAX);
		return -EBADMSG;
	}
	if (!document_open(&d, data, len))
		return -EBADMSG;
	m = calloc(1, sizeof *m);
	if (m == NULL) {
		document_close(&d);
		return -ENOMEM;
	}
	m->json = d.root;
	hash_bytes(data, len, &m->digest);
	if (!read_all(&d, m, want_name)) {
		manifest_free(m);
		return -EBADMSG;
	}
	*ret = m;
	return 0;
}

void manifest_free(struct manifest *m)
{
	if (m == NULL)
		return;
	json_decref(m->json);
	for (size_t i = 0; i < INDEX_LIST_COUNT; i++)
		free(m->lists[i]);
	free(m->requires);
	free(m->states);
	free(m->files);
	free(m);
}

/*
 * inspect: what a packed bundle or a registry says of itself. It trusts and verifies nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "bundle/date.h"
#include "publish/command.h"
#include "publish/source.h"
#include "publish/walk.h"
#include "publish/wrong.h"

static const char *const list_names[INDEX_LIST_COUNT] = {
	[INDEX_ENV_REQUIRED]   = "environment",   [INDEX_NEEDS_COMMANDS] = "commands",
	[INDEX_NEEDS_FILES]    = "host_files",    [INDEX_NEEDS_USERS]    = "users",
	[INDEX_NEEDS_GROUPS]   = "groups",        [INDEX_NEEDS_PORTS]    = "ports",
	[INDEX_HOST_REQUIRES]  = "capabilities",
};

static void tell_lists(const struct manifest *m, struct say *s)
{
	for (size_t list = 0; list < INDEX_LIST_COUNT; list++) {
		json_t *array = json_array();

		for (uint32_t i = 0; i < m->lists_n[list]; i++) {
			say_line(s, i == 0 ? list_names[list] : "", "%s", m->lists[list][i]);
			(void)json_array_append_new(array, json_string(m->lists[list][i])); /* out of memory: missing */
		}
		say_value(s, list_names[list], array);
	}
}

static void tell_files(const struct manifest *m, struct say *s)
{
	static const char kinds[] = { [ENTRY_FILE] = 'f', [ENTRY_EXECUTABLE] = 'x', [ENTRY_FOLDER] = 'd',
	                              [ENTRY_LINK] = 'l' };

	for (uint32_t i = 0; i < m->files_n; i++)
		say_line(s, "", "%c %12ju %s%s%s", kinds[m->files[i].type], (uintmax_t)m->files[i].size,
		         m->files[i].path, m->files[i].target != NULL ? " -> " : "",
		         m->files[i].target != NULL ? m->files[i].target : "");
	say_value(s, "file_list", json_incref(json_object_get(m->json, "files")));
}

static void tell_bundle(const struct source *b, const struct options *o, struct say *s)
{
	const struct manifest *m = b->manifest;
	struct digest_hex hex = digest_to_hex(&m->digest);

	say_line(s, "bundle", "%s %s (seq %ju) for %s", m->name, m->version, (uintmax_t)m->seq, m->platform);
	say_line(s, "digest", "sha256:%s", hex.text);
	say_line(s, "files", "%u, %ju bytes", m->files_n, (uintmax_t)m->files_bytes);
	for (uint32_t i = 0; i < m->payloads_n; i++)
		say_line(s, "payload", "%s, %ju bytes", payload_media_suffix(m->payloads[i].media),
		         (uintmax_t)m->payloads[i].size);
	for (uint32_t i = 0; i < m->states_n; i++)
		say_line(s, "state", "%s, mode %04o", m->states[i].path, m->states[i].mode);
	say_text(s, "name", m->name);
	say_text(s, "version", m->version);
	say_number(s, "seq", m->seq);
	say_text(s, "platform", m->platform);
	say_text(s, "digest", hex.text);
	say_number(s, "files", m->files_n);
	say_number(s, "bytes", m->files_bytes);
	tell_lists(m, s);
	if (o->files)
		tell_files(m, s);
}

static json_t *releases_to_json(const struct channel_file *c)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < c->releases_n; i++)
		(void)json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:b}", /* out of memory: missing */
			"version", c->releases[i].version, "seq", (json_int_t)c->releases[i].seq,
			"digest", digest_to_hex(&c->releases[i].digest).text, "blocked", c->releases[i].blocked));
	return list;
}

struct listing {
	struct say *say;
	json_t     *channels;
};

static void tell_channel(void *arg, int dir, const char *name, const char *channel)
{
	struct listing *l = arg;
	struct published b = { .channel = NULL };
	struct problem p;
	int r = published_read(dir, name, channel, NULL, &b, &p);

	if (r < 0) {
		if (r == -ECANCELED)
			say_problem(l->say, &p);
		return;
	}
	say_line(l->say, "channel", "%s %s: revision %ju, expires %s", name, channel, (uintmax_t)b.channel->rev,
	         date_format(b.channel->expires_s).text);
	for (uint32_t i = 0; i < b.channel->releases_n; i++)
		say_line(l->say, "", "%s (seq %ju)%s%s", b.channel->releases[i].version,
		         (uintmax_t)b.channel->releases[i].seq, i == b.channel->latest ? " latest" : "",
		         b.channel->releases[i].blocked ? " blocked" : "");
	(void)json_array_append_new(l->channels, json_pack("{s:s, s:s, s:I, s:s, s:o}", /* as above */
		"name", name, "channel", channel, "rev", (json_int_t)b.channel->rev,
		"expires", date_format(b.channel->expires_s).text, "releases", releases_to_json(b.channel)));
	published_done(&b);
}

static void run(const struct options *o, struct say *s)
{
	OWN(fd) int dir = open(o->operands[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct source b = { .manifest = NULL };
	struct problem p;

	if (dir < 0) {
		(void)wrong_errno(&p, errno, o->operands[0], "open");
		say_problem(s, &p);
	} else if (walk_is_registry(dir)) {
		struct listing l = { .say = s, .channels = json_array() };

		if (walk_channels(dir, tell_channel, &l, &p) < 0)
			say_problem(s, &p);
		say_value(s, "channels", l.channels);
	} else if (source_read(dir, NULL, NULL, &b, &p) < 0) {
		say_problem(s, &p);
	} else {
		tell_bundle(&b, o, s);
		source_done(&b);
	}
}

static const struct option_row rows[] = {
	{ "files", 0, OPTION_FLAG, offsetof(struct options, files), NULL, "list the files too" },
	{ .name = NULL },
};

const struct command command_inspect = {
	.name = "inspect", .operands = "PACKED|REGISTRY", .operands_n = 1,
	.summary = "show what a packed bundle or a registry holds",
	.example = "reeve-bundle inspect packed/ --files",
	.rows = rows, .run = run,
};

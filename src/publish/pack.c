/*
 * pack: a folder becomes bundle.json and its payloads, side by side in a folder of their own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "publish/command.h"
#include "publish/draft.h"
#include "publish/newfile.h"
#include "publish/payload.h"
#include "publish/scan.h"
#include "publish/wrong.h"

struct packing {
	const struct options *options;
	struct scan           scan;
	struct draft_parts    parts;
	struct source         made;      /* what became of them */
	int                   out;
	struct problem        problem;
};

static int open_out(struct packing *k)
{
	const char *path = k->options->output;
	int r = path_make_dirs(path, 0755);

	if (r < 0)
		return wrong_errno(&k->problem, r, path, "make");
	k->out = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (k->out < 0)
		return wrong_errno(&k->problem, errno, path, "open");
	if (faccessat(k->out, "bundle.json", F_OK, 0) == 0)
		return wrong_errno(&k->problem, EEXIST, path, "pack over another bundle");
	return 0;
}

static int write_payload(struct packing *k, enum payload_media media)
{
	struct draft_payload *payload = &k->parts.payloads[k->parts.payloads_n];
	char name[MANIFEST_PLATFORM_MAX + 32];
	struct newfile f;
	int r;

	(void)snprintf(name, sizeof name, "payload.%s.%s", k->made.manifest->platform,
	               payload_media_suffix(media)); /* the platform's length was checked */
	r = newfile_init(&f, k->out, name);
	if (r < 0)
		return wrong_errno(&k->problem, r, name, "make");
	r = payload_write(&k->scan, media, &f, &k->problem);
	if (r == 0) {
		*payload = (struct draft_payload){ .media = media, .size = f.size };
		newfile_digest(&f, &payload->digest);
		k->parts.payloads_n++;
		r = newfile_commit(&f, 0644);
		if (r < 0)
			r = wrong_errno(&k->problem, r, name, "write");
	}
	newfile_done(&f);
	return r;
}

static int build(struct packing *k)
{
	struct source made;
	int r = draft_build(&k->parts, &made, &k->problem);

	if (r < 0)
		return r;
	source_done(&k->made);
	k->made = made;
	return 0;
}

static int write_manifest(struct packing *k)
{
	struct newfile f;
	int r = newfile_init(&f, k->out, "bundle.json");

	if (r == 0)
		r = newfile_add(&f, k->made.text, k->made.len);
	if (r == 0)
		r = newfile_commit(&f, 0644);
	newfile_done(&f);
	return r < 0 ? wrong_errno(&k->problem, r, "bundle.json", "write") : 0;
}

/* Built once before anything is written, so that a mistake costs nothing, and once with the payloads. */
static int pack(struct packing *k)
{
	int r = scan_folder(k->options->operands[0], &k->scan, &k->problem);

	if (r == 0)
		r = build(k);
	if (r == 0)
		r = open_out(k);
	for (size_t media = 0; media < PAYLOAD_OTHER && r == 0; media++)
		if (payload_can_write((enum payload_media)media))
			r = write_payload(k, (enum payload_media)media);
	if (r == 0)
		r = build(k);
	return r < 0 ? r : write_manifest(k);
}

static void tell(const struct packing *k, struct say *s)
{
	const struct manifest *m = k->made.manifest;
	struct digest_hex hex = digest_to_hex(&m->digest);

	say_line(s, "packed", "%s %s (seq %ju) for %s", m->name, m->version, (uintmax_t)m->seq, m->platform);
	say_line(s, "files", "%u, %ju bytes", m->files_n, (uintmax_t)m->files_bytes);
	for (size_t i = 0; i < k->parts.payloads_n; i++)
		say_line(s, "payload", "%s, %ju bytes", payload_media_suffix(k->parts.payloads[i].media),
		         (uintmax_t)k->parts.payloads[i].size);
	say_line(s, "digest", "sha256:%s", hex.text);
	say_text(s, "name", m->name);
	say_text(s, "version", m->version);
	say_number(s, "seq", m->seq);
	say_text(s, "platform", m->platform);
	say_number(s, "files", m->files_n);
	say_number(s, "bytes", m->files_bytes);
	say_text(s, "digest", hex.text);
}

static void run(const struct options *o, struct say *s)
{
	struct packing k = { .options = o, .scan.dir = -1, .out = -1 };

	k.parts = (struct draft_parts){ .options = o, .scan = &k.scan };
	if (o->output == NULL) {
		(void)wrong(&k.problem, "usage", "pack", "Say where the packed bundle goes: -o FOLDER", "no --output");
		say_problem(s, &k.problem);
		return;
	}
	if (pack(&k) < 0)
		say_problem(s, &k.problem);
	else
		tell(&k, s);
	own_fd(&k.out);
	source_done(&k.made);
	scan_done(&k.scan);
}

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "name",         0,   OPTION_TEXT, AT(name), "NAME", "the bundle's name, as in acme/mail" },
	{ "version",      0,   OPTION_TEXT, AT(version), "TEXT", "what people call this version" },
	{ "seq",          0,   OPTION_TEXT, AT(seq), "N", "what orders versions: higher is newer" },
	{ "platform",     0,   OPTION_TEXT, AT(platform), "P", "os-arch-libc, or any; default: by the files" },
	{ "entry",        0,   OPTION_LIST, AT(entries), "ID=COMMAND", "a way to start it; may be repeated" },
	{ "require-env",  0,   OPTION_LIST, AT(require_env), "KEY", "environment it cannot do without; may be repeated" },
	{ "need-command", 0,   OPTION_LIST, AT(need_commands), "COMMAND", "a command of the host that it needs; may be repeated" },
	{ "state",        0,   OPTION_LIST, AT(states), "PATH:MODE", "a folder it writes to; may be repeated" },
	{ "meta",         0,   OPTION_TEXT, AT(meta), "FILE", "JSON object with more keys for bundle.json" },
	{ "output",       'o', OPTION_TEXT, AT(output), "FOLDER", "where bundle.json and payloads go" },
	{ .name = NULL },
};

const struct command command_pack = {
	.name = "pack", .operands = "FOLDER", .operands_n = 1,
	.summary = "make a bundle out of a folder",
	.example = "reeve-bundle pack build/ --name acme/mail --version 1.4.2 --seq 42 -o packed/",
	.rows = rows, .run = run,
};

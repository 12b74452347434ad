/*
 * sign: one more signature of a file, beside it. The second and third of k publishers use it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/own.h"
#include "publish/command.h"
#include "publish/keyfile.h"
#include "publish/wrong.h"

enum { SIGNED_MAX = 64 << 20 };

/* Whether FILE.minisig is this key's to write: nobody's, or its own from before. */
static bool may_be_first(const struct signing *s, const char *first)
{
	OWN(mem) char *text = NULL;
	struct minisign_signature old;
	size_t len;

	return io_read_file(s->dir, first, MINISIGN_FILE_MAX, &text, &len) < 0 ||
	       minisign_signature_parse(text, len, &old) < 0 ||
	       memcmp(old.id, s->secret->key.id, sizeof old.id) == 0;
}

/* Into FILE.KEYID.minisig, and into FILE.minisig when no other key has signed there. */
static int sign_beside(struct signing *s, struct problem *p)
{
	char own[NAME_MAX + 1], first[NAME_MAX + 1];
	int r;

	if (snprintf(own, sizeof own, "%s.%s.minisig", s->name, minisign_key_id(s->secret->key.id).text) >=
	    (int)sizeof own)
		return wrong_errno(p, ENAMETOOLONG, s->name, "sign");
	(void)snprintf(first, sizeof first, "%s.minisig", s->name); /* shorter */
	s->signature = own;
	r = keyfile_sign(s, p);
	if (r == 0 && may_be_first(s, first)) {
		s->signature = first;
		r = keyfile_sign(s, p);
	}
	return r;
}

static int sign(const char *path, const struct minisign_secret *secret, struct problem *p)
{
	const char *slash = strrchr(path, '/');
	OWN(mem) char *folder = slash != NULL ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	OWN(mem) char *data = NULL;
	struct signing s = { .secret = secret, .name = slash != NULL ? slash + 1 : path };
	OWN(fd) int dir = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int r;

	if (dir < 0)
		return wrong_errno(p, errno, path, "open its folder");
	r = io_read_file(dir, s.name, SIGNED_MAX, &data, &s.len);
	if (r < 0)
		return wrong_errno(p, r, path, "read");
	s.dir = dir;
	s.data = data;
	return sign_beside(&s, p);
}

static void run(const struct options *o, struct say *s)
{
	struct minisign_secret secret;
	struct problem p;
	int r;

	if (o->keys.n != 1)
		r = wrong(&p, "usage", "sign", "Name the secret key: --key FILE", "%zu keys given", o->keys.n);
	else
		r = keyfile_read_secret(o->keys.at[0], &secret, &p);
	if (r == 0)
		r = sign(o->operands[0], &secret, &p);
	if (r < 0) {
		say_problem(s, &p);
		return;
	}
	say_line(s, "signed", "%s with key %s", o->operands[0], minisign_key_id(secret.key.id).text);
	say_text(s, "file", o->operands[0]);
	say_text(s, "key", minisign_key_id(secret.key.id).text);
	minisign_secret_clear(&secret);
}

static const struct option_row rows[] = {
	{ "key", 'k', OPTION_LIST, offsetof(struct options, keys), "FILE", "the secret key" },
	{ .name = NULL },
};

const struct command command_sign = {
	.name = "sign", .operands = "FILE", .operands_n = 1,
	.summary = "add a signature to a file, as a channel that two must sign",
	.example = "reeve-bundle sign registry/b/acme/mail/channel/stable.json --key second.key",
	.rows = rows, .run = run,
};

/*
 * keygen: a key pair in minisign's form, without a password.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "publish/command.h"
#include "publish/keyfile.h"
#include "publish/wrong.h"

/* Never over a file that is there: a lost key is lost for ever. */
static int write_new(const char *path, const char *text, mode_t mode, struct problem *p)
{
	OWN(fd) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int r = fd < 0 ? -errno : io_write_all(fd, text, strlen(text));

	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	return r < 0 ? wrong_errno(p, r, path, "write") : 0;
}

static int generate(const char *public, const char *secret, struct minisign_key *ret, struct problem *p)
{
	struct minisign_secret pair;
	struct minisign_text text;
	int r = minisign_secret_new(&pair);

	if (r < 0)
		return wrong_errno(p, r, secret, "make a key");
	minisign_secret_format(&pair, &text);
	r = write_new(secret, text.text, 0600, p);
	explicit_bzero(&text, sizeof text);
	if (r == 0) {
		minisign_key_format(&pair.key, &text);
		r = write_new(public, text.text, 0644, p);
		if (r < 0)
			(void)unlink(secret); /* made a moment ago, and nobody has its other half */
	}
	*ret = pair.key;
	minisign_secret_clear(&pair);
	return r;
}

static void run(const struct options *o, struct say *s)
{
	const char *public = o->public != NULL ? o->public : "reeve.pub";
	const char *secret = o->secret != NULL ? o->secret : "reeve.key";
	struct minisign_key key;
	struct problem p;

	if (generate(public, secret, &key, &p) < 0) {
		say_problem(s, &p);
		return;
	}
	say_line(s, "key", "%s", minisign_key_id(key.id).text);
	say_line(s, "public", "%s: goes to every host that installs", public);
	say_line(s, "secret", "%s: keep it, and keep it secret", secret);
	say_text(s, "key", minisign_key_id(key.id).text);
	say_text(s, "public", public);
	say_text(s, "secret", secret);
}

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "public", 'p', OPTION_TEXT, AT(public), "FILE", "the public key; default reeve.pub" },
	{ "secret", 's', OPTION_TEXT, AT(secret), "FILE", "the secret key; default reeve.key" },
	{ .name = NULL },
};

const struct command command_keygen = {
	.name = "keygen", .operands = "", .summary = "make a key pair to sign with",
	.example = "reeve-bundle keygen --public main.pub --secret main.key",
	.rows = rows, .run = run,
};

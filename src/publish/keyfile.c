#include "publish/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "base/io.h"
#include "base/own.h"
#include "publish/wrong.h"

int keyfile_read_secret(const char *path, struct minisign_secret *ret, struct problem *p)
{
	static const char remedy[] = "Make a key with reeve-bundle keygen, or take a copy from before";
	OWN(mem) char *text = NULL;
	size_t len;
	int r = io_read_file(AT_FDCWD, path, MINISIGN_FILE_MAX, &text, &len);

	if (r < 0)
		return wrong_errno(p, r, path, "read");
	r = minisign_secret_parse(text, len, ret);
	explicit_bzero(text, len);
	if (r == -ENOTSUP)
		return wrong(p, "key", path, "Remove the password with minisign -C -W, and guard the file",
		             "protected by a password");
	if (r == -EKEYREVOKED)
		return wrong(p, "key", path, remedy, "damaged: its halves do not belong together");
	return r < 0 ? wrong(p, "key", path, remedy, "not a minisign secret key") : 0;
}

int keyfile_read_public(const char *path, struct minisign_key *ret, struct problem *p)
{
	static const char remedy[] = "Give the publisher's public key file";
	OWN(mem) char *text = NULL;
	size_t len;
	int r = io_read_file(AT_FDCWD, path, MINISIGN_FILE_MAX, &text, &len);

	if (r < 0)
		return wrong_errno(p, r, path, "read");
	r = minisign_key_parse(text, len, ret);
	if (r == -EKEYREJECTED)
		return wrong(p, "key", path, remedy, "a key under which anybody can sign");
	return r < 0 ? wrong(p, "key", path, remedy, "not a minisign public key") : 0;
}

int keyfile_sign(const struct signing *s, struct problem *p)
{
	struct minisign_message message = { .data = s->data, .len = s->len, .file = s->name };
	struct minisign_text text;
	int r = minisign_sign(s->secret, &message, time(NULL), &text);

	if (r == 0)
		r = io_replace_file(s->dir, s->signature, text.text, strlen(text.text), 0644);
	return r < 0 ? wrong_errno(p, r, s->signature, "sign") : 0;
}

#include "publish/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "publish/wrong.h"

/* Before anything is read out of it: are these the bytes that were signed? */
static int check_bytes(const struct source *s, const struct channel_release *want, struct problem *p)
{
	struct digest digest;

	hash_bytes(s->text, s->len, &digest);
	if (s->len == want->size && digest_is_equal(&digest, &want->digest))
		return 0;
	return wrong(p, "manifest", want->version, "Publish the bundle again",
	             "bundle.json has another digest or size than the channel says");
}

int source_read(int dir, const char *want_name, const struct channel_release *want, struct source *ret,
                struct problem *p)
{
	struct source s = { .manifest = NULL };
	int r = io_read_file(dir, "bundle.json", MANIFEST_BYTES_MAX, &s.text, &s.len);

	if (r < 0)
		return wrong_errno(p, r, "bundle.json", "read");
	r = want != NULL ? check_bytes(&s, want, p) : 0;
	if (r == 0)
		r = manifest_parse(s.text, s.len, want_name, &s.manifest, p);
	if (r < 0) {
		free(s.text);
		return -ECANCELED;
	}
	*ret = s;
	return 0;
}

void source_done(struct source *s)
{
	manifest_free(s->manifest);
	free(s->text);
}

static int check_digest(int fd, const struct manifest_payload *payload, const char *name, struct problem *p)
{
	struct digest digest;
	uint64_t size;
	int r = hash_fd(fd, &digest, &size);

	if (r < 0)
		return wrong_errno(p, r, name, "read");
	if (size != payload->size || !digest_is_equal(&digest, &payload->digest)) {
		(void)wrong(p, "payload", name, "Publish or pack the bundle again", "%ju bytes, sha256:%s",
		            (uintmax_t)size, digest_to_hex(&digest).text);
		problem_expect(p, "%ju bytes, sha256:%s", (uintmax_t)payload->size,
		               digest_to_hex(&payload->digest).text);
		return -ECANCELED;
	}
	return lseek(fd, 0, SEEK_SET) < 0 ? wrong_errno(p, errno, name, "read") : 0;
}

int source_check_payload(int dir, const struct manifest *m, uint32_t i, struct payload_sink *sink,
                         struct problem *p)
{
	char name[NAME_MAX + 1];
	int r = manifest_payload_name(m, i, name, sizeof name);

	if (r < 0)
		return wrong(p, "payload", "bundle.json", "Pack it with this reeve-bundle", "an encoding we do not know");

	OWN(fd) int fd = path_open_beneath(dir, name, O_RDONLY | O_NONBLOCK, 0);

	if (fd < 0)
		return wrong_errno(p, fd, name, "open");
	r = check_digest(fd, &m->payloads[i], name, p);
	return r < 0 ? r : payload_read(fd, name, m, sink, p);
}

static struct registry_path path_of(const char *format, ...) PRINTF_LIKE(1, 2);
static struct registry_path path_of(const char *format, ...)
{
	struct registry_path path;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(path.text, sizeof path.text, format, args); /* names and digests are short */
	va_end(args);
	return path;
}

struct registry_path registry_channel_dir(const char *name)
{
	return path_of("b/%s/channel", name);
}

struct registry_path registry_bundle_dir(const char *name, const struct digest *digest)
{
	return path_of("b/%s/%s", name, digest_to_hex(digest).text);
}

struct registry_path registry_object_dir(const struct digest *digest)
{
	return path_of("o/%.2s", digest_to_hex(digest).text);
}

struct registry_path registry_object_name(const struct digest *digest)
{
	return path_of("%s", digest_to_hex(digest).text + 2);
}

/* One signature file, if it is there. */
static int gather(int dir, const char *name, struct minisign_file *files, size_t *n)
{
	char *text;
	size_t len;
	int r = io_read_file(dir, name, MINISIGN_FILE_MAX, &text, &len);

	if (r == 0)
		files[(*n)++] = (struct minisign_file){ .data = text, .len = len, .name = "signature" };
	return r == -ENOENT ? 0 : r;
}

int signed_check(int dir, const struct minisign_message *message, const struct minisign_trust *trust,
                 struct problem *p)
{
	struct minisign_file files[MINISIGN_KEYS_MAX + 1];
	char name[NAME_MAX + 1];
	size_t n = 0;
	int r;

	(void)snprintf(name, sizeof name, "%s.minisig", message->file); /* cut, it is not there */
	r = gather(dir, name, files, &n);
	for (size_t i = 0; i < trust->keys_n && r == 0; i++) {
		(void)snprintf(name, sizeof name, "%s.%s.minisig", message->file,
		               minisign_key_id(trust->keys[i].id).text); /* cut, it is not there */
		r = gather(dir, name, files, &n);
	}
	if (r < 0)
		r = wrong_errno(p, r, name, "read");
	else
		r = minisign_verify_threshold(trust, message, files, n, p) < 0 ? -ECANCELED : 0;
	for (size_t i = 0; i < n; i++)
		free((char *)(uintptr_t)files[i].data); /* ours, see gather() */
	return r;
}

int published_read(int dir, const char *name, const char *channel, const struct minisign_trust *trust,
                   struct published *ret, struct problem *p)
{
	char file[NAME_PART_MAX + sizeof ".json"];
	struct published s = { .channel = NULL };
	int r;

	(void)snprintf(file, sizeof file, "%s.json", channel); /* channel is a name part */
	r = io_read_file(dir, file, CHANNEL_BYTES_MAX, &s.text, &s.len);
	if (r == -ENOENT)
		return r;
	if (r < 0)
		return wrong_errno(p, r, file, "read");
	if (trust != NULL)
		r = signed_check(dir, &(struct minisign_message){ s.text, s.len, file }, trust, p);
	if (r == 0 && channel_file_parse(s.text, s.len, name, channel, &s.channel, p) < 0)
		r = -ECANCELED;
	if (r < 0) {
		free(s.text);
		return r;
	}
	*ret = s;
	return 0;
}

void published_done(struct published *s)
{
	channel_file_free(s->channel);
	free(s->text);
}

#include "store/release.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/own.h"
#include "bundle/gate.h"
#include "bundle/hash.h"
#include "store/fault.h"
#include "store/job.h"
#include "store/limits.h"

static bool digest_matches(const char *bytes, size_t len, const struct digest *want)
{
	struct digest got;

	hash_bytes(bytes, len, &got);
	return digest_is_equal(&got, want);
}

/* A damaged copy in the store is as good as none. */
static bool read_kept(const struct job *j, const struct digest_hex *hex, struct release *r)
{
	if (io_read_file(j->store.dir[STORE_MANIFESTS], hex->text, MANIFEST_BYTES_MAX, &r->bytes, &r->len) < 0)
		return false;
	if (digest_matches(r->bytes, r->len, &r->digest))
		return true;
	free(take_ptr(r->bytes));
	return false;
}

static int read_registry(struct job *j, const struct digest_hex *hex, struct release *r)
{
	char path[URL_MAX], url[URL_MAX];
	int e;

	(void)snprintf(path, sizeof path, "b/%s/%s/bundle.json", j->order.bundle, hex->text);
	e = registry_read(&j->registry, path, MANIFEST_BYTES_MAX, &r->bytes, &r->len);
	if (e < 0)
		return e;
	if (!digest_matches(r->bytes, r->len, &r->digest))
		return fault(&j->problem, FAULT_DIGEST, registry_name(&j->registry, path, url, sizeof url),
		             "not the manifest that was signed");
	return 0;
}

static int compile(struct job *j, struct release *r)
{
	struct problem why = { 0 };
	int e = manifest_parse(r->bytes, r->len, j->order.bundle, &r->manifest, &why);

	if (e == -EBADMSG)
		return fault(&j->problem, FAULT_MANIFEST, why.path, "%s", why.got);
	if (e == 0 && !gate_platform_fits(r->manifest->platform, gate_platform_here()))
		return fault(&j->problem, FAULT_PLATFORM, j->order.bundle, "it is for %s, this is %s",
		             r->manifest->platform, gate_platform_here());
	if (e == 0)
		e = manifest_compile(r->manifest, &r->blob, &r->blob_len);
	if (e == 0)
		e = index_from_memory(r->blob, r->blob_len, &r->index);
	return e < 0 ? fault_errno(&j->problem, e, j->order.bundle, "cannot compile its manifest") : 0;
}

int release_load(struct job *j, const struct digest *digest, struct release *ret)
{
	struct digest_hex hex = digest_to_hex(digest);
	struct release r = { .digest = *digest };
	int e = read_kept(j, &hex, &r) ? 0 : read_registry(j, &hex, &r);

	if (e == 0)
		e = compile(j, &r);
	if (e < 0) {
		release_clear(&r);
		return e;
	}
	*ret = r;
	return 0;
}

void release_clear(struct release *r)
{
	index_free(r->index);
	manifest_free(r->manifest);
	free(r->blob);
	free(r->bytes);
	*r = (struct release){ .index = NULL };
}

int release_keep(struct job *j, const struct release *r)
{
	struct digest_hex hex = digest_to_hex(&r->digest);
	char name[DIGEST_HEX_LEN + sizeof ".index"];
	int e = io_replace_file(j->store.dir[STORE_MANIFESTS], hex.text, r->bytes, r->len, 0444);

	(void)snprintf(name, sizeof name, "%s.index", hex.text);
	if (e == 0)
		e = io_replace_file(j->place.trees, name, r->blob, r->blob_len, 0444);
	return e < 0 ? fault_errno(&j->problem, e, hex.text, "cannot keep the manifest") : 0;
}

const struct manifest_payload *release_payload(const struct release *r, char *path, size_t max)
{
	char name[128];

	for (uint32_t i = 0; i < r->manifest->payloads_n; i++)
		if (manifest_payload_name(r->manifest, i, name, sizeof name) == 0 &&
		    (size_t)snprintf(path, max, "b/%s/%s/%s", r->manifest->name,
		                     digest_to_hex(&r->digest).text, name) < max)
			return &r->manifest->payloads[i];
	return NULL;
}

/*
 * bundle.json and channel files from any bytes: refused with a problem that can be shown, or sound to
 * the last link; a manifest that is taken compiles to an index, and a channel can be written again.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "bundle/channel.h"
#include "bundle/manifest.h"

static void hold_problem(const struct problem *p)
{
	FUZZ_HOLDS(p->code[0] != '\0' && p->path[0] != '\0' && p->got[0] != '\0' && p->remedy[0] != '\0');
	for (const char *s = p->got; *s != '\0'; s++)
		FUZZ_HOLDS((unsigned char)*s >= 0x20 && *s != 0x7f);
}

static void as_manifest(const char *data, size_t size)
{
	struct problem p = { .code = "" };
	struct manifest *m;
	struct index *x;
	char name[256];
	void *index;
	size_t len;

	if (manifest_parse(data, size, NULL, &m, &p) < 0) {
		hold_problem(&p);
		return;
	}
	FUZZ_HOLDS(m->files_n > 0 && m->seq > m->min_from_seq && m->platform[0] != '\0');
	for (uint32_t i = 0; i < m->payloads_n; i++)
		FUZZ_HOLDS(manifest_payload_name(m, i, name, sizeof name) < 0 || strchr(name, '/') == NULL);
	FUZZ_HOLDS(manifest_compile(m, &index, &len) == 0);
	FUZZ_HOLDS(index_from_memory(index, len, &x) == 0);
	FUZZ_HOLDS(index_count(x) == m->files_n && index_state_count(x) == m->states_n);
	index_free(x);
	free(index);
	manifest_free(m);
}

static void as_channel(const char *data, size_t size)
{
	struct channel_file *c, *again;
	struct problem p = { .code = "" };
	char *text;
	size_t len;

	if (channel_file_parse(data, size, "acme/web", "stable", &c, &p) < 0) {
		hold_problem(&p);
		return;
	}
	FUZZ_HOLDS(c->latest < c->releases_n && !c->releases[c->latest].blocked);
	FUZZ_HOLDS(channel_file_build(c, &text, &len) == 0);
	FUZZ_HOLDS(channel_file_parse(text, len, "acme/web", "stable", &again, &p) == 0);
	FUZZ_HOLDS(again->rev == c->rev && again->releases_n == c->releases_n && again->latest == c->latest);
	channel_file_free(again);
	channel_file_free(c);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_manifest((const char *)data, size);
	as_channel((const char *)data, size);
	return 0;
}

#define H "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const char *const seeds[] = {
		"{\"_type\":\"reeve-bundle\",\"schema\":1,\"name\":\"acme/web\",\"version\":\"1.0\",\"seq\":5,"
		"\"platform\":{\"os\":\"linux\",\"arch\":\"x86_64\"},\"host\":{\"abi\":1,\"requires\":{\"state\":{\"level\":2}}},"
		"\"env\":{\"required\":[\"PORT\"]},\"needs\":{\"commands\":[\"sh\"],\"ports\":[\"80/udp\"]},"
		"\"state\":[{\"path\":\"cache\",\"mode\":\"0700\"}],\"files\":[{\"p\":\"bin\",\"t\":\"d\"},"
		"{\"p\":\"bin/web\",\"t\":\"f\",\"m\":\"x\",\"s\":10,\"h\":\"" H "\"},{\"p\":\"web\",\"t\":\"l\",\"to\":\"bin/web\"}],"
		"\"payloads\":[{\"media\":\"application/vnd.reeve.bundle.payload.v1.tar+gzip\",\"h\":\"" H "\",\"s\":9,\"u\":10,\"n\":3}]}",
		"{\"_type\":\"reeve-channel\",\"name\":\"acme/web\",\"channel\":\"stable\",\"rev\":7,"
		"\"expires\":\"2026-11-21T10:00:00Z\",\"releases\":[{\"version\":\"1.0\",\"seq\":1,\"digest\":\"" H "\",\"size\":100}],"
		"\"latest\":\"sha256:" H "\",\"blocked\":[]}",
	};
	size_t len = i < ARRAY_LEN(seeds) ? strlen(seeds[i]) : 0;

	FUZZ_HOLDS(len <= max);
	if (len > 0)
		memcpy(buf, seeds[i], len);
	return len;
}

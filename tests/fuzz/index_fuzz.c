/*
 * A compiled index from any bytes: what is taken can be walked from end to end, is sorted, whole and
 * plain, and finds each of its own paths.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "bundle/gate.h"
#include "bundle/index.h"

static void hear(void *arg, const struct problem *p)
{
	FUZZ_HOLDS(p->code[0] != '\0' && p->remedy[0] != '\0');
	++*(unsigned *)arg;
}

static void walk_entry(const struct index *x, uint32_t i, const char **last)
{
	uint32_t at, parent = index_parent(x, i);
	struct index_entry e;

	index_entry(x, i, &e);
	FUZZ_HOLDS(path_is_plain(e.path) && (e.type == ENTRY_LINK) == (e.target != NULL));
	FUZZ_HOLDS(*last == NULL || strcmp(*last, e.path) < 0);
	FUZZ_HOLDS(index_find(x, e.path, &at) && at == i);
	FUZZ_HOLDS((parent == INDEX_ROOT) == (strchr(e.path, '/') == NULL));
	FUZZ_HOLDS(parent == INDEX_ROOT || parent < i);
	*last = e.path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gate_host host = { .platform = "linux-x86_64-glibc", .abi = 1 };
	const char *last = NULL;
	struct index *x;
	unsigned told = 0;

	if (index_from_memory(data, size, &x) < 0)
		return 0;
	FUZZ_HOLDS(strlen(index_name(x)) + strlen(index_version(x)) + strlen(index_platform(x)) < size);
	for (uint32_t i = 0; i < index_count(x); i++)
		walk_entry(x, i, &last);
	for (uint32_t i = 0; i < index_state_count(x); i++) {
		struct index_state s;

		index_state(x, i, &s);
		FUZZ_HOLDS(path_is_plain(s.path) && s.mode <= 07777);
	}
	for (size_t list = 0; list < INDEX_LIST_COUNT; list++)
		for (uint32_t i = 0; i < index_list_count(x, (enum index_list)list); i++)
			FUZZ_HOLDS(strlen(index_list_at(x, (enum index_list)list, i)) < size);

	unsigned returned = gate_check(x, &host, hear, &told);

	FUZZ_HOLDS(returned == told);
	index_free(x);
	return 0;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const struct index_entry entries[] = {
		{ .path = "a", .type = ENTRY_FOLDER }, { .path = "a-b", .type = ENTRY_FILE, .size = 3 },
		{ .path = "a/x", .type = ENTRY_EXECUTABLE, .size = 9 },
		{ .path = "a/y", .type = ENTRY_LINK, .target = "x" },
	};
	static const struct index_state states[] = { { "cache", 0750 } };
	static const char *const requires[] = { "state=1" }, *const env[] = { "PORT", "TOKEN" };
	struct index_draft d = {
		.name = "acme/web", .version = "1.0", .platform = "linux-x86_64", .seq = 7, .schema = 1, .host_abi = 1,
		.entries = entries, .entries_n = ARRAY_LEN(entries), .states = states, .states_n = 1,
		.lists[INDEX_HOST_REQUIRES] = requires, .lists_n[INDEX_HOST_REQUIRES] = 1,
		.lists[INDEX_ENV_REQUIRED] = env, .lists_n[INDEX_ENV_REQUIRED] = 2,
	};
	void *data;
	size_t len;

	if (i > 1)
		return 0;
	d.entries_n = i == 0 ? d.entries_n : 0;
	FUZZ_HOLDS(index_build(&d, &data, &len) == 0 && len <= max);
	memcpy(buf, data, len);
	free(data);
	return len;
}

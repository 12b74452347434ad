#include <stddef.h>

#include "bundle/manifest.h"

int manifest_compile(const struct manifest *m, void **ret_data, size_t *ret_len)
{
	struct index_draft d = {
		.manifest = m->digest, .name = m->name, .version = m->version, .platform = m->platform,
		.seq = m->seq, .schema = m->schema, .host_abi = m->host_abi,
		.entries = m->files, .entries_n = m->files_n,
		.states = m->states, .states_n = m->states_n,
	};

	for (size_t i = 0; i < INDEX_LIST_COUNT; i++) {
		d.lists[i] = m->lists[i];
		d.lists_n[i] = m->lists_n[i];
	}
	return index_build(&d, ret_data, ret_len);
}

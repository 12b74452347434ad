#include "store/list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "store/fault.h"
#include "store/generation.h"

/* A bundle whose index cannot be read is listed without its words; preflight says what is wrong with it. */
static int list_one(struct job *j, const struct place *pl)
{
	struct store_current row = { .bundle = pl->name };
	struct generation g;
	struct index *x = NULL;
	int r;

	if (place_current(pl, &row.digest) < 0)
		return 0;
	if (place_index(pl, &row.digest, &x) == 0) {
		row.version = index_version(x);
		row.seq = index_seq(x);
	}
	if (generation_find(pl->generations, &row.digest, &g) == 0)
		row.generation = g.number;
	r = asker_answer(&j->asker, MSG_STORE_CURRENT, &row);
	index_free(x);
	return r < 0 ? fault_errno(&j->problem, r, pl->name, "cannot answer") : 0;
}

int list_run(struct job *j)
{
	int fd = openat(j->store.dir[STORE_NAMES], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int r = 0;

	if (d == NULL)
		return fault_errno(&j->problem, -errno, "names", "cannot list the bundles");
	for (struct dirent *e; r == 0 && (e = readdir(d)) != NULL;) {
		struct place pl;

		if (place_find(&pl, &j->store, e->d_name) < 0)
			continue; /* not a bundle's folder */
		r = list_one(j, &pl);
		place_leave(&pl);
	}
	return r;
}

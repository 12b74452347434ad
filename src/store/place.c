#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "bundle/index.h"
#include "store/fault.h"
#include "store/generation.h"

static int open_folders(struct place *pl, const struct store *s)
{
	pl->dir = store_folder(s->dir[STORE_NAMES], pl->file, 0755);
	if (pl->dir < 0)
		return pl->dir;
	pl->generations = store_folder(pl->dir, "gen", 0755);
	if (pl->generations < 0)
		return pl->generations;
	pl->trees = store_folder(s->dir[STORE_TREES], pl->file, 0755);
	if (pl->trees < 0)
		return pl->trees;
	pl->lock = path_open_beneath(pl->dir, "lock", O_RDWR | O_CREAT, 0600);
	return pl->lock < 0 ? pl->lock : 0;
}

int place_enter(struct place *pl, const struct store *s, const char *bundle, struct problem *p)
{
	*pl = (struct place){ .dir = -1, .generations = -1, .trees = -1, .lock = -1 };
	if (!name_is_path(bundle))
		return fault(p, FAULT_NAME, bundle, "not a bundle's name");
	(void)snprintf(pl->name, sizeof pl->name, "%s", bundle); /* fits: name_is_path */
	name_to_filename(bundle, pl->file);

	int r = open_folders(pl, s);

	if (r < 0) {
		place_leave(pl);
		return fault_errno(p, r, pl->file, "cannot use the bundle's folders in the store");
	}
	return 0;
}

int place_find(struct place *pl, const struct store *s, const char *file)
{
	char name[NAME_PATH_MAX + 1];
	struct problem unused;

	if (text_copy(name, sizeof name, file) < 0)
		return -EINVAL;
	for (char *plus = name; (plus = strchr(plus, '+')) != NULL;)
		*plus = '/';
	return name_is_path(name) ? place_enter(pl, s, name, &unused) : -EINVAL;
}

void place_leave(struct place *pl)
{
	int *const fds[] = { &pl->dir, &pl->generations, &pl->trees, &pl->lock };

	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		own_fd(fds[i]);
		*fds[i] = -1;
	}
}

int place_lock(struct place *pl, struct problem *p)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(pl->lock, F_OFD_SETLK, &lock) == 0)
		return 0;
	if (errno == EAGAIN || errno == EACCES)
		return fault(p, FAULT_BUSY, pl->name, "another upgrade of this bundle is under way");
	return fault_errno(p, -errno, pl->name, "cannot lock the bundle");
}

int place_current(const struct place *pl, struct digest *ret)
{
	char target[PATH_MAX], expected[PATH_MAX];
	ssize_t n = readlinkat(pl->dir, "current", target, sizeof target - 1);

	if (n < 0)
		return errno == EINVAL ? -EBADMSG : -errno;
	target[n] = '\0';
	int head = snprintf(expected, sizeof expected, "../../trees/%s/", pl->file);

	if (!text_starts_with(target, expected) || digest_from_text(target + head, ret) < 0)
		return -EBADMSG;
	return 0;
}

int place_flip(const struct place *pl, const struct digest *to)
{
	struct digest_hex hex = digest_to_hex(to);
	char target[PATH_MAX], beside[64];

	(void)snprintf(target, sizeof target, "../../trees/%s/%s", pl->file, hex.text);
	(void)snprintf(beside, sizeof beside, ".current.%jd", (intmax_t)getpid());
	(void)unlinkat(pl->dir, beside, 0); /* of a process with our number that was killed */
	if (symlinkat(target, pl->dir, beside) < 0)
		return -errno;
	if (renameat(pl->dir, beside, pl->dir, "current") < 0) {
		int r = -errno;

		(void)unlinkat(pl->dir, beside, 0);
		return r;
	}
	return fsync(pl->dir) < 0 ? -errno : 0;
}

int place_settle(const struct place *pl)
{
	struct digest current = { .bytes = { 0 } };
	int r = place_current(pl, &current);

	return r < 0 && r != -ENOENT ? r : generation_settle(pl->generations, &current);
}

int place_index(const struct place *pl, const struct digest *tree, struct index **ret)
{
	struct digest_hex hex = digest_to_hex(tree);
	char name[DIGEST_HEX_LEN + sizeof ".index"];
	int r;

	(void)snprintf(name, sizeof name, "%s.index", hex.text);
	r = index_open(pl->trees, name, ret);
	if (r == 0 && !digest_is_equal(index_manifest_digest(*ret), tree)) {
		index_free(*ret);
		return -EBADMSG;
	}
	return r;
}

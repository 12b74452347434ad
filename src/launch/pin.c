#include "launch/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/name.h"
#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "launch/report.h"

static void tell(const struct launch_order *o, struct report *r, const char *code, const char *path, int error)
{
	struct problem *p = report_problem(r);

	problem_set(p, PROBLEM_BUNDLE, code, path, "%s",
	            error == -EBADMSG ? "it is damaged" : strerrordesc_np(-error));
	problem_expect(p, "an installed version of bundle %s", o->bundle);
	problem_remedy(p, "Run: reevectl upgrade %s", o->bundle);
}

int pin_beside(const struct pin *p, const char *suffix, char *buf)
{
	int n = snprintf(buf, NAME_MAX + 1, "%s%s", p->base, suffix);

	return n < 0 || n > NAME_MAX ? -ENAMETOOLONG : 0;
}

/* What the pointer names: it must be a link to ../../trees/<file>/<hex>, as reeve-store makes it. */
static int read_pointer(int store, const char *file, struct digest *ret)
{
	char link[PATH_MAX], target[PATH_MAX], prefix[PATH_MAX];
	ssize_t n;

	(void)snprintf(link, sizeof link, "names/%s/current", file);       /* a name is at most NAME_PATH_MAX */
	(void)snprintf(prefix, sizeof prefix, "../../trees/%s/", file);
	n = readlinkat(store, link, target, sizeof target - 1);
	if (n < 0)
		return errno == EINVAL ? -EBADMSG : -errno;
	target[n] = '\0';
	if (!text_starts_with(target, prefix) || digest_from_text(target + strlen(prefix), ret) < 0)
		return -EBADMSG;
	return 0;
}

/* Opens the tree, the folder it is in, and the index beside it. */
static int open_tree(struct pin *p)
{
	char name[NAME_MAX + 1];
	int r;

	p->tree = openat(p->beside, p->base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (p->tree < 0)
		return -errno;
	r = pin_beside(p, ".index", name);
	return r < 0 ? r : index_open(p->beside, name, &p->index);
}

static int pin_in_store(const struct launch_order *o, struct report *report, struct pin *p)
{
	OWN(fd) int store = open(o->store, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char file[NAME_PATH_MAX + 1], trees[PATH_MAX], real[PATH_MAX];
	int r = 0;

	p->in_store = true;
	p->digest = o->digest;
	if (store < 0 || !name_is_path(o->bundle) || realpath(o->store, real) == NULL) {
		r = store < 0 ? -errno : -EINVAL;
		tell(o, report, "store-missing", o->store, r);
		return r;
	}
	name_to_filename(o->bundle, file);
	if (digest_is_none(&p->digest))
		r = read_pointer(store, file, &p->digest);
	if (r < 0) {
		tell(o, report, r == -ENOENT ? "not-installed" : "pointer-broken", o->bundle, r);
		return r;
	}
	(void)!text_copy(p->base, sizeof p->base, digest_to_hex(&p->digest).text); /* shorter than a name may be */
	(void)snprintf(trees, sizeof trees, "trees/%s", file);
	p->beside = openat(store, trees, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (snprintf(p->path, sizeof p->path, "%s/%s/%s", real, trees, p->base) >= (int)sizeof p->path)
		return -ENAMETOOLONG;
	r = open_tree(p);
	if (r == 0 && !digest_is_equal(index_manifest_digest(p->index), &p->digest))
		r = -EBADMSG;
	if (r < 0)
		tell(o, report, p->tree < 0 ? "tree-missing" : "index-broken", p->path, r);
	return r;
}

/* A folder used as it is. Only when somebody put an index beside it can it be judged. */
static int pin_folder(const struct launch_order *o, struct report *report, struct pin *p)
{
	struct problem *problem;
	char above[PATH_MAX];
	char *slash;
	int r;

	if (realpath(o->tree, p->path) != NULL) {
		(void)!text_copy(above, sizeof above, p->path); /* equal sizes */
		slash = strrchr(above, '/');
		r = text_copy(p->base, sizeof p->base, slash + 1);
		slash[slash == above] = '\0';
		p->beside = r < 0 ? -1 : open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		r = open_tree(p);
		if (r == 0)
			p->digest = *index_manifest_digest(p->index);
		if (p->tree >= 0)
			return r == -EBADMSG ? 0 : r; /* whatever lies beside it is not ours to demand */
	}
	problem = report_problem(report);
	problem_set(problem, PROBLEM_CONFIG, "tree-missing", o->tree, "%s", strerrordesc_np(errno));
	problem_expect(problem, "a folder");
	problem_remedy(problem, "Correct path = in [bundle:%s]", o->bundle);
	return -ENOENT;
}

void pin_tree(const struct launch_order *order, struct report *report, struct pin *ret)
{
	struct launch_pinned pinned = { .version = "" };

	*ret = (struct pin){ .tree = -1, .beside = -1 };
	if (order->bundle[0] == '\0')
		return;
	if ((order->tree[0] != '\0' ? pin_folder : pin_in_store)(order, report, ret) < 0 && ret->tree < 0)
		return;
	pinned.digest = ret->digest;
	if (ret->index != NULL) {
		pinned.version = index_version(ret->index);
		pinned.seq = index_seq(ret->index);
	}
	report_pinned(report, &pinned);
}

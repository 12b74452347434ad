#include "launch/checks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "bundle/gate.h"
#include "bundle/hash.h"
#include "bundle/signatures.h"
#include "bundle/tree.h"
#include "launch/start.h"

enum { CAPABILITIES_MAX = 64 }; /* looked at; a host that offers more is not known */

/* Takes a finding of src/bundle over, with the remedy in the words of whoever runs the service. */
static void take(void *arg, const struct problem *p)
{
	struct start *s = arg;

	*report_problem(&s->report) = *p;
}

/*
 * Whether the manifest was last changed before the tree's signatures were written, and so is the one
 * that whoever wrote them had verified. The margin is the racy rule's (bundle/signatures.h).
 */
static bool is_older_than_signatures(const struct start *s, const struct stat *manifest)
{
	int64_t margin = manifest->st_ctim.tv_nsec != 0 ? 20000000 : 2000000000;
	char name[NAME_MAX + 1];
	struct stat st;
	int64_t changed, written;

	if (s->order.full || pin_beside(&s->pin, ".stat", name) < 0 ||
	    fstatat(s->pin.beside, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	changed = manifest->st_ctim.tv_sec * INT64_C(1000000000) + manifest->st_ctim.tv_nsec;
	written = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
	return changed < written - margin && written <= signatures_now_ns();
}

/* Hashes the manifest unless it is known to be what it was; -ESTALE and *ret when it is another. */
static int hash_manifest(const struct start *s, const char *path, struct digest *ret)
{
	OWN(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	uint64_t size;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (is_older_than_signatures(s, &st))
		return 0;
	r = hash_fd(fd, ret, &size);
	return r < 0 || digest_is_equal(ret, &s->pin.digest) ? r : -ESTALE;
}

/* P1: the signed bytes that the tree's name stands for. */
void check_manifest(struct start *s)
{
	char path[PATH_MAX];
	struct digest digest;
	struct problem *p;
	struct text t;
	int r;

	if (!s->pin.in_store || s->pin.index == NULL)
		return;
	text_init(&t, path, sizeof path);
	text_addf(&t, "%s/manifests/%s", s->order.store, s->pin.base);
	r = t.full ? -ENAMETOOLONG : hash_manifest(s, path, &digest);
	if (r == 0)
		return;
	p = report_problem(&s->report);
	if (r == -ESTALE)
		problem_set(p, PROBLEM_BUNDLE, "manifest-altered", path, "%s", digest_to_hex(&digest).text);
	else
		problem_set(p, PROBLEM_BUNDLE, "manifest-missing", path, "%s", strerrordesc_np(-r));
	problem_expect(p, "%s", s->pin.base);
	problem_remedy(p, "Run: reevectl upgrade %s", s->order.bundle);
}

/* P2 */
void check_gate(struct start *s)
{
	const char *offered[CAPABILITIES_MAX];
	struct gate_host here = { .platform = gate_platform_here(), .abi = GATE_HOST_ABI, .capabilities = offered };

	if (s->order.platform[0] != '\0')
		here.platform = s->order.platform;
	for (const char *o = NULL; here.capabilities_n < CAPABILITIES_MAX && texts_next(&s->order.capabilities, &o);)
		offered[here.capabilities_n++] = o;
	if (s->pin.index != NULL)
		(void)gate_check(s->pin.index, &here, take, s); /* each was told by its own */
}

/* The codes of tree_verify() by the check that they belong to. */
static void take_file(void *arg, const struct problem *p)
{
	static const struct { const char *code; unsigned check; } rows[] = {
		{ "file-altered", 4 }, { "file-unreadable", 4 }, { "file-extra", 5 }, { "link-target", 6 },
	};
	struct start *s = arg;
	struct problem *mine;

	s->report.check = 3;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].code, p->code) == 0)
			s->report.check = rows[i].check;
	mine = report_problem(&s->report);
	*mine = *p;
	if (s->pin.in_store)
		problem_remedy(mine, "Usually an incomplete update or a change by hand. Run: reevectl upgrade %s",
		               s->order.bundle);
}

struct pass {
	struct tree_check  check;
	const char        *name;        /* of the signatures' file */
	bool               may_save;
};

static int load(struct start *s, struct pass *pass)
{
	uint32_t count = index_count(s->pin.index);

	signatures_free(pass->check.signatures);
	pass->check.signatures = NULL;
	if (signatures_load(s->pin.beside, pass->name, &s->pin.digest, count, &pass->check.signatures) == 0)
		return 0;
	return signatures_new(&s->pin.digest, count, &pass->check.signatures);
}

/*
 * Somebody has to read files. One at a time: whoever waited finds what the one before him read, and only
 * looks. A store that is not ours to write is read without the lock and without leaving a trace.
 */
static int read_in_turn(struct start *s, struct pass *pass, struct tree_count *ret)
{
	char name[NAME_MAX + 1];
	int r = pin_beside(&s->pin, ".lock", name);
	OWN(fd) int lock = r < 0 ? -1 : openat(s->pin.beside, name,
	                                       O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (lock >= 0 && flock(lock, LOCK_EX) == 0)
		r = load(s, pass);
	else
		r = pass->check.signatures == NULL ? load(s, pass) : 0;
	if (r == 0)
		r = tree_verify(&pass->check, ret);
	if (r == 0 && lock >= 0 && signatures_is_changed(pass->check.signatures))
		(void)!signatures_save(pass->check.signatures, s->pin.beside, pass->name); /* it is a cache */
	return r;
}

/* P3 to P6, in one walk. */
void check_tree(struct start *s)
{
	char name[NAME_MAX + 1];
	struct stat st;
	struct tree_count count;
	struct pass pass = {
		.check = {
			.dir = s->pin.tree, .index = s->pin.index, .level = TREE_LOOK, .problem = take_file, .arg = s,
		},
		.name = name,
	};
	int r;

	if (s->pin.index == NULL || s->pin.tree < 0 || fstat(s->pin.beside, &st) < 0)
		return;
	pass.check.owner = st.st_uid;
	r = pin_beside(&s->pin, ".stat", name);
	if (r == 0)
		r = load(s, &pass);
	if (r == 0)
		r = s->order.full ? -EAGAIN : tree_verify(&pass.check, &count);
	if (r == -EAGAIN) {
		pass.check.level = s->order.full ? TREE_FULL : TREE_STAT;
		r = read_in_turn(s, &pass, &count);
	}
	signatures_free(pass.check.signatures);
	s->damages = s->report.problems;
	if (r < 0) {
		struct problem *p = report_problem(&s->report);

		problem_set(p, PROBLEM_BUNDLE, "tree-unreadable", s->pin.path, "%s", strerrordesc_np(-r));
		problem_remedy(p, "Run: reevectl upgrade %s", s->order.bundle);
	}
}

/* Group root and our own group are not others; a sticky folder keeps what is in it from being replaced. */
static bool is_open_to_others(const struct stat *st)
{
	mode_t others = S_IWOTH | (st->st_gid != 0 && st->st_gid != getegid() ? S_IWGRP : 0);

	return (st->st_mode & others) && !(st->st_mode & S_ISVTX);
}

/*
 * Whether uid is what the kernel shows for every owner that our user namespace does not map
 * (user_namespaces(7), "Unmapped user and group IDs"): somebody outside, whom no child in here can be.
 */
static bool is_outside(uid_t uid)
{
	OWN(mem) char *overflow = NULL, *map = NULL;
	unsigned unmapped, first, outside, count;
	size_t len;

	if (io_read_file(AT_FDCWD, "/proc/sys/kernel/overflowuid", 64, &overflow, &len) < 0 ||
	    io_read_file(AT_FDCWD, "/proc/self/uid_map", 16384, &map, &len) < 0)
		return false;
	if (sscanf(overflow, "%u", &unmapped) != 1 || uid != unmapped)
		return false;
	for (char *line = map; sscanf(line, "%u %u %u", &first, &outside, &count) == 3; line++) {
		if (uid - first < count)
			return false;
		line += strcspn(line, "\n");
		if (*line == '\0')
			break;
	}
	return true;
}

static void check_ancestor(struct start *s, const char *path)
{
	bool ours;
	struct problem *p;
	struct stat st;

	if (lstat(path, &st) < 0)
		return; /* whoever needs it found out */
	ours = st.st_uid == 0 || st.st_uid == geteuid() || is_outside(st.st_uid);
	if (ours && !is_open_to_others(&st))
		return;
	p = report_problem(&s->report);
	problem_set(p, PROBLEM_HOST, "store-open", path, "owner %u, group %u, mode %04o", st.st_uid, st.st_gid,
	            st.st_mode & 07777);
	problem_expect(p, "owner root or %u, writable by nobody else", (unsigned)geteuid());
	problem_remedy(p, ours ? "Run: chmod go-w %s" : "Run: chown root %s, or move the store", path);
}

/* P7: who may replace a folder above the tree may replace the tree. */
void check_ancestors(struct start *s)
{
	char path[PATH_MAX];

	if (!s->pin.in_store || text_copy(path, sizeof path, s->pin.path) < 0)
		return;
	for (char *slash = strrchr(path, '/'); slash != NULL && slash != path; slash = strrchr(path, '/')) {
		*slash = '\0';
		check_ancestor(s, path);
	}
	check_ancestor(s, "/");
}

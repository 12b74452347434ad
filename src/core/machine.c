#include "core/machine.h"

#include "base/text.h"
#include "core/cgroups.h"
#include "sys/machine.h"

enum {
	CHILD_FDS = 6,    /* the most a child takes of ours: two pipes kept, one while it starts */
	OWN_FDS   = 64,   /* of reeve itself: helpers, clients */
	LEAST_FDS = 16,   /* with fewer beside the pipes of its children it does not come up */
};

/* True when it is here; else what is missing, where there is more to say than the name. */
typedef bool look_fn(const struct conf *conf, struct text *found);

static bool could_make(const char *path, struct text *found)
{
	text_add(found, path);
	return path[0] == '@' || sys_could_make(path);
}

static bool look_socket(const struct conf *conf, struct text *found)
{
	return could_make(conf->org.socket, found);
}

static bool look_state(const struct conf *conf, struct text *found)
{
	return could_make(conf->org.state_dir, found);
}

/* Who has no bundle needs no store. */
static bool look_store(const struct conf *conf, struct text *found)
{
	return could_make(conf->org.store, found) || conf->bundles_n == 0;
}

static bool look_cgroup(const struct conf *conf, struct text *found)
{
	struct cgroups groups;

	cgroups_init(&groups);
	cgroups_look(&groups, &conf->org);
	text_add(found, groups.why_not);
	return groups.folder[0] != '\0';
}

uint64_t machine_descriptors(const struct conf *conf)
{
	uint64_t need = conf->children_n * CHILD_FDS + OWN_FDS;

	return need < conf->org.minfds ? conf->org.minfds : need;
}

static bool look_descriptors(const struct conf *conf, struct text *found)
{
	uint64_t have = sys_most_descriptors(), need = machine_descriptors(conf);

	text_addf(found, "%llu where %llu are wanted", (unsigned long long)have, (unsigned long long)need);
	return have >= need;
}

/* Both ends of both pipes of each, as long as it is configured. */
static bool look_pipes(const struct conf *conf, struct text *found)
{
	uint64_t have = sys_most_descriptors(), need = conf->children_n * 4 + LEAST_FDS;

	text_addf(found, "%llu descriptors for %zu children", (unsigned long long)have, conf->children_n);
	return have >= need;
}

static const struct thing {
	const char    *name;
	look_fn       *look;    /* NULL: the kernel is asked about */
	enum sys_thing thing;
	bool           is_needed;
	const char    *effect, *remedy;
} things[] = {
	{
		.name = "null-device", .thing = SYS_HAS_NULL, .is_needed = true,
		.effect = "nothing can be started",
		.remedy = "mknod -m 666 /dev/null c 1 3, or bind the machine's there",
	}, {
		.name = "proc", .thing = SYS_HAS_PROC,
		.effect = "a child that is stuck is shown without its state, who left its "
		          "group is not found when it is stopped, oom_score_adj is refused, "
		          "no bundle is pulled",
		.remedy = "mount -t proc proc /proc",
	}, {
		.name = "control-socket", .look = look_socket,
		.effect = "it is made in /tmp/reeve-UID, and by process 1 at last without a "
		          "file; reevectl looks there, too",
		.remedy = "mount a tmpfs at /run, or set [reeve] socket",
	}, {
		.name = "tmp", .thing = SYS_HAS_TMP,
		.effect = "a child that wants it has none",
		.remedy = "mount a tmpfs at /tmp",
	}, {
		.name = "state-dir", .look = look_state,
		.effect = "a child whose settings name its folder is refused, the others "
		          "start",
		.remedy = "mount a volume there, or set [reeve] state_dir",
	}, {
		.name = "store", .look = look_store,
		.effect = "bundles run as they are there: none is installed, repaired or "
		          "upgraded",
		.remedy = "mount a volume there, or set [reeve] store",
	}, {
		.name = "writable-root", .thing = SYS_HAS_WRITABLE_ROOT,
		.effect = "only what is mounted apart can be written",
		.remedy = "nothing, where that is wanted",
	}, {
		.name = "account", .thing = SYS_HAS_ACCOUNT,
		.effect = "nothing for reeve; a program may ask for its user's name",
		.remedy = "a line in /etc/passwd, where a program needs it",
	}, {
		.name = "capabilities", .thing = SYS_HAS_CAPABILITIES,
		.effect = "a child that asks for another user, a higher limit, a namespace "
		          "or a mount is refused",
		.remedy = "start it with what the settings ask for, or take that out of them",
	}, {
		.name = "control-group", .look = look_cgroup,
		.effect = "a child is stopped by its process group and then by a search; "
		          "limits of control groups are refused",
		.remedy = "delegate a folder of a cgroup2 mount and name it in [reeve] "
		          "cgroup",
	}, {
		.name = "descriptors", .look = look_descriptors,
		.effect = "with many children or clients starts fail for a while, and say so",
		.remedy = "raise the hard limit: ulimit -Hn",
	}, {
		.name = "pipes", .look = look_pipes, .is_needed = true,
		.effect = "the output of so many children finds no pipes",
		.remedy = "raise the hard limit of open files to four for each child and "
		          "some more",
	}, {
		.name = "clone3", .thing = SYS_HAS_CLONE3,
		.effect = "nothing: reeve forks by older calls",
		.remedy = "nothing",
	}, {
		.name = "pidfd_open", .thing = SYS_HAS_PIDFD_OPEN,
		.effect = "nothing: reeve waits for its own children alone",
		.remedy = "nothing",
	}, {
		.name = "close_range", .thing = SYS_HAS_CLOSE_RANGE,
		.effect = "descriptors are closed one by one",
		.remedy = "nothing",
	}, {
		.name = "openat2", .thing = SYS_HAS_OPENAT2,
		.effect = "paths in a bundle are walked part by part",
		.remedy = "nothing",
	},
};

bool machine_look(const struct conf *conf, machine_fn *tell, void *arg)
{
	bool is_enough = true;

	for (size_t i = 0; i < ARRAY_LEN(things); i++) {
		const struct thing *t = &things[i];
		char buf[256];
		struct text found;
		struct machine_row row = { .name = t->name, .is_needed = t->is_needed, .found = "", .effect = "", .remedy = "" };

		text_init(&found, buf, sizeof buf);
		row.is_here = t->look != NULL ? t->look(conf, &found) : sys_has(t->thing);
		if (!row.is_here) {
			row.found = found.at;
			row.effect = t->effect;
			row.remedy = t->remedy;
		}
		is_enough = is_enough && (row.is_here || !row.is_needed);
		tell(arg, &row);
	}
	return is_enough;
}

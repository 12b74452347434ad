#include "core/scope.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "core/core.h"
#include "core/strangers.h"
#include "sys/cgroup.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/process.h"

/*
 * Between two looks at those who tell nothing by themselves; twice as long each time, while nobody new
 * waits. A group that was there at one look and is there at the next is the same one as long as the
 * pids of a host do not come round in between.
 */
enum { AGAIN_MIN_MS = 100, AGAIN_MAX_MS = 2000 };

static void look(void *arg);

/* ---- all of them ---- */

static void wait_to_look(struct scopes *all)
{
	if (!all->again.active)
		loop_timer_start(all->core->loop, &all->again, all->again_ms, look, all);
}

void scopes_init(struct scopes *all, struct core *core)
{
	*all = (struct scopes){ .core = core, .way = SCOPE_GROUP, .watches = -1 };
	list_init(&all->waiting);
	cgroups_init(&all->cgroups);
	sweep_init(&all->sweep, core);
}

static void on_watches(void *arg, unsigned events UNUSED)
{
	struct scopes *all = arg;
	int watch;

	while ((watch = sys_cgroup_changed(all->watches)) >= 0)
		list_each(&all->waiting, it) {
			struct scope *sc = container_of(it, struct scope, link);

			if (sc->watch == watch)
				sc->is_news = true;
		}
	scopes_look(all);
}

void scopes_begin(struct scopes *all)
{
	struct text t;
	char line[PATH_MAX + 128];

	text_init(&t, all->mark, sizeof all->mark);
	text_addf(&t, "%08x%08x.", sys_random(), sys_random());
	cgroups_take(&all->cgroups, &all->core->conf->org);
	if (all->cgroups.folder[0] != '\0')
		all->way = SCOPE_CGROUP;
	else
		all->way = sys_has_proc() ? SCOPE_SWEEP : SCOPE_GROUP;
	if (all->way == SCOPE_CGROUP)
		all->watches = sys_cgroup_watches();
	if (all->watches >= 0)
		loop_io_start(all->core->loop, &all->watches_io, all->watches, LOOP_READ, on_watches, all);
	scopes_describe(all, line, sizeof line);
	log_event(LOG_INFO, "reeve", "stops-all", "%s", line);
}

void scopes_look_ahead(struct scopes *all)
{
	cgroups_look(&all->cgroups, &all->core->conf->org);
	if (all->cgroups.folder[0] != '\0')
		all->way = SCOPE_CGROUP;
	else
		all->way = sys_has_proc() ? SCOPE_SWEEP : SCOPE_GROUP;
}

void scopes_done(struct scopes *all)
{
	loop_timer_stop(&all->again);
	loop_io_stop(&all->watches_io);
	if (all->watches >= 0)
		sys_close(all->watches);
	sweep_done(&all->sweep);
	cgroups_leave(&all->cgroups);
}

void scopes_describe(const struct scopes *all, char *buf, size_t max)
{
	static const char *const ways[] = {
		[SCOPE_CGROUP] = "cgroup", [SCOPE_SWEEP] = "sweep", [SCOPE_GROUP] = "group",
	};
	char names[64];
	struct text t;

	text_init(&t, buf, max);
	text_addf(&t, "by=%s", ways[all->way]);
	cgroups_format(all->cgroups.controllers, names, sizeof names);
	if (all->way == SCOPE_CGROUP)
		text_addf(&t, " folder=%s controllers=\"%s\"", all->cgroups.folder, names);
	else
		text_addf(&t, " no_cgroups=\"%s\"", all->cgroups.why_not);
}

/* ---- one ---- */

void scope_init(struct scope *sc, struct core *core, const struct scope_client *client)
{
	*sc = (struct scope){ .core = core, .client = client, .watch = -1 };
	list_init(&sc->link);
}

static struct scopes *all_of(const struct scope *sc)
{
	return &sc->core->scopes;
}

/* Its folder. */
static const char *folder_of(const struct scope *sc, char *buf, size_t max)
{
	if (cgroups_child(&all_of(sc)->cgroups, sc->name, buf, max) < 0)
		buf[0] = '\0';
	return buf;
}

static void unwatch(struct scope *sc)
{
	if (sc->watch >= 0)
		sys_cgroup_unwatch(all_of(sc)->watches, sc->watch);
	sc->watch = -1;
}

/* Back to nothing; its folder goes, as it is empty. */
static void forget(struct scope *sc)
{
	char path[PATH_MAX];

	list_remove(&sc->link);
	unwatch(sc);
	sweep_forget(&all_of(sc)->sweep, sc);
	if (sc->has_cgroup)
		(void)sys_cgroup_remove(folder_of(sc, path, sizeof path)); /* -EBUSY: the next start looks at it */
	scope_init(sc, sc->core, sc->client);
}

static void make_cgroup(struct scope *sc)
{
	char path[PATH_MAX];
	int r;

	sc->has_cgroup = true;
	r = sys_cgroup_make(folder_of(sc, path, sizeof path));
	if (r == 0)
		return;
	log_event(LOG_WARN, sc->name, "no-cgroup", "path=%s error=\"%s\"", path, strerror(-r));
	sc->has_cgroup = false;
}

int scope_open(struct scope *sc, const char *name)
{
	struct scopes *all = all_of(sc);
	char path[PATH_MAX];
	bool populated = false;

	forget(sc);
	(void)snprintf(sc->name, sizeof sc->name, "%s", name); /* conf/child.c makes none longer */
	if (all->way == SCOPE_CGROUP)
		make_cgroup(sc);
	if (!sc->has_cgroup)
		sc->mark = ++all->last_mark;
	if (!sc->has_cgroup || sys_cgroup_is_populated(folder_of(sc, path, sizeof path), &populated) < 0 || !populated)
		return 0;
	sc->is_former = true;
	scope_gone(sc);
	loop_timer_start(sc->core->loop, &all->again, 0, look, all);
	return -EBUSY;
}

void scope_give(const struct scope *sc, const char *name, struct scope_gift *ret)
{
	struct text t;

	if (sc->mark > 0 || cgroups_child(&all_of(sc)->cgroups, name, ret->cgroup, sizeof ret->cgroup) < 0)
		ret->cgroup[0] = '\0';
	text_init(&t, ret->mark, sizeof ret->mark);
	if (sc->mark > 0)
		text_addf(&t, "%s%u", all_of(sc)->mark, sc->mark);
}

void scope_close(struct scope *sc)
{
	forget(sc);
}

void scope_done(struct scope *sc)
{
	list_remove(&sc->link);
	unwatch(sc);
	sweep_forget(&all_of(sc)->sweep, sc);
}

void scope_ending(struct scope *sc, pid_t pid, bool spared)
{
	sc->group = pid;
	if (!spared)
		(void)sys_kill_group(pid, SIGKILL); /* -ESRCH: it never led one */
}

/* From now on it is among those who are looked at. */
static void queue(struct scope *sc)
{
	list_remove(&sc->link);
	list_append(&all_of(sc)->waiting, &sc->link);
	all_of(sc)->again_ms = AGAIN_MIN_MS;
}

void scope_gone(struct scope *sc)
{
	sc->is_waiting = true;
	sc->is_news = true;
	sweep_forget(&all_of(sc)->sweep, sc);
	sc->sweep = (struct sweep_place){ 0 }; /* what one sees, or saw, while the program is there says nothing of now */
	queue(sc);
}

void scope_ask(struct scope *sc, int signo)
{
	char path[PATH_MAX];

	if (sc->has_cgroup)
		(void)sys_cgroup_signal(folder_of(sc, path, sizeof path), signo, sc->group); /* who went meanwhile is gone */
}

void scope_kill(struct scope *sc, pid_t leader)
{
	char path[PATH_MAX];

	sc->is_killing = true;
	if (leader > 0)
		(void)sys_kill_group(leader, SIGKILL);
	else if (sc->group > 0 && sys_has_group(sc->group))
		(void)sys_kill_group(sc->group, SIGKILL);
	if (sc->has_cgroup && sys_cgroup_kill(folder_of(sc, path, sizeof path)) < 0)
		log_event(LOG_WARN, sc->name, "cgroup-kill-failed", "path=%s", path);
	if (sc->has_cgroup || all_of(sc)->way != SCOPE_SWEEP)
		return;
	if (!sc->is_waiting) {
		queue(sc); /* a tracer that left its group holds a dead program: who is not gone in a moment is swept with all his */
		wait_to_look(all_of(sc));
		return;
	}
	sc->sweep.is_wanted = true;
	sweep_begin(&all_of(sc)->sweep, all_of(sc));
}

void scope_describe(const struct scope *sc, struct text *t)
{
	char path[PATH_MAX], seen[96];
	pid_t pid = sc->sweep.survivor != 0 ? sc->sweep.survivor : sc->group;

	if (sc->has_cgroup && sys_cgroup_member(folder_of(sc, path, sizeof path), &pid) < 0)
		pid = 0;
	if (pid == 0) {
		text_add(t, "who is left could not be found out");
		return;
	}
	text_addf(t, "pid %d", (int)pid);
	if (sys_process_describe(pid, seen, sizeof seen) == 0)
		text_addf(t, ", %s", seen);
}

/* ---- looking ---- */

enum verdict { EMPTY, LEFT, UNDECIDED };

static enum verdict look_at_cgroup(struct scope *sc)
{
	char path[PATH_MAX];
	bool populated = false;

	if (!sc->is_news && sc->watch >= 0)
		return UNDECIDED; /* as it was */
	(void)folder_of(sc, path, sizeof path);
	if (sys_cgroup_is_populated(path, &populated) < 0 || !populated)
		return EMPTY; /* who has no folder is in none */
	if (sc->watch >= 0 || all_of(sc)->watches < 0)
		return LEFT;
	sc->watch = sys_cgroup_watch(all_of(sc)->watches, path);
	if (sys_cgroup_is_populated(path, &populated) < 0 || !populated)
		return EMPTY; /* before it was watched */
	return LEFT;
}

/* The group is a question of one call; the rest of what a program leaves shows as a child of reeve's that is nobody's. */
static enum verdict look_around(struct scope *sc, bool are_strangers)
{
	if (sc->group > 0 && !sys_has_group(sc->group))
		sc->group = 0;
	if (all_of(sc)->way == SCOPE_GROUP)
		return sc->group > 0 ? LEFT : EMPTY;
	if (!are_strangers)
		return EMPTY;
	if (sc->sweep.is_swept)
		return sc->sweep.left == 0 && sc->group == 0 ? EMPTY : LEFT;
	if (sc->sweep.in == 0)
		sc->sweep.is_wanted = true;
	return LEFT;
}

/* One look for all who wait, and none where nobody's way asks for it. */
static bool are_strangers_about(const struct scopes *all)
{
	list_each(&all->waiting, it)
		if (container_of(it, struct scope, link)->is_waiting && !container_of(it, struct scope, link)->has_cgroup)
			return all->way != SCOPE_GROUP && strangers_are_about(&all->core->processes);
	return false;
}

static void tell(struct scope *sc, enum verdict v)
{
	sc->is_news = false;
	if (v == EMPTY && sc->is_former && !sc->is_told)
		v = LEFT; /* he was: whoever wanted the start waits to hear of it, and is told the rest in a moment */
	if (v == EMPTY) {
		forget(sc);
		sc->client->emptied(sc);
	} else if (v == LEFT && !sc->is_told) {
		sc->is_told = true;
		sc->client->left(sc);
	} else if (v == LEFT && sc->is_killing && sc->has_cgroup) {
		scope_kill(sc, 0); /* a kernel without cgroup.kill, and somebody who forks */
	}
}

static bool is_clock_needed(const struct scopes *all)
{
	list_each(&all->waiting, it) {
		const struct scope *sc = container_of(it, struct scope, link);

		if (sc->watch < 0 || sc->is_killing)
			return true;
	}
	return false;
}

void scopes_look(struct scopes *all)
{
	bool are_strangers;

	if (list_is_empty(&all->waiting))
		return;
	launcher_drain(&all->core->launcher); /* whose process is whose */
	are_strangers = are_strangers_about(all);
	list_each(&all->waiting, it) {
		struct scope *sc = container_of(it, struct scope, link);

		if (sc->is_waiting)
			tell(sc, sc->has_cgroup ? look_at_cgroup(sc) : look_around(sc, are_strangers));
	}
	sweep_begin(&all->sweep, all);
	if (is_clock_needed(all))
		wait_to_look(all);
}

/* It is time to ask again: what was told so far is old. */
static void look(void *arg)
{
	struct scopes *all = arg;

	all->again_ms = all->again_ms * 2 < AGAIN_MAX_MS ? all->again_ms * 2 : AGAIN_MAX_MS;
	list_each(&all->waiting, it) {
		struct scope *sc = container_of(it, struct scope, link);

		sc->is_news = true;
		sc->sweep.is_swept = false;
		sc->sweep.is_wanted |= !sc->is_waiting && sc->sweep.in == 0; /* else as it is looked at */
	}
	scopes_look(all);
}

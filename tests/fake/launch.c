/* reeve-launch: takes orders, forks children that say their number and then what they found. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/parts.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"
#include "wire/rows.h"

enum { MANY_MS = 100000 };

struct launcher {
	struct channel *control;
	bool            hangs;
};

void launch_begin(struct fake_process *p, int control)
{
	struct launcher *l = calloc(1, sizeof *l);

	WORLD_CHECK(channel_new(control, FROM_REEVE, FRAME_BODY_MAX, 4096, &l->control) == 0, "no memory");
	p->actor = l;
}

void launch_end(struct fake_process *p)
{
	struct launcher *l = p->actor;

	channel_free(l->control);
	free(l);
	p->actor = NULL;
}

/* ---- a child ---- */

static void say(struct fake_process *p, enum msg type, const void *body)
{
	uint8_t frame[4096];
	size_t len;

	if (p->status_fd < 0)
		return;
	WORLD_CHECK(msg_encode(type, p->order_id, body, frame, sizeof frame, &len) == 0, "a frame too large");
	if (sys_write(p->status_fd, frame, len) < 0)
		return; /* reeve lost interest */
}

static void exit_well(struct fake_process *p)
{
	process_die(p, false, 0);
}

static void exit_badly(struct fake_process *p)
{
	process_die(p, false, 1 + (int)world_random(3));
}

static void crash(struct fake_process *p)
{
	process_die(p, true, SIGSEGV);
}

static void become_program(struct fake_process *p)
{
	WORLD_CHECK(world_program(p->name) == 0, "two programs of %s", p->name);
	WORLD_CHECK(world_members(p->name) == 0, "%s starts while what an earlier one left lives", p->name);
	sys_close(p->status_fd);
	p->status_fd = -1;
	p->is_program = true;
	p->ignores_term = world_chance(world_faults.child_ignores_term);
	p->is_immune = world_chance(world_faults.child_immune);
	while (world_chance(world_faults.child_forks))
		later(p, world_random(world_chance(500) ? 200 : 5000), family_fork);
	if (world_chance(world_faults.child_crashes))
		later(p, world_random(1500), world_chance(500) ? crash : exit_badly);
	else if (world_chance(world_faults.child_exits))
		later(p, world_random(120000), world_chance(500) ? exit_well : exit_badly);
}

static void find_problems(struct fake_process *p)
{
	bool of_bundle = p->bundle[0] != '\0' && world_chance(600);

	for (uint32_t n = 1 + world_random(4); n > 0; n--) {
		struct problem_row row = { .subject = p->name, .original = true };

		problem_set(&row.problem, of_bundle ? PROBLEM_BUNDLE : PROBLEM_HOST,
		            of_bundle ? "file-altered" : "command-missing", "bin/it", "problem %u", n);
		say(p, MSG_LAUNCH_PROBLEM, &row);
	}
}

static void refuse(struct fake_process *p, const char *step, int error)
{
	struct launch_refused refused = { step, error, "so it is" };

	say(p, MSG_LAUNCH_REFUSED, &refused);
}

/* Preflight is over. */
static void act(struct fake_process *p)
{
	bool fails = world_chance(world_faults.preflight_fails);

	if (world_chance(world_faults.preflight_hangs)) {
		later(p, MANY_MS, act);
		return;
	}
	if (world_chance(world_faults.status_garbled) && p->status_fd >= 0 && sys_write(p->status_fd, "garbage garbage", 15) > 0) {
		later(p, 1, exit_badly);
		return;
	}
	if (fails)
		find_problems(p);
	if (p->check_only) {
		struct launch_checked checked = { fails, 0 };

		say(p, MSG_LAUNCH_CHECKED, &checked);
		exit_well(p);
	} else if (fails) {
		refuse(p, "preflight", 0);
		exit_badly(p);
	} else if (world_chance(world_faults.step_refuses)) {
		refuse(p, "exec", world_chance(500) ? ENOENT : EAGAIN);
		exit_badly(p);
	} else {
		become_program(p);
	}
}

static void pin(struct fake_process *p, const struct launch_order *order)
{
	const struct published *b = published_find(order->bundle);
	struct launch_pinned pinned = { .digest = order->digest, .version = "1.0", .seq = 1 };

	if (order->bundle[0] == '\0')
		return;
	(void)snprintf(p->bundle, sizeof p->bundle, "%s", order->bundle);
	if (digest_is_none(&pinned.digest) && b != NULL) {
		pinned.digest = published_digest(b->bundle, b->current);
		pinned.seq = b->current;
	}
	p->digest = pinned.digest;
	say(p, MSG_LAUNCH_PINNED, &pinned);
}

/* ---- the launcher ---- */

static void fork_child(struct launcher *l, const struct frame *f)
{
	struct fake_process *p = process_new(PROCESS_CHILD);
	struct launch_pid said = { (uint32_t)p->pid };
	struct launch_order order;

	WORLD_CHECK(msg_decode(f, &order) == 0, "an order that cannot be read");
	if (channel_send(l->control, MSG_LAUNCH_PID, f->id, &said, NULL) < 0)
		later(p, 0, exit_badly); /* reeve is gone, and with it whoever wanted this child */
	(void)snprintf(p->name, sizeof p->name, "%s", order.name);
	(void)snprintf(p->cgroup, sizeof p->cgroup, "%s", order.cgroup);
	(void)snprintf(p->mark, sizeof p->mark, "%s", order.mark);
	p->check_only = order.check_only;
	p->order_id = f->id;
	p->status_fd = f->fds[0];
	pin(p, &order);
	later(p, world_random(50), act);
}

static void refuse_to_fork(const struct frame *f)
{
	struct fake_process nobody = { .status_fd = f->fds[0], .order_id = f->id };

	refuse(&nobody, "fork", EAGAIN);
	sys_close(f->fds[0]);
}

static void take_order(struct fake_process *p, const struct frame *f)
{
	struct launcher *l = p->actor;

	if (world_chance(world_faults.fork_fails))
		refuse_to_fork(f);
	else
		fork_child(l, f);
	for (size_t i = 1; i < ARRAY_LEN(f->fds); i++)
		sys_close(f->fds[i]);
}

/* Takes one order; false when there is none. */
bool launch_poll(struct fake_process *p)
{
	struct launcher *l = p->actor;
	struct frame f;
	int r;

	if (l->hangs)
		return false;
	r = channel_next(l->control, &f);
	if (r == 1 && world_chance(world_faults.launcher_dies)) {
		for (size_t i = 0; i < ARRAY_LEN(f.fds); i++)
			sys_close(f.fds[i]);
		process_die(p, true, SIGKILL);
		return true;
	}
	if (r == 1 && f.type == MSG_LAUNCH_SWEEP) {
		struct fake_process *sweeper = process_new(PROCESS_SWEEPER);
		struct launch_pid said = { (uint32_t)sweeper->pid };

		if (channel_send(l->control, MSG_LAUNCH_PID, f.id, &said, NULL) < 0)
			later(sweeper, 0, exit_badly);
		sweep_begin_one(sweeper, &f);
		return true;
	}
	if (r == 1) {
		l->hangs = world_chance(world_faults.launcher_hangs);
		take_order(p, &f);
		return true;
	}
	WORLD_CHECK(r == 0, "reeve breaks the protocol toward reeve-launch: %d", r);
	r = channel_fill(l->control);
	if (r == 0)
		process_die(p, false, 0); /* reeve closed its end */
	return r != -EAGAIN;
}

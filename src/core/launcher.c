#include "core/launcher.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/log.h"
#include "core/core.h"
#include "core/service.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"

enum {
	ANSWERS_MAX = 4096,  /* bytes of numbers read at a time */
	TAKE_MS     = 5000,  /* between two numbers while orders wait for theirs; longer is a hang */
};

static void too_slow(void *arg)
{
	struct launcher *l = arg;

	log_event(LOG_ERROR, "reeve-launch", "hangs", "taking_ms=%d", TAKE_MS);
	helper_stop(&l->helper, 0);
	l->helper.stopping = false; /* killed to be started again */
}

static void watch_progress(struct launcher *l)
{
	if (list_is_empty(&l->ordered))
		loop_timer_stop(&l->watchdog);
	else
		loop_timer_start(l->core->loop, &l->watchdog, TAKE_MS, too_slow, l);
}

/* What the configuration says, as the order says it. */
static struct launch_order fill_order(const struct attempt *a, struct scope_gift *gift)
{
	const struct child_conf *c = a->service->conf;
	const struct bundle_conf *b = c->service->bundle;
	const struct org_conf *org = &a->service->conf_owner->org;

	scope_give(&a->service->scope, c->name, gift);
	return (struct launch_order){
		.check_only = a->order.check_only,
		.full = a->order.full || (b != NULL && b->verify == VERIFY_FULL),
		.name = c->name,
		.workspace = c->workspace->name,
		.service = c->service->name,
		.argv = c->argv,
		.environment = c->environment,
		.required = c->required,
		.context = c->context,
		.cgroup = gift->cgroup,
		.mark = gift->mark,
		.state_dir = c->state_dir,
		.store = org->store,
		.bundle = b != NULL ? b->name : NULL,
		.tree = b != NULL && b->source == SOURCE_PATH ? b->path : NULL,
		.digest = a->order.digest,
		.platform = org->platform,
		.capabilities = org->capabilities,
	};
}

/* Sends one order. -ENOBUFS: not now; another error is the attempt's end. */
static int send_order(struct launcher *l, struct attempt *a)
{
	struct scope_gift gift;
	struct launch_order order = fill_order(a, &gift);
	int pipe[2], fds[4];
	int r = sys_pipe(pipe, NONBLOCK_READ);

	if (r < 0)
		return r;
	fds[0] = pipe[1];
	fds[1] = a->order.check_only ? l->core->null_fd : feed_input(a->service);
	fds[2] = a->order.check_only ? l->core->null_fd : a->service->out.write_fd;
	fds[3] = a->order.check_only ? l->core->null_fd : a->service->err.write_fd;
	r = helper_send(&l->helper, MSG_LAUNCH_ORDER, l->last_id + 1, &order, fds);
	sys_close(pipe[1]);
	if (r < 0) {
		sys_close(pipe[0]);
		return r;
	}
	if (!a->order.check_only)
		a->service->has_credentials = order.context.credentials.count > 0;
	a->id = ++l->last_id;
	attempt_listen(a, pipe[0]);
	return 0;
}

void launcher_forget(struct launcher *l, struct service *s)
{
	const struct launch_forget order = { .credentials_dir = s->conf->context.credentials_dir };

	if (s->has_credentials && helper_send(&l->helper, MSG_LAUNCH_FORGET, 0, &order, NULL) == 0)
		s->has_credentials = false;
}

/* Sends what can go. */
static void pump(struct launcher *l)
{
	while (!list_is_empty(&l->queued) && helper_is_up(&l->helper)) {
		struct attempt *a = container_of(l->queued.next, struct attempt, link);
		bool was_idle = list_is_empty(&l->ordered);
		bool was_empty = !helper_has_output(&l->helper);
		int r = send_order(l, a);

		if (r == -ENOBUFS && !was_empty)
			return; /* when it has read some */
		if (r == -EPIPE || r == -ECONNRESET)
			return; /* its end is on the way */
		list_remove(&a->link);
		if (r < 0) {
			attempt_fail(a, "order", r == -ENOBUFS ? E2BIG : -r);
			continue;
		}
		list_append(&l->ordered, &a->link);
		if (was_idle)
			watch_progress(l);
	}
}

static void on_up(struct helper *h)
{
	struct launcher *l = container_of(h, struct launcher, helper);

	pump(l);
	sweep_begin(&l->core->scopes.sweep, &l->core->scopes);
}

/* A number; orders are taken one after the other, so the search is short. */
static void on_frame(struct helper *h, const struct frame *f)
{
	struct launcher *l = container_of(h, struct launcher, helper);
	struct launch_pid said;

	if (f->type != MSG_LAUNCH_PID || msg_decode(f, &said) < 0) {
		log_event(LOG_ERROR, "reeve-launch", "broke-protocol", "message=%s", msg_name(f->type));
		return;
	}
	if (sweep_said_pid(&l->core->scopes.sweep, f->id, (pid_t)said.pid))
		return;
	list_each(&l->ordered, it) {
		struct attempt *a = container_of(it, struct attempt, link);

		if (a->id != f->id)
			continue;
		list_remove(it);
		watch_progress(l);
		attempt_said_pid(a, (pid_t)said.pid);
		return;
	}
	log_event(LOG_ERROR, "reeve-launch", "unasked", "pid=%u id=%u", said.pid, f->id);
}

static void on_writable(struct helper *h)
{
	pump(container_of(h, struct launcher, helper));
}

/* Nobody holds its socket any more: an order that has no process now will never have one. */
static void on_down(struct helper *h, const struct exit_status *how)
{
	struct launcher *l = container_of(h, struct launcher, helper);
	char end[64];

	if (how != NULL && !h->stopping) {
		exit_status_format(how, end, sizeof end);
		log_event(LOG_ERROR, "reeve-launch", "died", "how=\"%s\" orders=%s", end,
		          list_is_empty(&l->ordered) ? "none" : "lost");
	}
	while (!list_is_empty(&l->ordered))
		attempt_lose(container_of(l->ordered.next, struct attempt, link));
	watch_progress(l);
	sweep_lose(&l->core->scopes.sweep);
	service_settle(l->core);
}

static const struct helper_kind kind = {
	.program = "reeve-launch",
	.resident = true,
	.may_send = FROM_LAUNCH,
	.in_max = ANSWERS_MAX,
	.out_max = FRAME_BODY_MAX + FRAME_HEAD,
	.up = on_up,
	.frame = on_frame,
	.writable = on_writable,
	.down = on_down,
};

int launcher_init(struct launcher *l, struct core *core)
{
	*l = (struct launcher){
		.core = core, .status = malloc(STATUS_READ_MAX), .status_max = STATUS_READ_MAX,
	};
	list_init(&l->queued);
	list_init(&l->ordered);
	list_init(&l->failed);
	helper_init(&l->helper, core, &kind);
	return l->status == NULL ? -ENOMEM : 0;
}

void launcher_done(struct launcher *l)
{
	helper_done(&l->helper);
	loop_timer_stop(&l->watchdog);
	loop_timer_stop(&l->failing);
	free(l->status);
}

void launcher_order(struct launcher *l, struct attempt *a)
{
	list_append(&l->queued, &a->link);
	pump(l);
}

void launcher_drain(struct launcher *l)
{
	if (!list_is_empty(&l->ordered) || sweep_awaits_pid(&l->core->scopes.sweep))
		helper_hear(&l->helper);
}

static void tell_failed(void *arg)
{
	struct launcher *l = arg;

	while (!list_is_empty(&l->failed)) {
		struct attempt *a = container_of(l->failed.next, struct attempt, link);

		list_remove(&a->link);
		attempt_conclude(a);
	}
}

void launcher_fail(struct launcher *l, struct attempt *a)
{
	list_append(&l->failed, &a->link);
	loop_timer_start(l->core->loop, &l->failing, 0, tell_failed, l);
}

#include "core/service_row.h"

#include "core/core.h"
#include "core/service.h"

/* What keeps its output from going where it should. */
static const char *log_error(const struct service *s, struct service_row_room *room)
{
	room->log[0] = '\0';
	if (s->out.read_fd >= 0 || s->err.read_fd >= 0)
		helper_explain(&s->core->logger.helper, room->log, sizeof room->log);
	if (room->log[0] != '\0')
		return room->log;
	return s->out.trouble[0] != '\0' ? s->out.trouble : s->err.trouble;
}

void service_fill_row(const struct service *s, uint64_t now_ms, struct service_row_room *room,
                      struct child_row *ret)
{
	const struct bundle_conf *bundle = s->conf->service->bundle;

	room->exit[0] = '\0';
	if (s->has_exited)
		exit_status_format(&s->exit, room->exit, sizeof room->exit);
	room->reason[0] = '\0';
	if (s->state == SVC_CHECKING && !s->is_healing)
		helper_explain(&s->core->launcher.helper, room->reason, sizeof room->reason);
	*ret = (struct child_row){
		.name = service_name(s),
		.workspace = s->conf->workspace->name,
		.service = s->conf->service->name,
		.state = state_name(s->state),
		.wanted = s->wanted,
		.pid = (uint32_t)service_pid(s),
		.since_ms = now_ms > s->since_ms ? now_ms - s->since_ms : 0,
		.next_in_ms = service_next_in_ms(s, now_ms),
		.restarts = s->restarts,
		.exit = room->exit,
		.bundle = bundle != NULL ? bundle->name : "",
		.version = s->version,
		.seq = s->seq,
		.digest = s->digest,
		.reason = s->reason[0] != '\0' ? s->reason : room->reason,
		.log_lost = s->out.lost + s->err.lost,
		.log_error = log_error(s, room),
		.problems = s->problems.kept,
	};
}

bool service_fill_problem(const struct service *s, uint32_t i, struct problem_row *ret)
{
	const struct kept_problem *p = s->problems.first;

	for (; p != NULL && i > 0; i--)
		p = p->next;
	if (p == NULL)
		return false;
	*ret = (struct problem_row){
		.subject = service_name(s), .original = p->original, .advisory = p->advisory, .problem = p->problem,
	};
	return true;
}

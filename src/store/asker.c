#include "store/asker.h"

#include <errno.h>
#include <poll.h>

#include "store/fault.h"
#include "sys/clock.h"
#include "wire/rows.h"

enum { TELL_EVERY_MS = 100, ANSWER_MS = 30000 };

bool asker_is_gone(const struct asker *a)
{
	struct pollfd p = { .fd = channel_fd(a->channel), .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

int asker_tell(struct asker *a, const char *phase, uint64_t done, uint64_t total, const char *unit,
               struct problem *p)
{
	uint64_t now = sys_now_ms();

	if (now - a->told_ms < TELL_EVERY_MS)
		return 0;
	if (asker_is_gone(a))
		return fault(p, FAULT_GONE, a->subject, "the asker hung up");
	a->told_ms = now;
	/* Progress that finds no room is left out; an end of the channel shows next time. */
	(void)!channel_send(a->channel, MSG_PROGRESS, a->id, &(struct progress_row){
		.subject = a->subject, .phase = phase, .done = done, .total = total, .unit = unit }, NULL);
	return 0;
}

int asker_answer(struct asker *a, enum msg type, const void *body)
{
	int r = channel_send(a->channel, type, a->id, body, NULL);

	return r < 0 ? r : channel_wait_sent(a->channel, ANSWER_MS);
}

#include "store/asker.h"

#include <errno.h>
#include <poll.h>

#include "store/fault.h"
#include "sys/clock.h"

enum { TELL_EVERY_MS = 100, ANSWER_MS = 30000 };

bool asker_is_gone(const struct asker *a)
{
	struct pollfd p = { .fd = channel_fd(a->channel), .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

int asker_tell(struct asker *a, struct progress_row row)
{
	uint64_t now = sys_now_ms();

	if (now - a->told_ms < TELL_EVERY_MS)
		return 0;
	if (asker_is_gone(a))
		return fault(a->problem, FAULT_GONE, a->subject, "the asker hung up");
	a->told_ms = now;
	/* Progress that finds no room is left out; an end of the channel shows next time. */
	row.subject = a->subject;
	(void)!channel_send(a->channel, MSG_PROGRESS, a->id, &row, NULL);
	return 0;
}

int asker_answer(struct asker *a, enum msg type, const void *body)
{
	int r = channel_send(a->channel, type, a->id, body, NULL);

	return r < 0 ? r : channel_wait_sent(a->channel, ANSWER_MS);
}

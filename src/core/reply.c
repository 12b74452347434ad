#include "core/reply.h"

void reply_init(struct reply *r, const struct reply_ops *ops, uid_t uid)
{
	*r = (struct reply){ .ops = ops, .uid = uid };
	list_init(&r->link);
}

int reply_row(struct reply *r, enum msg type, const void *row)
{
	return r == NULL ? 0 : r->ops->row(r, type, row, NULL);
}

int reply_row_with_fd(struct reply *r, enum msg type, const void *row, int fd)
{
	return r == NULL ? 0 : r->ops->row(r, type, row, &fd);
}

void reply_row_or_drop(struct reply *r, enum msg type, const void *row)
{
	if (r != NULL)
		(void)r->ops->row(r, type, row, NULL); /* the next one says as much */
}

void reply_when_room(struct reply *r, reply_fn *fn, void *arg)
{
	if (r == NULL)
		return;
	r->on_room = fn;
	r->arg = arg;
}

void reply_when_gone(struct reply *r, reply_fn *fn, void *arg)
{
	if (r == NULL)
		return;
	r->on_gone = fn;
	r->arg = arg;
}

void reply_refuse(struct reply *r, enum reply_exit exit_code, const struct error_row *why)
{
	if (r == NULL)
		return;
	(void)r->ops->row(r, MSG_ERROR, why, NULL); /* every listener keeps room for it */
	reply_end(r, exit_code);
}

void reply_end(struct reply *r, uint32_t exit_code)
{
	if (r == NULL)
		return;
	list_remove(&r->link);
	r->ops->end(r, exit_code);
}

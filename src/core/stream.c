#include "core/stream.h"

#include <errno.h>

#include "sys/fd.h"

enum { RELAY_SPARES = 64 }; /* descriptors that have to be left for starts and clients */

void stream_init(struct stream *st, struct service *service, uint32_t number, int write_fd)
{
	*st = (struct stream){
		.service = service, .number = number, .read_fd = -1, .pipe_fd = -1, .relay = { -1, -1 }, .write_fd = write_fd };
	list_init(&st->link);
}

int stream_open(struct stream *st)
{
	int pipe[2];
	int r = sys_pipe(pipe, NONBLOCK_READ);

	if (r < 0)
		return r;
	st->read_fd = pipe[0];
	st->write_fd = st->pipe_fd = pipe[1];
	return 0;
}

int stream_open_relay(struct stream *st)
{
	int pipe[2];
	int r = sys_pipe(pipe, NONBLOCK_NONE);

	if (r == 0 && !sys_leaves_room(pipe[1], RELAY_SPARES)) {
		sys_close(pipe[0]);
		sys_close(pipe[1]);
		r = -EMFILE;
	}
	if (r < 0)
		return r;
	st->relay[0] = pipe[0];
	st->relay[1] = pipe[1];
	return 0;
}

void stream_close(struct stream *st, int write_fd)
{
	int *fds[] = { &st->read_fd, &st->pipe_fd, &st->relay[0], &st->relay[1] };

	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		sys_close(*fds[i]);
		*fds[i] = -1;
	}
	st->write_fd = write_fd;
}

bool stream_has_relay(const struct stream *st)
{
	return st->relay[0] >= 0;
}

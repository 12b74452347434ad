#include "log/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log/source.h"
#include "sys/fd.h"

int stream_new(uint32_t number, const char *name, int fd, struct logfile *file, struct stream **ret)
{
	struct stream *s = calloc(1, sizeof *s);

	if (s == NULL)
		return -ENOMEM;
	s->name = strdup(name);
	if (s->name == NULL) {
		free(s);
		return -ENOMEM;
	}
	list_init(&s->link);
	list_init(&s->queue);
	list_init(&s->followers);
	s->number = number;
	s->fd = fd;
	s->file = file;
	*ret = s;
	return 0;
}

void stream_free(struct stream *s)
{
	list_remove(&s->link);
	list_remove(&s->queue);
	logfile_put(s->file);
	ring_done(&s->ring);
	sys_close(s->fd);
	free(s->name);
	free(s);
}

void stream_end(struct stream *s)
{
	s->is_ending = true;
	s->left = source_waiting(s->fd);
}

#include "launch/start.h"

const char *start_directory(const struct start *s)
{
	if (s->order.context.directory[0] != '\0')
		return s->order.context.directory;
	return s->pin.path[0] != '\0' ? s->pin.path : "/";
}

#include "launch/start.h"

const char *start_directory(const struct start *s)
{
	if (s->order.directory[0] != '\0')
		return s->order.directory;
	return s->pin.path[0] != '\0' ? s->pin.path : "/";
}

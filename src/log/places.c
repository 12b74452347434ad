#include "log/places.h"

#include <errno.h>
#include <stdlib.h>

#include "log/file_sink.h"
#include "log/output.h"
#include "log/syslog.h"

/* Which kind of sink is made how. */
static int (*const makers[])(struct places *p, const struct log_sink *order, struct sink **ret) = {
	[LOG_TO_FILE]   = file_sink_new,
	[LOG_TO_STDOUT] = output_sink_new,
	[LOG_TO_STDERR] = output_sink_new,
	[LOG_TO_SYSLOG] = syslog_sink_new,
};

int places_init(struct places *p, struct loop *loop, struct source *source)
{
	*p = (struct places){ .loop = loop, .source = source, .room = malloc(PLACES_ROOM) };
	logfiles_init(&p->files);
	keeper_init(&p->keeper, loop, &p->files);
	list_init(&p->outputs);
	list_init(&p->syslogs);
	return p->room == NULL ? -ENOMEM : outputs_open(p);
}

void places_done(struct places *p)
{
	keeper_done(&p->keeper);
	outputs_close(p);
	free(p->room);
}

int places_make(struct places *p, const struct log_sink *order, struct sink **ret)
{
	int r;

	if (order->kind >= ARRAY_LEN(makers) || makers[order->kind] == NULL || order->format > LOG_JSON)
		return -EINVAL;
	r = makers[order->kind](p, order, ret);
	if (r == 0)
		(*ret)->format = order->format;
	return r;
}

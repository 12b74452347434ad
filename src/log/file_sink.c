#include "log/file_sink.h"

#include <errno.h>
#include <stdlib.h>

#include "log/logfile.h"

struct file_sink {
	struct sink     sink;
	struct places  *places;
	struct logfile *file;
};

static struct file_sink *of(struct sink *s)
{
	return container_of(s, struct file_sink, sink);
}

static ssize_t accept_lines(struct file_sink *k, const struct batch *b)
{
	struct text lines;
	size_t stands_for;

	text_init(&lines, k->places->room, PLACES_ROOM);
	if (b->is_mark && k->sink.format == LOG_RAW && logfile_is_within_line(k->file))
		text_add(&lines, "\n"); /* bytes as they are may end anywhere */
	stands_for = sink_format(&k->sink, b, false, &lines);
	return parcel_send(&k->file->parcel, b->is_mark ? NULL : &k->sink, &lines, stands_for);
}

static ssize_t accept_batch(struct sink *s, const struct batch *b)
{
	struct file_sink *k = of(s);
	ssize_t n = parcel_flush(&k->file->parcel, s);

	if (n != 0)
		return n;
	return s->format != LOG_RAW || b->is_mark ? accept_lines(k, b) : logfile_write(k->file, b->data, b->len);
}

static ssize_t move_exactly(struct sink *s, struct intake *in, size_t max)
{
	struct file_sink *k = of(s);
	ssize_t n = parcel_flush(&k->file->parcel, NULL); /* of another stream that has the same file */

	return n < 0 ? n : logfile_move(k->file, k->places->source, in, max);
}

static size_t let_go(struct sink *s)
{
	return parcel_let_go(&of(s)->file->parcel, s);
}

static void free_sink(struct sink *s)
{
	struct file_sink *k = of(s);

	logfile_put(k->file);
	free(k);
}

static const struct sink_kind file_kind = { .accept = accept_batch, .move = move_exactly, .let_go = let_go, .free = free_sink };

int file_sink_new(struct places *p, const struct log_sink *order, struct sink **ret)
{
	struct logfile_settings want = {
		.path = order->target, .maxbytes = order->maxbytes, .maxage_ms = order->maxage_ms, .total = order->total,
		.backups = order->backups, .mode = order->mode, .compress = order->compress };
	struct file_sink *k = calloc(1, sizeof *k);
	int r = k == NULL ? -ENOMEM : logfile_get(&p->files, &want, &k->file);

	if (r < 0) {
		free(k);
		return r;
	}
	k->places = p;
	sink_init(&k->sink, &file_kind, k->file->path);
	k->sink.file = k->file;
	*ret = &k->sink;
	return 0;
}

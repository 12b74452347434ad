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

/* Writes what is left of a line; see parcel.h. Bytes of s's that are stored by that, or what is wrong. */
static ssize_t write_parcel(struct logfile *f, const struct sink *s)
{
	size_t settled = 0;

	while (settled == 0 && !parcel_is_empty(&f->parcel)) {
		ssize_t n = logfile_write(f, f->parcel.at + f->parcel.sent, f->parcel.len - f->parcel.sent);

		if (n < 0)
			return n;
		settled = parcel_sent(&f->parcel, (size_t)n, s);
	}
	return (ssize_t)settled;
}

static ssize_t accept_lines(struct file_sink *k, const struct batch *b)
{
	struct text lines;
	size_t stands_for, written = 0;
	ssize_t n = 0;

	text_init(&lines, k->places->room, PLACES_ROOM);
	if (b->is_mark && k->sink.format == LOG_RAW && logfile_is_within_line(k->file))
		text_add(&lines, "\n"); /* bytes as they are may end anywhere */
	stands_for = sink_format(&k->sink, b, false, &lines);
	while (n >= 0 && written < lines.len) {
		n = logfile_write(k->file, lines.at + written, lines.len - written);
		written += n > 0 ? (size_t)n : 0;
	}
	if (written == lines.len)
		return (ssize_t)stands_for;
	if (written == 0)
		return n;
	if (b->is_mark) {
		parcel_keep(&k->file->parcel, NULL, 0, lines.at + written, lines.len - written);
		return (ssize_t)stands_for; /* it is told as soon as there is room */
	}
	parcel_keep(&k->file->parcel, &k->sink, stands_for, lines.at + written, lines.len - written);
	return n;
}

static ssize_t accept_batch(struct sink *s, const struct batch *b)
{
	struct file_sink *k = of(s);
	ssize_t n = write_parcel(k->file, s);

	if (n != 0)
		return n;
	return s->format != LOG_RAW || b->is_mark ? accept_lines(k, b) : logfile_write(k->file, b->data, b->len);
}

static ssize_t move_exactly(struct sink *s, struct intake *in, size_t max)
{
	struct file_sink *k = of(s);
	ssize_t n = write_parcel(k->file, NULL); /* of another stream that has the same file */

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

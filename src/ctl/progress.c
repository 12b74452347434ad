#include "ctl/progress.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ctl/screen.h"

enum { BAR = 24 };

static bool counts_bytes(const struct progress_row *row)
{
	return strcmp(row->unit, "bytes") == 0;
}

static void add_amount(struct text *t, const struct progress_row *row, uint64_t n)
{
	if (counts_bytes(row))
		screen_add_size(t, n);
	else
		text_addf(t, "%llu", (unsigned long long)n);
}

static void add_bar(struct text *t, const struct progress_row *row)
{
	uint64_t done = row->done < row->total ? row->done : row->total;
	unsigned percent = (unsigned)((double)done * 100 / (double)row->total);

	text_add(t, " [");
	for (unsigned i = 0; i < BAR; i++)
		text_add(t, i < percent * BAR / 100 ? "#" : "-");
	text_addf(t, "] %3u%%", percent);
}

static void add_rate(struct text *t, const struct progress *p, const struct progress_row *row, uint64_t now_ms)
{
	uint64_t ms = now_ms - p->began_ms;

	if (!counts_bytes(row) || ms < 200 || row->done < p->began_at) /* sooner, it says nothing */
		return;
	text_add(t, "  ");
	screen_add_size(t, (row->done - p->began_at) * 1000 / ms);
	text_add(t, "/s");
}

void progress_format(const struct progress *p, const struct progress_row *row, uint64_t now_ms, char *buf,
                     size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	text_addf(&t, "%s: %-7s", row->subject, row->phase);
	if (row->done == 0 && row->total == 0) /* nothing is known yet but that it goes on */
		return;
	if (row->total > 0)
		add_bar(&t, row);
	text_add(&t, "  ");
	add_amount(&t, row, row->done);
	if (row->total > 0) {
		text_add(&t, " of ");
		add_amount(&t, row, row->total);
	}
	if (!counts_bytes(row))
		text_addf(&t, " %s", row->unit);
	add_rate(&t, p, row, now_ms);
}

void progress_show(struct progress *p, const struct ctl *c, const struct progress_row *row, uint64_t now_ms)
{
	bool is_new = strcmp(p->phase, row->phase) != 0;
	char line[512];

	if (is_new) {
		struct text t;

		text_init(&t, p->phase, sizeof p->phase);
		text_add(&t, row->phase);
		p->began_ms = now_ms;
		p->began_at = row->done;
	}
	if (!c->terminal) {
		if (is_new)
			fprintf(stderr, "%s: %s\n", row->subject, row->phase);
		return;
	}
	progress_format(p, row, now_ms, line, sizeof line);
	fputs("\r", stderr);
	screen_put(stderr, line);
	fputs("\033[K", stderr);
	p->drawn = true;
}

void progress_clear(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
}

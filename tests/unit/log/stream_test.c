#include "log/stream.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "wire/orders.h"

enum { KEPT_MAX = 4 << 20, FLOOD = 3000000, SINKS_MAX = 2 };

/* A place that takes what it is told to, and keeps it. */
struct place {
	struct sink sink;
	char       *kept;
	size_t      len;
	int         error;       /* what it says instead of taking */
	bool        whole_lines; /* it takes nothing else */
	uint64_t    told;        /* bytes lost that it was told of */
};

struct stage {
	struct stream_keeper keeper;
	struct stream *stream;
	struct source  source;
	struct place   places[SINKS_MAX];
	int            write_fd;
	char           buf[STREAM_BATCH_MAX];
	char          *written;
	size_t         written_len;
	size_t         tells;       /* how often reeve was told of bytes thrown away, */
	size_t         there;       /* and how many were in the pipe then, at the last time */
};

static ssize_t take(struct sink *s, const struct batch *b)
{
	struct place *p = container_of(s, struct place, sink);
	size_t len = b->len;

	if (p->error != 0)
		return p->error;
	if (b->is_mark) {
		p->told += s->lost;
		return (ssize_t)b->len;
	}
	if (p->whole_lines && !b->is_last) {
		const char *newline = memrchr(b->data, '\n', len);

		len = newline != NULL ? (size_t)(newline + 1 - b->data) : 0;
	}
	assert_true(p->len + len <= KEPT_MAX);
	memcpy(p->kept + p->len, b->data, len);
	p->len += len;
	return (ssize_t)len;
}

static void leave(struct sink *s)
{
	(void)s;
}

static const struct sink_kind kind = { .accept = take, .free = leave };

static void wake(struct stream_keeper *k, struct stream *s)
{
	(void)k;
	(void)s;
}

static void tell(struct stream_keeper *k, struct stream *s)
{
	struct stage *g = container_of(k, struct stage, keeper);

	g->tells++;
	g->there = source_waiting(&s->in);
}

static struct stage *begin(bool block)
{
	struct stage *g = calloc(1, sizeof *g);
	struct log_attach order = { .stream = 1, .child = "acme:mail", .label = "out", .block = block };
	int ends[2];

	assert_non_null(g);
	log_init("test", LOG_ERROR);
	list_init(&g->keeper.worries);
	g->keeper.wake = wake;
	g->keeper.tell = tell;
	assert_int_equal(source_init(&g->source), 0);
	assert_int_equal(sys_pipe(ends, NONBLOCK_BOTH), 0);
	g->write_fd = ends[1];
	assert_int_equal(stream_new(&order, ends[0], &g->keeper, &g->stream), 0);
	for (size_t i = 0; i < SINKS_MAX; i++) {
		g->places[i].kept = malloc(KEPT_MAX);
		assert_non_null(g->places[i].kept);
		sink_init(&g->places[i].sink, &kind, i == 0 ? "first" : "second");
		stream_add(g->stream, &g->places[i].sink);
	}
	g->written = malloc(KEPT_MAX);
	assert_non_null(g->written);
	return g;
}

static void end(struct stage *g)
{
	stream_free(g->stream);
	source_done(&g->source);
	sys_close(g->write_fd);
	for (size_t i = 0; i < SINKS_MAX; i++)
		free(g->places[i].kept);
	free(g->written);
	free(g);
}

/* Writes as much as goes in; how much that is. */
static size_t say(struct stage *g, const char *text, size_t len)
{
	ssize_t n = write(g->write_fd, text, len);

	if (n < 0)
		return 0;
	memcpy(g->written + g->written_len, text, (size_t)n);
	g->written_len += (size_t)n;
	return (size_t)n;
}

static enum found move(struct stage *g)
{
	return stream_move(g->stream, &g->source, g->buf);
}

/* A child that writes lines until it is through, or has to wait for good. */
static size_t flood(struct stage *g, size_t len)
{
	char lines[4000];
	size_t sent = 0;

	memset(lines, 'x', sizeof lines);
	for (size_t i = 99; i < sizeof lines; i += 100)
		lines[i] = '\n';
	for (int stuck = 0; sent < len && stuck < 4;) {
		size_t n = say(g, lines, len - sent < sizeof lines ? len - sent : sizeof lines);

		sent += n;
		if (n > 0)
			stuck = 0;
		else if (move(g) == FOUND_STUCK)
			stuck++;
	}
	while (move(g) < FOUND_NOTHING)
		continue;
	return sent;
}

static void assert_has_all(const struct stage *g, const struct place *p)
{
	assert_int_equal(p->len, g->written_len);
	assert_memory_equal(p->kept, g->written, p->len);
}

static void every_sink_gets_every_byte(void **state)
{
	struct stage *g = begin(false);

	(void)state;
	assert_int_equal(flood(g, FLOOD), FLOOD);
	assert_has_all(g, &g->places[0]);
	assert_has_all(g, &g->places[1]);
	assert_int_equal(move(g), FOUND_NOTHING);
	assert_int_equal(g->stream->untold, 0);
	end(g);
}

static void a_sink_that_waits_for_the_end_of_a_line_holds_up_no_other(void **state)
{
	struct stage *g = begin(false);

	(void)state;
	g->places[1].whole_lines = true;
	say(g, "one\nhalf ", 9);
	assert_int_equal(move(g), FOUND_SOME);
	assert_has_all(g, &g->places[0]);
	assert_int_equal(g->places[1].len, 4);
	assert_int_equal(move(g), FOUND_STUCK);
	assert_int_equal(source_waiting(&g->stream->in), 5);
	say(g, "two\n", 4);
	assert_int_equal(move(g), FOUND_SOME);
	assert_has_all(g, &g->places[0]);
	assert_has_all(g, &g->places[1]);
	assert_int_equal(move(g), FOUND_NOTHING);
	end(g);
}

static void a_sink_that_fails_is_left_behind_and_every_byte_is_counted(void **state)
{
	struct stage *g = begin(false);
	struct place *bad = &g->places[1];
	uint64_t lost;

	(void)state;
	bad->error = -ENOSPC;
	assert_int_equal(flood(g, FLOOD), FLOOD);
	assert_has_all(g, &g->places[0]);
	assert_true(g->stream->tell);
	assert_true(g->stream->untold > 0);
	assert_int_equal(source_waiting(&g->stream->in) + g->stream->untold, FLOOD);
	lost = g->stream->untold;

	bad->error = 0;
	assert_true(stream_look(g->stream, sys_now_ms()));
	assert_int_equal(flood(g, 300000), 300000);
	assert_has_all(g, &g->places[0]);
	assert_int_equal(bad->len + lost, g->written_len);
	assert_int_equal(bad->told, lost);
	assert_memory_equal(bad->kept, g->written + lost, bad->len);
	assert_int_equal(bad->kept[0], 'x'); /* what is left of a hole begins with a line */
	assert_int_equal(lost % 100, 0);
	assert_false(stream_is_in_trouble(g->stream));
	end(g);
}

static void reeve_is_told_of_what_is_thrown_away_while_it_is_still_there(void **state)
{
	struct stage *g = begin(false);

	(void)state;
	g->places[1].error = -ENOSPC;
	while (g->tells == 0) {
		assert_int_equal(flood(g, 4000), 4000);
		assert_int_equal(source_waiting(&g->stream->in) + g->stream->untold, g->written_len);
	}
	assert_int_equal(g->there, g->written_len);
	assert_true(g->stream->untold > 0);
	end(g);
}

static void little_at_a_time_is_thrown_away_in_large_pieces(void **state)
{
	struct stage *g = begin(false);

	(void)state;
	g->places[1].error = -ENOSPC;
	for (size_t n = 0; n < FLOOD; n += 100)
		assert_int_equal(flood(g, 100), 100);
	assert_in_range(g->tells, 1, FLOOD / (8 * 1024));
	end(g);
}

static void a_sink_without_room_is_waited_for_until_it_is_slow(void **state)
{
	struct stage *g = begin(false);
	size_t sent;

	(void)state;
	g->places[1].error = -EAGAIN;
	sent = flood(g, FLOOD);
	assert_true(sent < FLOOD);
	assert_int_equal(g->stream->untold, 0);
	assert_true(stream_look(g->stream, sys_now_ms() + 5000));
	sent += flood(g, FLOOD - sent);
	assert_int_equal(sent, FLOOD);
	assert_has_all(g, &g->places[0]);
	assert_int_equal(source_waiting(&g->stream->in) + g->stream->untold, FLOOD);
	end(g);
}

static void a_stream_that_blocks_throws_nothing_away(void **state)
{
	struct stage *g = begin(true);
	size_t sent;

	(void)state;
	g->places[1].error = -ENOSPC;
	sent = flood(g, FLOOD);
	assert_true(sent < FLOOD);
	assert_true(stream_look(g->stream, sys_now_ms() + 5000));
	sent += flood(g, FLOOD - sent);
	assert_true(sent < FLOOD);
	assert_int_equal(g->stream->untold, 0);
	g->places[1].error = 0;
	assert_true(stream_look(g->stream, sys_now_ms() + 6000));
	sent += flood(g, FLOOD - sent);
	assert_int_equal(sent, FLOOD);
	assert_has_all(g, &g->places[0]);
	assert_has_all(g, &g->places[1]);
	assert_int_equal(g->stream->untold, 0);
	end(g);
}

static void what_is_left_at_the_end_is_a_line_too(void **state)
{
	struct stage *g = begin(false);

	(void)state;
	g->places[0].whole_lines = g->places[1].whole_lines = true;
	say(g, "no end", 6);
	assert_int_equal(move(g), FOUND_STUCK);
	stream_end(g->stream);
	assert_false(stream_is_done(g->stream));
	(void)move(g);
	assert_true(stream_is_done(g->stream));
	assert_has_all(g, &g->places[1]);
	end(g);
}

static void what_nobody_could_store_by_the_end_is_counted(void **state)
{
	struct stage *g = begin(false);

	(void)state;
	g->places[1].error = -ENOSPC;
	say(g, "one\ntwo\n", 8);
	(void)move(g);
	stream_end(g->stream);
	(void)move(g);
	assert_true(stream_is_done(g->stream));
	assert_int_equal(g->stream->untold, 8);
	end(g);
}

static void without_a_sink_the_ring_has_the_last_of_it(void **state)
{
	struct stage *g = begin(false);
	char last[8];
	uint64_t pos;

	(void)state;
	list_init(&g->stream->sinks);
	assert_int_equal(flood(g, 200000), 200000);
	assert_int_equal(say(g, "the end\n", 8), 8);
	assert_int_equal(move(g), FOUND_SOME);
	assert_int_equal(g->stream->ring.end, 200008);
	pos = g->stream->ring.end - 8;
	assert_int_equal(ring_read(&g->stream->ring, &pos, last, sizeof last), 8);
	assert_memory_equal(last, "the end\n", 8);
	end(g);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sink_gets_every_byte),
		cmocka_unit_test(a_sink_that_waits_for_the_end_of_a_line_holds_up_no_other),
		cmocka_unit_test(a_sink_that_fails_is_left_behind_and_every_byte_is_counted),
		cmocka_unit_test(reeve_is_told_of_what_is_thrown_away_while_it_is_still_there),
		cmocka_unit_test(little_at_a_time_is_thrown_away_in_large_pieces),
		cmocka_unit_test(a_sink_without_room_is_waited_for_until_it_is_slow),
		cmocka_unit_test(a_stream_that_blocks_throws_nothing_away),
		cmocka_unit_test(what_is_left_at_the_end_is_a_line_too),
		cmocka_unit_test(what_nobody_could_store_by_the_end_is_counted),
		cmocka_unit_test(without_a_sink_the_ring_has_the_last_of_it),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

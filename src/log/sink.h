/*
 * One place where one stream goes: a file, reeve's standard output, syslog, a logger child. A stream
 * may have several at once, and each has a position of its own in it. The pipe is the buffer between
 * them: bytes leave it when every sink is done with them, so that SIGKILL of reeve-log loses nothing that a
 * sink had not stored, and a sink that is behind costs no memory.
 *
 * A kind of sink is a table of functions, none of which ever waits. A sink that has no room or fails is
 * asked again later; what becomes of its bytes meanwhile is the stream's business, see stream.h.
 */
#ifndef LOG_SINK_H
#define LOG_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/list.h"
#include "base/text.h"
#include "log/source.h"

struct logfile;
struct sink;
struct stream;

/* What a sink is offered: the stream from the sink's position on, as far as it was read. */
struct batch {
	const char *data;
	size_t      len;
	uint64_t    wall_us;   /* when it was read, CLOCK_REALTIME */
	bool        is_last;   /* nothing comes after: what has no newline is a line too */
	bool        is_mark;   /* a line of reeve-log's own instead: how much is missing here */
};

struct sink_kind {
	/*
	 * Stores what can be stored of the batch now. Returns how many of its bytes are, for good, from the first
	 * on; 0: it waits for the rest of a line; -EAGAIN: there is no room, and sink_has_room() will be called
	 * when there is; else what is wrong, and it is asked again a little later.
	 */
	ssize_t (*accept)(struct sink *s, const struct batch *b);
	/*
	 * For a stream's only sink, where it keeps bytes as they are: takes from the stream exactly what it stores
	 * (source_move()), at most max. 0: the end, -EAGAIN: nothing is there, else what is wrong with the sink.
	 * NULL: there is no such way.
	 */
	ssize_t (*move)(struct sink *s, struct intake *in, size_t max);
	/*
	 * The sink's bytes that are stored in part only, see parcel.h: how many they are. They are not asked for any
	 * more; the rest of them is still written, if it can be at all. NULL: it never has such.
	 */
	size_t  (*let_go)(struct sink *s);
	void    (*free)(struct sink *s);
};

/* The kind's own struct begins with this one. */
struct sink {
	const struct sink_kind *kind;
	struct list             link;         /* among its stream's */
	struct list             waiting;      /* for room, at a destination that it shares */
	struct stream          *stream;
	const char             *name;         /* for people: the file, "stdout"; lives as long as the sink */
	struct logfile         *file;         /* where its bytes can be read back; NULL: nowhere */
	uint32_t                format;       /* enum log_format */
	uint64_t                pos;          /* in the stream: the next byte it has to store */
	bool                    is_full;      /* waits for room */
	bool                    is_slow;      /* has taken next to nothing for a while */
	bool                    again;        /* it failed, and may be tried once more */
	int                     error;        /* what is wrong with it; 0: nothing */
	uint64_t                lost;         /* bytes thrown away that no mark tells of yet */
	uint64_t                behind_ms;    /* since when it is without room; 0: it is not */
	size_t                  taken;        /* bytes stored since then */
};

/* For kinds: a sink of no stream yet. name is kept as it is. */
void sink_init(struct sink *s, const struct sink_kind *kind, const char *name);

/*
 * Offers it what it has not stored of b, the head of its stream. What it stores moves its position; what goes
 * wrong is logged once, and so is its end.
 */
void sink_offer(struct sink *s, const struct batch *b);

/*
 * Has it take what it stores from the stream itself, see move() above. What it takes moves its position; -EBUSY: it
 * failed, and may not be tried yet.
 */
ssize_t sink_move(struct sink *s, struct intake *in, size_t max) MUST_CHECK;

/* Of bytes that are thrown away instead, up to the position pos. How many that are. */
uint64_t sink_skip(struct sink *s, uint64_t pos);

/* Once in a while, as long as it is in trouble: it may be tried again, or is slow by now. */
void sink_look(struct sink *s, uint64_t now_ms);

/* Whether it stores nothing now, for whatever reason: then text, if not NULL, is told it. */
bool sink_is_stuck(const struct sink *s, struct text *why);

/* For kinds: there is room again. */
void sink_has_room(struct sink *s);

/* For kinds: n more bytes are stored, which an earlier accept() did not count. */
void sink_settle(struct sink *s, size_t n);

/* For kinds: makes lines of the batch's form out of it, as many as fit. How many bytes they stand for. */
size_t sink_format(const struct sink *s, const struct batch *b, bool for_terminal, struct text *out);

/* Takes it out of its stream. NULL is fine. */
void sink_free(struct sink *s);

#endif

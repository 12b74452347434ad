/*
 * One output stream of one child: its pipe, the sinks where its bytes go, and who follows it.
 *
 * A stream whose only sink keeps bytes as they are hands it the pipe: exactly once, whoever is killed
 * (sink.h, move). Any other is copied off the head of its pipe, offered to every sink, and taken from the pipe
 * as far as all of them are done with it: SIGKILL repeats at most what some sink had stored and another had not.
 *
 * A sink that fails or stalls never stops the child, nor the other sinks: it may be behind by STREAM_LAG_MAX,
 * and what it is more behind is thrown away for it, told to reeve first. Unless the stream blocks:
 * then its bytes stay in the pipe until every sink can take them, and the child waits.
 */
#ifndef LOG_STREAM_H
#define LOG_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/list.h"
#include "log/ring.h"
#include "log/sink.h"
#include "log/source.h"
#include "log/timeline.h"

enum {
	STREAM_LAG_MAX   = 64 * 1024,
	STREAM_BATCH_MAX = 128 * 1024,  /* looked at at once: what a sink is behind, and as much again */
	STREAM_MOVE_MAX  = 256 * 1024,  /* moved at once where nothing is looked at: its writer waits meanwhile */
	STREAM_PIPE_MAX  = 1024 * 1024, /* what a pipe is made to take when it is needed */
	STREAM_SINKS_MAX = 16,
};

struct log_attach;
struct logfile;

/* What a look at the pipe found. */
enum found {
	FOUND_MUCH,      /* there is more at once, most likely */
	FOUND_SOME,      /* there was something */
	FOUND_NOTHING,   /* the pipe is empty */
	FOUND_STUCK,     /* what is in the pipe waits: for the rest of a line, or for a sink */
};

/* Whoever has the streams. */
struct stream_keeper {
	void      (*wake)(struct stream_keeper *k, struct stream *s);
	void      (*tell)(struct stream_keeper *k, struct stream *s);  /* at once; see stream_tell() */
	struct list worries;   /* streams that end, have something to tell or a sink in trouble */
};

struct stream {
	struct list     link;
	struct list     worry;       /* its mover has something to see to, see stream_worry() */
	struct list     turn;        /* waits for its turn, see turns.h */
	struct list     sinks;
	struct list     followers;
	uint32_t        number;      /* reeve's name for it */
	struct intake   in;          /* its pipe */
	char           *name;        /* "acme:mail" */
	char           *label;       /* "out", "err" */
	bool            block;
	bool            is_exact;    /* one sink, which takes from the pipe itself */
	bool            is_crowded;  /* it fills its pipe and has no relay, and reeve is told so, once */
	bool            is_narrow;   /* its pipe is needed larger, and may not be (pipe(7), pipe-user-pages-soft) */
	bool            is_watched, is_held; /* see turns.h */
	bool            is_ending;   /* nothing more comes: what is in the pipe is all */
	uint32_t        awaited;     /* sinks that have not been told yet; it does not move before */
	struct logfile *history;     /* some sink's, for followers to read; NULL: they read the ring */
	struct ring     ring;
	struct timeline times;       /* of what is in the ring */
	uint64_t        head;        /* position of the first byte in the pipe */
	uint64_t        left;        /* of an ending stream: bytes still to be moved */
	uint64_t        untold;      /* bytes thrown away that reeve has not been told of */
	bool            tell;        /* there is something to tell */
	uint64_t        told_ms;
	struct stream_keeper *keeper;
};

/* The stream of the order, without a sink yet; fd is taken. -ENOMEM, and nothing was taken. */
int stream_new(const struct log_attach *order, int fd, struct stream_keeper *keeper, struct stream **ret) MUST_CHECK;

/* Its followers are gone already. */
void stream_free(struct stream *s);

/* One more sink, which it owns from now on. */
void stream_add(struct stream *s, struct sink *sink);

/* Moves a piece of what is in the pipe; buf has room for STREAM_BATCH_MAX bytes. */
enum found stream_move(struct stream *s, struct source *source, char *buf);

/* Nothing more is to come: what is in the pipe now is the rest. */
void stream_end(struct stream *s);

/* Whether it ended and everything is where it belongs. */
bool stream_is_done(const struct stream *s);

/* Leaves the pipe as a successor may have it: what its sinks have in hand is taken from it. */
void stream_settle(struct stream *s, struct source *source);

/* Gives up on what some sink has not stored by now. */
void stream_give_up(struct stream *s, struct source *source);

/* Whether some sink fails, stalls or waits for room; a look at those once in a while: the same. */
bool stream_is_in_trouble(const struct stream *s);
bool stream_look(struct stream *s, uint64_t now_ms);

/* It may have something to do. */
void stream_wake(struct stream *s);

/* Whoever keeps it looks at it after this turn; with stream_tell() there is something to tell reeve, too. */
void stream_worry(struct stream *s);
void stream_tell(struct stream *s);

#endif

/*
 * Bytes for a destination that several streams share, made of the head of one of them, of which only the
 * first part got out. Nobody else may write there before the rest has gone, or lines would mix. The stream
 * keeps its bytes until then; a parcel whose sink lets go of it is written nevertheless.
 */
#ifndef LOG_PARCEL_H
#define LOG_PARCEL_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

#include "base/attr.h"

struct sink;
struct text;

struct parcel {
	/* Writes some of the bytes to their destination, at least one; else says what is wrong. NULL: its owner does it. */
	ssize_t    (*write)(void *to, const char *at, size_t len);
	void        *to;
	char        *at;           /* NULL: there is none */
	size_t       len, sent;
	struct sink *owner;        /* NULL: it let go */
	size_t       stands_for;   /* so many bytes of the owner's stream */
};

/*
 * Writes lines that stand for so many bytes of owner's (NULL: of nobody's, a mark), and keeps the rest of what went in
 * part. How many of those bytes are done with, or what is wrong. The parcel has to be empty.
 */
ssize_t parcel_send(struct parcel *p, struct sink *owner, const struct text *lines, size_t stands_for) MUST_CHECK;

/* Writes what was kept. How many bytes of asking's are stored by that (parcel_sent()), or what is wrong. */
ssize_t parcel_flush(struct parcel *p, const struct sink *asking) MUST_CHECK;

/*
 * Keeps a copy of the len bytes that are left of what stands for so many bytes of owner's (NULL: nobody's). Without
 * memory it keeps nothing: the owner's lines come again then, the first one after its own beginning.
 */
void parcel_keep(struct parcel *p, struct sink *owner, size_t stands_for, const char *rest, size_t len);
void parcel_done(struct parcel *p);

bool parcel_is_empty(const struct parcel *p);

/*
 * n more bytes are out. With the last of them the parcel is empty and its owner's bytes are stored: how many,
 * when asking is the owner, who counts them itself; any other owner is told (sink_settle()), and it is 0.
 */
size_t parcel_sent(struct parcel *p, size_t n, const struct sink *asking);

/* s lets go of it, if it is the owner: of how many bytes. */
size_t parcel_let_go(struct parcel *p, const struct sink *s);

#endif

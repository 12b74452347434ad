/*
 * A descriptor that several streams share: reeve's standard output or error, or the standard input of a
 * logger child. It is given whole lines, so that those of different streams never mix, in pieces that a pipe takes
 * whole or not at all: neither SIGKILL nor somebody else who writes there gets between them. A line
 * longer than 16 kB is split.
 *
 * One stream alone that wants its bytes as they are has a descriptor to itself: no line is waited for then, and
 * none is split. A terminal gets lines all the same, with their control bytes written out.
 *
 * The descriptor is never written to in a way that could block. What stands in the way of a sink is the
 * rest of a line that another has begun (parcel.h), or a reader who does not read.
 */
#ifndef LOG_OUTPUT_H
#define LOG_OUTPUT_H

#include "base/attr.h"
#include "log/places.h"

/* Opens standard output and error anew, before we become somebody who may not, and keeps them. */
int outputs_open(struct places *p) MUST_CHECK;
void outputs_close(struct places *p);

/* A sink on standard output or standard error, as the order has it. */
int output_sink_new(struct places *p, const struct log_sink *order, struct sink **ret) MUST_CHECK;

/* A sink on the pipe fd of a logger child with that name; fd is taken, whatever comes of it. */
int output_feed_new(struct places *p, const char *logger, int fd, struct sink **ret) MUST_CHECK;

/* Whether something waits at one of the outputs for a reader. */
bool outputs_have_rest(const struct places *p);

#endif

/*
 * Syslog as a sink: each line is a message (message.h), and streams with one address share one
 * socket.
 *
 *	datagrams (unix, UDP)   one message each
 *	streams                 "LENGTH MESSAGE" (RFC 6587, 3.4.1); to a local daemon, MESSAGE and NUL as glibc's
 *	                        syslog(3) has it
 *
 * A line that makes no message of the length that everybody takes is split, never cut. While nobody
 * is there bytes stay with their stream, as with any sink; the next try comes after a quarter of a
 * second, then after twice that, up to half a minute. What a kernel or a network took is stored, as
 * far as anybody here can know. Nothing waits, for a name server neither: addresses are numbers.
 */
#ifndef LOG_SYSLOG_H
#define LOG_SYSLOG_H

#include "base/attr.h"
#include "log/places.h"

/* -EINVAL: the target is no address. */
int syslog_sink_new(struct places *p, const struct log_sink *order, struct sink **ret) MUST_CHECK;

#endif

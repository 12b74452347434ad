/*
 * A logfile as a sink: bytes as they are, which a stream's only sink takes from the pipe itself, or lines of
 * a form.
 */
#ifndef LOG_FILE_SINK_H
#define LOG_FILE_SINK_H

#include "base/attr.h"
#include "log/places.h"

int file_sink_new(struct places *p, const struct log_sink *order, struct sink **ret) MUST_CHECK;

#endif

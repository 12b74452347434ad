/*
 * One line, one event: subject, event, then key=value.
 *
 *	acme:mail exited status=1 after_ms=5230 next_in_ms=4000
 *
 * Goes to standard error in one write. Never allocates, never blocks: a line that the reader has no
 * room for is dropped and counted, and the count is told with the next line that gets through.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"

enum log_level {
	LOG_ERROR,  /* a person must act */
	LOG_WARN,   /* we coped */
	LOG_INFO,   /* something changed */
	LOG_DEBUG,
	LOG_LEVEL_COUNT
};

/* What is above level is left out; LOG_INFO until told otherwise. name stands before every line. */
void log_init(const char *name, enum log_level level);

/* The fields are a printf format that gives "key=value key=value", or NULL. */
void log_event(enum log_level level, const char *subject, const char *event, const char *fields, ...)
	PRINTF_LIKE(4, 5);

/* How many lines were dropped since the start. */
unsigned long log_dropped(void);

/* "error", "warn", "info", "debug"; and back, -EINVAL. */
const char *log_level_name(enum log_level level);
int log_level_from_text(const char *s, enum log_level *ret) MUST_CHECK;

/*
 * What our own code guarantees did not hold. Says so, counts, and the caller takes its safe branch;
 * in developer builds it aborts instead, so that tests find what production survives.
 */
#define BUG(subject, ...) log_bug(__FILE__, __LINE__, subject, __VA_ARGS__)
void log_bug(const char *file, int line, const char *subject, const char *format, ...) PRINTF_LIKE(4, 5);
unsigned long log_bugs(void);

#endif

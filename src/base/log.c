#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static const char *const level_names[LOG_LEVEL_COUNT] = {
	[LOG_ERROR] = "error",
	[LOG_WARN]  = "warn",
	[LOG_INFO]  = "info",
	[LOG_DEBUG] = "debug",
};

static struct {
	const char     *name;
	enum log_level  level;
	unsigned long   dropped, told, bugs;
} log_state = { .name = "reeve", .level = LOG_INFO };

void log_init(const char *name, enum log_level level)
{
	log_state.name = name;
	log_state.level = level;
}

unsigned long log_dropped(void)
{
	return log_state.dropped;
}

unsigned long log_bugs(void)
{
	return log_state.bugs;
}

const char *log_level_name(enum log_level level)
{
	return level < LOG_LEVEL_COUNT ? level_names[level] : "?";
}

int log_level_from_text(const char *s, enum log_level *ret)
{
	for (int i = 0; i < LOG_LEVEL_COUNT; i++)
		if (strcmp(s, level_names[i]) == 0) {
			*ret = (enum log_level)i;
			return 0;
		}
	return -EINVAL;
}

/* A pipe that polls writable takes PIPE_BUF bytes whole (pipe(7)); our lines are shorter than that. */
static void write_line(const char *line, size_t len)
{
	struct pollfd out = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (poll(&out, 1, 0) != 1 || !(out.revents & POLLOUT) || write(STDERR_FILENO, line, len) != (ssize_t)len)
		log_state.dropped++;
}

static void put(enum log_level level, const char *subject, const char *event, const char *fields, va_list args)
	PRINTF_LIKE(4, 0);
static void put(enum log_level level, const char *subject, const char *event, const char *fields, va_list args)
{
	char raw[1024], line[2048];
	struct text t;
	int saved = errno;

	raw[0] = '\0';
	if (fields != NULL)
		(void)vsnprintf(raw, sizeof raw, fields, args); /* cutting is what is wanted */
	text_init(&t, line, sizeof line - 1);
	text_addf(&t, "%s: ", log_state.name);
	if (level <= LOG_WARN)
		text_addf(&t, "%s: ", log_level_name(level));
	text_add_escaped(&t, subject, strlen(subject));
	text_addf(&t, " %s", event);
	if (raw[0] != '\0')
		text_add(&t, " ");
	text_add_escaped(&t, raw, strlen(raw));
	if (log_state.dropped > log_state.told) {
		text_addf(&t, " lines_dropped=%lu", log_state.dropped);
		log_state.told = log_state.dropped;
	}
	line[t.len++] = '\n';
	write_line(line, t.len);
	errno = saved;
}

void log_event(enum log_level level, const char *subject, const char *event, const char *fields, ...)
{
	va_list args;

	if (level > log_state.level)
		return;
	va_start(args, fields);
	put(level, subject, event, fields, args);
	va_end(args);
}

void log_bug(const char *file, int line, const char *subject, const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof what, format, args); /* cutting is what is wanted */
	va_end(args);
	log_state.bugs++;
	log_event(LOG_ERROR, subject, "bug", "at=%s:%d %s", file, line, what);
#ifdef REEVE_DEV
	abort();
#endif
}

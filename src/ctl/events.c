#include <string.h>
#include <time.h>

#include "ctl/command.h"
#include "ctl/screen.h"
#include "ctl/session.h"

/* Where the count of events stands; 0 before the first. */
struct place {
	uint64_t seq;
};

static void print_time(uint64_t wall_ms)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	char buf[32];
	struct tm tm;

	if (localtime_r(&seconds, &tm) == NULL || strftime(buf, sizeof buf, "%H:%M:%S", &tm) == 0)
		return;
	printf("%s.%03u ", buf, (unsigned)(wall_ms % 1000));
}

static void take_row(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	const struct event_row *event = &row->event;
	struct place *place = arg;

	if (type != MSG_EVENT)
		return;
	if (place->seq != 0 && event->seq > place->seq + 1)
		printf("(%llu events were dropped)\n", (unsigned long long)(event->seq - place->seq - 1));
	place->seq = event->seq;
	print_time(event->wall_ms);
	screen_put_cell(c, event->subject, 24, TINT_NONE);
	putchar(' ');
	screen_put_cell(c, event->event, 14, strcmp(event->level, "error") == 0 ? TINT_BAD :
	                strcmp(event->level, "warn") == 0 ? TINT_BUSY : TINT_NONE);
	putchar(' ');
	screen_put(stdout, event->fields);
	putchar('\n');
	(void)fflush(stdout); /* each line is news; a reader that is gone ends us by SIGPIPE */
}

int run_events(struct ctl *c)
{
	struct place place = { 0 };
	struct view view = { .row = take_row, .arg = &place, .lines = true };

	return session_ask_names(c, MSG_EVENTS, 0, &view);
}

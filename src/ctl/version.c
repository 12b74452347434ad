#include "ctl/command.h"
#include "ctl/screen.h"
#include "ctl/session.h"

static void take_row(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	const struct version_row *version = &row->version;

	(void)c;
	(void)arg;
	if (type != MSG_VERSION_IS)
		return;
	printf("reeve %s, pid %u, %u of %u children running, configuration ", version->version, version->pid,
	       version->running, version->children);
	screen_put(stdout, version->conf);
	putchar('\n');
	if (version->bugs > 0)
		printf("It met %u of its own bugs and went on; its log says which.\n", version->bugs);
}

int run_version(struct ctl *c)
{
	static const struct view view = { .row = take_row };

	if (!c->json)
		puts("reevectl " PACKAGE_VERSION);
	(void)fflush(stdout); /* before what may be said on standard error */
	return session_ask(c, MSG_VERSION, NULL, &view);
}

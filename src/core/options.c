#include "core/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

enum { LONG_CHECK_CONFIG = 256, LONG_CHECK_STARTUP, LONG_FULL, LONG_JSON };

static const struct option longs[] = {
	{ "config",        required_argument, NULL, 'c' },
	{ "check-config",  no_argument,       NULL, LONG_CHECK_CONFIG },
	{ "check-startup", no_argument,       NULL, LONG_CHECK_STARTUP },
	{ "full",          no_argument,       NULL, LONG_FULL },
	{ "json",          no_argument,       NULL, LONG_JSON },
	{ "version",       no_argument,       NULL, 'V' },
	{ "help",          no_argument,       NULL, 'h' },
	{ 0 },
};

void options_help(void)
{
	(void)printf(
		"usage: reeve [-c FILE]\n"
		"       reeve [-c FILE] --check-config\n"
		"       reeve [-c FILE] --check-startup [--full] [--json] [NAME...]\n"
		"       reeve [--grace=DURATION] -- COMMAND [ARGUMENT...]\n"
		"\n"
		"Runs what FILE describes, in the foreground; checks each child before every start.\n"
		"\n"
		"After -- it runs COMMAND as its only child and needs no configuration: the entry point of a\n"
		"container. DURATION (2s) is what those have to end in whom COMMAND left.\n"
		"\n"
		"  -c, --config FILE  instead of %s\n"
		"  --check-config     tell every mistake in it, with file and line\n"
		"  --check-startup    check that each child, or each named one, could start\n"
		"  --full             hash every file, whatever is remembered about it\n"
		"  --json             say it as JSON, a line each\n"
		"  -V, --version      say which reeve this is\n"
		"  -h, --help         say this\n"
		"\n"
		"NAME is workspace:child, workspace:* or all. Neither check needs a reeve that runs or\n"
		"starts anything; each exits 0 when all is well, else 1 with a line for each thing to\n"
		"mend. reevectl(1) talks to a reeve that runs. More in reeve(8) and reeve.ini(5).\n",
		REEVE_CONF_FILE);
}

static int refuse(const char *what, const char *which)
{
	(void)fprintf(stderr, "reeve: %s%s; see reeve --help\n", what, which);
	return -EINVAL;
}

int options_read(int argc, char *const *argv, struct options *ret)
{
	struct options o = { .file = REEVE_CONF_FILE };
	int c;

	while ((c = getopt_long(argc, argv, "c:Vh", longs, NULL)) != -1) {
		switch (c) {
		case 'c': o.file = optarg; break;
		case 'V': o.task = TASK_VERSION; break;
		case 'h': o.task = TASK_HELP; break;
		case LONG_CHECK_CONFIG: o.task = TASK_CHECK_CONFIG; break;
		case LONG_CHECK_STARTUP: o.task = TASK_CHECK_STARTUP; break;
		case LONG_FULL: o.full = true; break;
		case LONG_JSON: o.json = true; break;
		default: return refuse("I do not know what to do", "");
		}
	}
	o.names = argv + optind;
	if (o.names[0] != NULL && o.task != TASK_CHECK_STARTUP)
		return refuse("no argument is expected here: ", o.names[0]);
	if ((o.full || o.json) && o.task != TASK_CHECK_STARTUP)
		return refuse(o.full ? "--full" : "--json", " belongs to --check-startup");
	*ret = o;
	return 0;
}

#include "ctl/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "ctl/moment.h"
#include "sys/clock.h"

enum { LINES_MAX = 100000, LINES_DEFAULT = 10 };

enum { ONLY_LONG = 256, LONG_FULL, LONG_TO, LONG_STDERR, LONG_JSON, LONG_SINCE };

static const struct option long_options[] = {
	{ "socket", required_argument, NULL, 's' },
	{ "json",   no_argument,       NULL, LONG_JSON },
	{ "help",   no_argument,       NULL, 'h' },
	{ "full",   no_argument,       NULL, LONG_FULL },
	{ "to",     required_argument, NULL, LONG_TO },
	{ "follow", no_argument,       NULL, 'f' },
	{ "lines",  required_argument, NULL, 'n' },
	{ "all",    no_argument,       NULL, 'a' },
	{ "stderr", no_argument,       NULL, LONG_STDERR },
	{ "since",  required_argument, NULL, LONG_SINCE },
	{ NULL, 0, NULL, 0 },
};

static const struct {
	int         letter;
	unsigned    option;
	const char *name;
} flags[] = {
	{ LONG_FULL,   OPTION_FULL,   "--full" },
	{ LONG_TO,     OPTION_TO,     "--to" },
	{ 'f',         OPTION_FOLLOW, "--follow" },
	{ 'n',         OPTION_LINES,  "--lines" },
	{ 'a',         OPTION_WHOLE,  "--all" },
	{ LONG_STDERR, OPTION_STDERR, "--stderr" },
	{ LONG_SINCE,  OPTION_SINCE,  "--since" },
};

const char *options_name(unsigned option)
{
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (flags[i].option == option)
			return flags[i].name;
	return "?";
}

static unsigned option_of(int letter)
{
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (flags[i].letter == letter)
			return flags[i].option;
	return 0;
}

static int take_lines(struct ctl *c, const char *text)
{
	uint64_t n;

	if (parse_u64(text, LINES_MAX, &n) < 0) {
		fprintf(stderr, "reevectl: --lines %s: a number from 0 to %d is needed\n", text, LINES_MAX);
		return -EINVAL;
	}
	c->lines = (uint32_t)n;
	return 0;
}

static int take_since(struct ctl *c, const char *text)
{
	if (moment_parse(text, sys_wall_ms(), &c->since_ms) == 0)
		return 0;
	fprintf(stderr, "reevectl: --since %s: a moment such as 10m, 2h, 13:45 or 2026-11-21T13:45:00Z is needed\n", text);
	return -EINVAL;
}

static int take_option(struct ctl *c, int letter, char *argument)
{
	c->options |= option_of(letter);
	switch (letter) {
	case 's':       c->socket = argument; return 0;
	case 'h':       c->help = true; return 0;
	case 'n':       return take_lines(c, argument);
	case LONG_SINCE: return take_since(c, argument);
	case LONG_JSON: c->json = true; return 0;
	case LONG_TO:   c->to = argument; return 0;
	case '?':       fputs("reevectl: see `reevectl help`\n", stderr); return -EINVAL;
	default:        return 0;
	}
}

static bool wants_colour(void)
{
	const char *no_color = getenv("NO_COLOR"); /* https://no-color.org: set and not empty */
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0') &&
	       term != NULL && strcmp(term, "dumb") != 0;
}

/* An empty variable is as good as none. */
static const char *socket_of_environment(void)
{
	const char *given = getenv("REEVE_SOCKET");

	return given != NULL && given[0] != '\0' ? given : NULL;
}

int options_parse(struct ctl *c, int argc, char **argv, const char **ret_command)
{
	int letter;

	*c = (struct ctl){ .lines = LINES_DEFAULT, .to = "", .socket = socket_of_environment() };
	while ((letter = getopt_long(argc, argv, "s:hfn:a", long_options, NULL)) != -1)
		if (take_option(c, letter, optarg) < 0)
			return -EINVAL;
	c->colour = wants_colour();
	c->terminal = isatty(STDERR_FILENO);
	*ret_command = optind < argc ? argv[optind++] : NULL;
	c->words = argv + optind;
	c->words_n = argc - optind;
	return 0;
}

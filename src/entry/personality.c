#include "entry/personality.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"

#define BIT(signo) (UINT64_C(1) << ((signo) - 1))

/*
 * What options do; a value that an option does not take is NULL. Behind one that only asks for words nothing
 * is read any more, sense or not.
 */

static int set_grace(struct plan *plan, const char *value)
{
	return parse_duration(value, &plan->grace_ms);
}

static int set_to_group(struct plan *plan, UNUSED const char *value)
{
	plan->to_group = true;
	return 0;
}

static int set_subreaper(struct plan *plan, UNUSED const char *value)
{
	plan->subreaper = true;
	return 0;
}

static int set_death_signal(struct plan *plan, const char *value)
{
	return parse_signal(value, &plan->death_signal);
}

static int set_talk_more(struct plan *plan, UNUSED const char *value)
{
	plan->talk++;
	return 0;
}

static int set_talk_all(struct plan *plan, UNUSED const char *value)
{
	plan->talk = TALK_EVERYTHING;
	return 0;
}

static int set_talk(struct plan *plan, const char *value)
{
	uint64_t n;

	plan->talk = parse_u64(value, UINT32_MAX, &n) == 0 ? (unsigned)n : TALK_ERRORS;
	return 0;
}

static int set_tells_reaped(struct plan *plan, UNUSED const char *value)
{
	plan->tells_reaped = true;
	return 0;
}

/* The child alone, in our own session and group. */
static int set_single(struct plan *plan, UNUSED const char *value)
{
	plan->group = PLAN_OURS;
	plan->to_group = false;
	plan->after = SOLO_LEAVE;
	return 0;
}

static int set_pause(struct plan *plan, UNUSED const char *value)
{
	plan->task = PLAN_PAUSE;
	return 0;
}

static int set_help(struct plan *plan, UNUSED const char *value)
{
	plan->task = PLAN_HELP;
	return 1;
}

static int set_version(struct plan *plan, UNUSED const char *value)
{
	plan->task = PLAN_VERSION;
	return 1;
}

static int set_license(struct plan *plan, UNUSED const char *value)
{
	plan->task = PLAN_LICENSE;
	return 1;
}

static const struct option_row reeve_options[] = {
	{ '\0', "grace", true, set_grace },
	{ 0 },
};

static const struct option_row tini_options[] = {
	{ 's',  NULL,      false, set_subreaper },
	{ 'p',  NULL,      true,  set_death_signal },
	{ 'v',  NULL,      false, set_talk_more },
	{ 'w',  NULL,      false, set_tells_reaped },
	{ 'g',  NULL,      false, set_to_group },
	{ 'e',  NULL,      true,  plan_add_zero },
	{ 'l',  NULL,      false, set_license },
	{ 'h',  NULL,      false, set_help },
	{ '\0', "version", false, set_version },
	{ 0 },
};

static const struct personality_variable tini_variables[] = {
	{ "TINI_SUBREAPER",          NULL, set_subreaper },
	{ "TINI_KILL_PROCESS_GROUP", NULL, set_to_group },
	{ "TINI_VERBOSITY",          NULL, set_talk },
	{ 0 },
};

static const struct option_row dumb_init_options[] = {
	{ 'c', "single-child", false, set_single },
	{ 'r', "rewrite",      true,  plan_add_rewrite },
	{ 'v', "verbose",      false, set_talk_all },
	{ 'h', "help",         false, set_help },
	{ 'V', "version",      false, set_version },
	{ 0 },
};

static const struct personality_variable dumb_init_variables[] = {
	{ "DUMB_INIT_DEBUG",  "1", set_talk_all },
	{ "DUMB_INIT_SETSID", "0", set_single },
	{ 0 },
};

static const struct option_row catatonit_options[] = {
	{ 'g', NULL,      false, set_to_group },
	{ 'P', "pause",   false, set_pause },
	{ 'h', "help",    false, set_help },
	{ 'L', "license", false, set_license },
	{ 'V', "version", false, set_version },
	{ 0 },
};

static const struct personality_variable catatonit_variables[] = {
	{ "CATATONIT_DEBUG", NULL, set_talk_all },
	{ 0 },
};

static const char reeve_help[] =
	"usage: reeve [--grace=DURATION] -- COMMAND [ARGUMENT...]\n"
	"Runs COMMAND as the only child, ends as it ends, and then ends whom it left; see reeve(8).\n";

static const char tini_help[] =
	"usage: tini [OPTION...] PROGRAM -- [ARGUMENT...]\n"
	"\n"
	"reeve in the place of tini: runs PROGRAM, hands signals on to it, reaps, ends as it ends.\n"
	"\n"
	"  -s         be a subreaper; so does the variable TINI_SUBREAPER\n"
	"  -p SIGNAL  be sent SIGNAL when the parent of tini ends\n"
	"  -g         signals go to the whole process group; so does TINI_KILL_PROCESS_GROUP\n"
	"  -e CODE    exit with 0 in place of CODE (0 to 255); may be repeated\n"
	"  -w         tell of each orphan that is reaped\n"
	"  -v         say more, up to three times; TINI_VERBOSITY=N says N (1) as it is\n"
	"  -l         say the license\n"
	"  -h         say this\n"
	"  --version  say which version this is\n";

static const char dumb_init_help[] =
	"usage: dumb-init [OPTION...] PROGRAM [ARGUMENT...]\n"
	"\n"
	"reeve in the place of dumb-init: runs PROGRAM in a session of its own, hands signals on to all of\n"
	"it, reaps, ends as it ends.\n"
	"\n"
	"  -c, --single-child   no session, and signals go to the child alone; DUMB_INIT_SETSID=0\n"
	"  -r, --rewrite FROM:TO  send the signal TO in place of FROM, by numbers from 1 to 31; TO 0: none;\n"
	"                       may be repeated\n"
	"  -v, --verbose        tell every step; DUMB_INIT_DEBUG=1\n"
	"  -h, --help           say this\n"
	"  -V, --version        say which version this is\n";

static const char catatonit_help[] =
	"usage: catatonit [-ghLPV] [--] PROGRAM [ARGUMENT...]\n"
	"\n"
	"reeve in the place of catatonit: runs PROGRAM, hands signals on to it, reaps, ends as it ends.\n"
	"\n"
	"  -g             signals go to the whole process group\n"
	"  -P, --pause    run nothing: reap until SIGTERM or SIGINT comes\n"
	"  -L, --license  say the license\n"
	"  -h, --help     say this\n"
	"  -V, --version  say which version this is\n"
	"\n"
	"With CATATONIT_DEBUG in the environment every step is told.\n";

/* The container engines read a version of tini(1) out of what their init says. */
#define TINI_VERSION "tini version 0.19.0 (reeve " PACKAGE_VERSION ")\n"

static const struct personality personalities[] = {
	{
		.names = { "tini", "docker-init" }, .mixed = true,
		.options = tini_options, .variables = tini_variables,
		.defaults = { .group = PLAN_GROUP, .talk = TALK_WARNINGS, .drops = BIT(SIGTTIN) | BIT(SIGTTOU) },
		.help = tini_help, .version = TINI_VERSION, .words_fd = STDOUT_FILENO, .version_fd = STDOUT_FILENO,
		.exit = { .usage = 1, .not_found = 127, .not_executable = 126, .other = 1, .cannot = 1 },
	},
	{
		.names = { "dumb-init" },
		.options = dumb_init_options, .variables = dumb_init_variables,
		.defaults = { .group = PLAN_SESSION, .to_group = true, .suspends = true, .after = SOLO_TERM_GROUP },
		.help = dumb_init_help, .version = "dumb-init v1.2.5 (reeve " PACKAGE_VERSION ")\n",
		.words_fd = STDERR_FILENO, .version_fd = STDERR_FILENO,
		.exit = { .usage = 1, .not_found = 2, .not_executable = 2, .other = 2, .cannot = 1 },
	},
	{
		.names = { "catatonit" }, .mixed = true,
		.options = catatonit_options, .variables = catatonit_variables,
		.defaults = { .group = PLAN_GROUP, .subreaper = true,
		              .drops = BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU) },
		.help = catatonit_help, .version = TINI_VERSION,
		.words_fd = STDERR_FILENO, .version_fd = STDOUT_FILENO,
		.exit = { .usage = 1, .not_found = 1, .not_executable = 1, .other = 1, .cannot = 1 },
	},
	{
		.names = { "reeve" },
		.options = reeve_options,
		.defaults = { .group = PLAN_GROUP, .subreaper = true, .needs_dashes = true,
		              .after = SOLO_END_ALL, .grace_ms = 2000 },
		.help = reeve_help, .words_fd = STDERR_FILENO,
		.exit = { .usage = 2, .not_found = 127, .not_executable = 126, .other = 126, .cannot = 73 },
	},
};

static const struct personality *reeve(void)
{
	return &personalities[ARRAY_LEN(personalities) - 1];
}

const struct personality *personality_find(const char *argv0)
{
	const char *slash = argv0 != NULL ? strrchr(argv0, '/') : NULL;
	const char *name = slash != NULL ? slash + 1 : argv0;

	for (size_t i = 0; name != NULL && i < ARRAY_LEN(personalities); i++)
		for (size_t k = 0; k < PERSONALITY_NAMES_MAX && personalities[i].names[k] != NULL; k++)
			if (strcmp(personalities[i].names[k], name) == 0)
				return &personalities[i];
	return reeve();
}

bool personality_is_reeve(const struct personality *p)
{
	return p == reeve();
}

#include "ctl/command.h"

#include <string.h>

#include "base/text.h"
#include "ctl/options.h"

#define NAMES "A NAME is workspace:child, workspace:* or all.\n"

#define LOG_OPTIONS \
	"-n LINES: so many of the last lines; tail shows 10 unless told, log all. -a: all. -f: go on as\n" \
	"more comes, until ^C. --since 10m, 13:45 or 2026-11-21T13:45:00Z: what came since then, however many\n" \
	"lines. --stderr: the standard error, where it is kept apart.\n"
#define LOG_OPTION_BITS (OPTION_FOLLOW | OPTION_LINES | OPTION_WHOLE | OPTION_STDERR | OPTION_SINCE)

static const struct command commands[] = {
	{
		.name = "status", .words = "[NAME...]", .summary = "how the children are",
		.text = NAMES "Exits with 0 when all of them run, 3 when some do not, 4 when there is no such name.\n",
		.examples =
			"reevectl status             every child\n"
			"reevectl status acme:*      those of the workspace acme\n"
			"reevectl --json status all  the same for programs\n",
		.most = -1, .run = run_status,
	}, {
		.name = "healthy", .words = "[NAME...]", .summary = "whether everybody runs who should, for a probe",
		.text = NAMES "Exits with 0 when each NAME runs, or without one each child that is wanted up and did\n"
		        "not end in order by itself; 1 with a line for each that does not; 4 when there is no such\n"
		        "name or reeve does not answer within five seconds.\n",
		.examples =
			"reevectl healthy           every child that should run\n"
			"reevectl healthy acme:web  this one\n",
		.most = -1, .run = run_healthy,
	}, {
		.name = "start", .words = "NAME...", .summary = "start children and wait until they run",
		.text = NAMES "One that is dead gets a new chance; one that runs stays as it is.\n",
		.examples = "reevectl start acme:mail\n",
		.least = 1, .most = -1, .run = run_start,
	}, {
		.name = "stop", .words = "NAME...", .summary = "stop children and wait until they are gone",
		.text = NAMES,
		.examples = "reevectl stop acme:*  the whole workspace\n",
		.least = 1, .most = -1, .run = run_stop,
	}, {
		.name = "restart", .words = "NAME...", .summary = "stop children and start them again",
		.text = NAMES "Those that are stopped are started. Each goes its own way: none waits for another.\n",
		.examples = "reevectl restart acme:mail globex:mail\n",
		.least = 1, .most = -1, .run = run_restart,
	}, {
		.name = "signal", .words = "SIGNAL NAME...", .summary = "send a signal to children",
		.text = NAMES "The SIGNAL goes by name or number: HUP, SIGUSR1, 10.\n",
		.examples = "reevectl signal HUP acme:mail\n",
		.least = 2, .most = -1, .run = run_signal,
	}, {
		.name = "reload", .words = "", .summary = "read the configuration again and apply what changed",
		.text = "Only children whose settings changed are restarted. A file with errors changes nothing.\n",
		.examples = "reevectl reload\n",
		.run = run_reload,
	}, {
		.name = "check", .words = "[NAME...]", .summary = "make every check of a start, and start nothing",
		.text = NAMES "Exits with 0 when all is good, 1 with one line per problem and its remedy.\n"
		        "--full hashes every file, whatever the stat signatures say.\n",
		.examples = "reevectl check\nreevectl check --full acme:mail\n",
		.options = OPTION_FULL, .most = -1, .run = run_check,
	}, {
		.name = "bundles", .words = "[BUNDLE...]", .summary = "the bundles, their versions and who runs them",
		.text = "A bundle whose children do not all run its current version is marked.\n",
		.examples = "reevectl bundles\n",
		.most = -1, .run = run_bundles,
	}, {
		.name = "check-updates", .words = "[BUNDLE...]", .summary = "ask the registries for newer versions",
		.text = "Nothing is fetched. Exits with 0 when there is none, 10 when there are some, 11 when a registry\n"
		        "did not answer for one of them.\n",
		.examples = "reevectl check-updates\n",
		.most = -1, .run = run_check_updates,
	}, {
		.name = "upgrade", .words = "BUNDLE", .summary = "pull once, then move every child to the new version",
		.text = "The new version is checked for every child before any is stopped. A child that is stopped stays\n"
		        "stopped; one that fails is dead, with the reason, and the others go on.\n"
		        "--to VERSION: a digest, sha256:HEX, in place of the channel's latest.\n",
		.examples = "reevectl upgrade acme/mail\n",
		.options = OPTION_TO, .least = 1, .most = 1, .run = run_upgrade,
	}, {
		.name = "rollback", .words = "BUNDLE", .summary = "move every child back to an earlier generation",
		.text = "--to GENERATION: that one in place of the one before.\n",
		.examples = "reevectl rollback acme/mail\nreevectl rollback acme/mail --to 3\n",
		.options = OPTION_TO, .least = 1, .most = 1, .run = run_rollback,
	}, {
		.name = "tail", .words = "NAME...", .summary = "the last lines of children's output",
		.text = NAMES LOG_OPTIONS,
		.examples = "reevectl tail -f acme:mail\n",
		.options = LOG_OPTION_BITS, .least = 1, .most = -1, .run = run_tail,
	}, {
		.name = "log", .words = "NAME...", .summary = "what is kept of children's output",
		.text = NAMES LOG_OPTIONS,
		.examples =
			"reevectl log acme:mail | less    everything\n"
			"reevectl log -f -n 20 'acme:*'   the last lines of a workspace, and what comes\n"
			"reevectl log --since 10m all     what came in the last ten minutes\n",
		.options = LOG_OPTION_BITS, .least = 1, .most = -1, .run = run_log,
	}, {
		.name = "events", .words = "[NAME...]", .summary = "every move from now on, a line each",
		.text = NAMES "With --json, one object a line. A hole in the numbers is what was dropped because\n"
		        "the reader was too slow.\n",
		.examples = "reevectl events\nreevectl --json events acme:*\n",
		.most = -1, .run = run_events,
	}, {
		.name = "shutdown", .words = "", .summary = "stop everything in order and end reeve",
		.text = "",
		.examples = "reevectl shutdown\n",
		.run = run_shutdown,
	}, {
		.name = "version", .words = "", .summary = "who answers, and which version reevectl is",
		.text = "",
		.examples = "reevectl version\n",
		.run = run_version,
	}, {
		.name = "help", .words = "[COMMAND]", .summary = "this, or more about one command",
		.text = "",
		.examples = "reevectl help upgrade\n",
		.most = 1, .run = run_help,
	},
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int command_unknown(const char *name)
{
	const char *names[ARRAY_LEN(commands)], *nearest;

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		names[i] = commands[i].name;
	nearest = text_nearest(name, names, ARRAY_LEN(names));
	if (nearest != NULL)
		fprintf(stderr, "reevectl: there is no command %s; did you mean %s?\n", name, nearest);
	else
		fprintf(stderr, "reevectl: there is no command %s; see `reevectl help`\n", name);
	return EXIT_USAGE;
}

static int refuse_usage(const struct command *command, const char *what)
{
	fprintf(stderr, "reevectl: %s: %s\nusage: reevectl %s %s\n", command->name, what, command->name,
	        command->words);
	return EXIT_USAGE;
}

int command_run(const struct command *command, struct ctl *c)
{
	unsigned foreign = c->options & ~command->options;

	if (c->help) {
		command_help(command);
		return EXIT_DONE;
	}
	if (foreign != 0) {
		fprintf(stderr, "reevectl: %s takes no %s; see `reevectl help %s`\n", command->name,
		        options_name(foreign & -foreign), command->name);
		return EXIT_USAGE;
	}
	if (c->words_n < command->least)
		return refuse_usage(command, "something is missing");
	if (command->most >= 0 && c->words_n > command->most)
		return refuse_usage(command, "too many words");
	return command->run(c);
}

static void help_one(const struct command *command)
{
	printf("usage: reevectl [-s SOCKET] [--json] %s %s\n\n%s.\n", command->name, command->words,
	       command->summary);
	if (command->text[0] != '\0')
		printf("\n%s", command->text);
	puts("\nexamples:");
	for (const char *line = command->examples; *line != '\0';) {
		size_t len = strcspn(line, "\n");

		printf("  %.*s\n", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

void command_help(const struct command *command)
{
	if (command != NULL) {
		help_one(command);
		return;
	}
	puts("usage: reevectl [-s SOCKET] [--json] COMMAND [WORD...]\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		printf("  %-14s %-16s %s\n", commands[i].name, commands[i].words, commands[i].summary);
	puts("\nexamples:\n"
	     "  reevectl status             how everything is\n"
	     "  reevectl restart acme:mail  one child\n"
	     "  reevectl stop acme:*        a workspace\n"
	     "  reevectl upgrade acme/mail  a bundle, for every child that runs from it\n\n"
	     "More about one command: reevectl help COMMAND. Everything: reevectl(1).");
}

int run_help(struct ctl *c)
{
	const struct command *command = c->words_n > 0 ? command_find(c->words[0]) : NULL;

	if (c->words_n > 0 && command == NULL)
		return command_unknown(c->words[0]);
	command_help(command);
	return EXIT_DONE;
}

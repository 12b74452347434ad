/*
 * reevectl: asks reeve one thing over its control socket and prints the answer.
 */
#include <stdlib.h>

#include "ctl/command.h"
#include "ctl/options.h"

int main(int argc, char **argv)
{
	const struct command *command;
	const char *name;
	struct ctl c;

	if (options_parse(&c, argc, argv, &name) < 0)
		return EXIT_USAGE;
	if (name == NULL && !c.help) {
		fputs("reevectl: no command; see `reevectl help`\n", stderr);
		return EXIT_USAGE;
	}
	if (name == NULL) {
		command_help(NULL);
		return EXIT_DONE;
	}
	command = command_find(name);
	return command != NULL ? command_run(command, &c) : command_unknown(name);
}

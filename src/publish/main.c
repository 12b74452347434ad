/*
 * reeve-bundle: for whoever publishes bundles, anywhere. It is never part of a running reeve.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "publish/command.h"

enum { EXIT_USAGE = 2 };

static const struct command *const commands[] = {
	&command_pack, &command_keygen, &command_publish, &command_sign, &command_inspect, &command_verify,
};

static void help(FILE *to)
{
	(void)fprintf(to, "reeve-bundle packs, signs and publishes bundles for reeve.\n\n"
	                  "usage: reeve-bundle COMMAND ... | --help | --version\n\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		(void)fprintf(to, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
	(void)fprintf(to, "\nreeve-bundle COMMAND --help tells more of one. A release from end to end:\n\n"
	                  "  reeve-bundle keygen --public main.pub --secret main.key\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i] == &command_pack || commands[i] == &command_publish || commands[i] == &command_verify)
			(void)fprintf(to, "  %s\n", commands[i]->example);
}

static int help_command(const struct command *c)
{
	(void)printf("reeve-bundle %s: %s\n\nusage: reeve-bundle %s %s [OPTION...]\n\n", c->name, c->summary,
	             c->name, c->operands);
	options_help(c->rows);
	options_help(options_common);
	(void)printf("\nexample: %s\n", c->example);
	return fflush(stdout) == 0 ? 0 : 1;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int no_command(const char *name)
{
	const char *names[ARRAY_LEN(commands)], *near;

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		names[i] = commands[i]->name;
	near = text_nearest(name, names, ARRAY_LEN(commands));
	(void)fprintf(stderr, "reeve-bundle: no such command%s%s; see reeve-bundle --help\n",
	              near != NULL ? ", did you mean " : "", near != NULL ? near : "");
	return EXIT_USAGE;
}

static int run(const struct command *c, char **argv)
{
	char error[128] = "";
	struct options o;
	struct say s;
	int r = options_parse(c->rows, argv, &o, error, sizeof error);

	if (r == 0 && o.help)
		return help_command(c);
	if (r == 0 && o.operands_n != c->operands_n) {
		(void)fprintf(stderr, "reeve-bundle %s: wants %s; see reeve-bundle %s --help\n", c->name,
		              c->operands_n > 0 ? c->operands : "options only", c->name);
		return EXIT_USAGE;
	}
	if (r < 0) {
		(void)fprintf(stderr, "reeve-bundle %s: %s; see reeve-bundle %s --help\n", c->name, error, c->name);
		return EXIT_USAGE;
	}
	say_init(&s, o.json);
	c->run(&o, &s);
	return say_done(&s);
}

int main(int argc, char **argv)
{
	const struct command *c;

	(void)umask(022); /* what is published is for everybody; secret keys ask for less themselves */
	if (argc < 2) {
		help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		help(stdout);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)printf("reeve-bundle %s\n", PACKAGE_VERSION);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	c = find(argv[1]);
	return c != NULL ? run(c, argv + 2) : no_command(argv[1]);
}

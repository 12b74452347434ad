/*
 * reeve, as it is installed: an init for one child in a single small file, under its own name and those of
 * other small inits; for everything else it makes way for the supervisor, reeve-core. It reads no file,
 * links nothing but the C library, and is gone from memory where the supervisor is wanted.
 */
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/text.h"
#include "entry/escort.h"
#include "entry/personality.h"
#include "entry/say.h"
#include "entry/supervisor.h"

enum { EXIT_CANNOT = 73 };      /* as reeve-core has it: the host refused what is needed */

static const char license[] =
	"reeve is free software under the MIT license. It comes without any warranty.\n";

/* What is sent meanwhile waits for reeve-core: from process 1 the kernel would keep it. */
static int make_way(char **argv)
{
	char path[PATH_MAX] = "";
	sigset_t all;
	int r;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	r = supervisor_execute(argv, path, sizeof path);

	SAY("reeve", "cannot execute ", path, ": ", strerror(-r), "; install it, or name the folder with reeve-core in "
	    "REEVE_HELPER_DIR (only `reeve -- COMMAND` needs no other file)");
	return EXIT_CANNOT;
}

static int print(int fd, const char *words)
{
	return io_write_all(fd, words, strlen(words)) < 0 ? 1 : 0;
}

static int refuse_usage(const struct personality *p, const char *what, const char *which)
{
	SAY(p->names[0], what, which, "; this is how it is called:");
	(void)print(STDERR_FILENO, p->help); /* said as well as can be */
	return p->exit.usage;
}

static void hear_variables(const struct personality *p, struct plan *plan)
{
	for (const struct personality_variable *v = p->variables; v != NULL && v->name != NULL; v++) {
		const char *value = getenv(v->name);

		if (value != NULL && (v->value == NULL || strcmp(v->value, value) == 0))
			(void)v->set(plan, value); /* a senseless value is none, as with the others */
	}
}

static int be(const struct personality *p, char **argv)
{
	struct option_wrong wrong;
	struct plan plan;
	int r;

	plan_init(&plan, &p->defaults);
	r = option_read(p->options, p->mixed, argv, &plan, &wrong);
	if (r < 0)
		return refuse_usage(p, wrong.what, wrong.which);
	switch (plan.task) {
	case PLAN_HELP:    return print(p->words_fd, p->help);
	case PLAN_VERSION: return print(p->version_fd, p->version);
	case PLAN_LICENSE: return print(STDOUT_FILENO, license);
	case PLAN_RUN:
	case PLAN_PAUSE:   break;
	}
	if (plan.needs_dashes && r == 0)
		return refuse_usage(p, "\"--\" is missing before the command", "");
	if (plan.task == PLAN_RUN && plan.command[0] == NULL)
		return refuse_usage(p, "the command is missing", "");
	hear_variables(p, &plan);
	plan_settle(&plan);
	return escort(p, &plan);
}

int main(int argc, char **argv)
{
	const struct personality *p = personality_find(argc > 0 ? argv[0] : NULL);
	bool is_entry = argc > 1 && (strcmp(argv[1], "--") == 0 || text_starts_with(argv[1], "--grace"));

	return personality_is_reeve(p) && !is_entry ? make_way(argv) : be(p, argv);
}

#include "core/check_startup.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/name.h"
#include "core/check.h"
#include "core/core.h"
#include "core/options.h"
#include "core/service.h"

struct run {
	struct core *core;
	size_t       checked, failed, left;
	size_t       not_begun;
};

/* "acme:web: dead-code: path: got (expected …). remedy" */
static void print_problem(void *arg UNUSED, struct service *s, const struct problem_row *row)
{
	char line[1024];

	problem_format(&row->problem, line, sizeof line);
	(void)printf("%s: %s%s: %s\n", service_name(s), row->advisory ? "warning: " : "",
	             row->problem.code, line);
}

static void finish_when_done(struct run *run)
{
	if (run->left == 0)
		loop_stop(run->core->loop);
}

static void done(void *arg, struct service *s, const struct check_result *result)
{
	struct run *run = arg;

	if (!result->is_complete)
		(void)printf("%s: check-lost: reeve-launch ended before it could say. Look into its messages\n",
		             service_name(s));
	run->failed += !result->is_complete || result->problems > 0;
	run->left--;
	finish_when_done(run);
}

static bool is_named(const struct service *s, char *const *names)
{
	if (names[0] == NULL)
		return true;
	for (; *names != NULL; names++)
		if (name_matches(service_name(s), *names))
			return true;
	return false;
}

/* Says which names stand for nobody. */
static size_t count_unknown(const struct core *core, char *const *names)
{
	size_t unknown = 0;

	for (; *names != NULL; names++) {
		char *const one[] = { *names, NULL };
		bool known = false;

		for (size_t i = 0; i < core->roster.count && !known; i++)
			known = is_named(core->roster.all[i], one);
		if (!known)
			(void)printf("%s: no-such-child: nothing is configured by this name\n", *names);
		unknown += !known;
	}
	return unknown;
}

static void begin_all(struct run *run, const struct options *options)
{
	const struct attempt_order order = { .full = options->full };
	const struct check_client client = { .problem = print_problem, .done = done, .arg = run };
	struct roster *r = &run->core->roster;

	for (size_t i = 0; i < r->count; i++) {
		if (!is_named(r->all[i], options->names))
			continue;
		run->checked++;
		if (check_begin(run->core, r->all[i], &order, &client, NULL) == 0)
			run->left++;
		else
			run->failed++;
	}
}

enum exit_code check_startup(struct core *core, const struct options *options)
{
	struct run run = { .core = core };
	size_t unknown = count_unknown(core, options->names);

	if (helper_start(&core->launcher.helper) < 0)
		return EXIT_CANNOT; /* it was said why */
	begin_all(&run, options);
	if (run.left > 0)
		loop_run(core->loop);
	if (run.failed == 0 && unknown == 0) {
		(void)printf("Startup check: OK (%zu children)\n", run.checked);
		return EXIT_DONE;
	}
	(void)printf("Startup check: FAILED (%zu of %zu children could not start)\n",
	             run.failed, run.checked);
	return EXIT_FOUND;
}

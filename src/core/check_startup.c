#include "core/check_startup.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/name.h"
#include "base/text.h"
#include "core/check.h"
#include "core/core.h"
#include "core/machine.h"
#include "core/options.h"
#include "core/service.h"

struct run {
	struct core         *core;
	const struct saying *say;
	size_t               checked, failed, left;
	size_t               mistakes;  /* of the configuration, where everybody is checked */
};

/* How the outcome is told: to people, or to a program. */
struct saying {
	void (*machine)(const struct machine_row *row);
	void (*lacking)(void);
	void (*problem)(const char *child, bool advisory, const struct problem *p);
	void (*verdict)(const struct run *run, bool ok);
};

/* "this machine: proc: missing: ..." */
static void say_machine(const struct machine_row *row)
{
	(void)printf("this machine: %s: %s", row->name, row->is_here ? "here" : "missing");
	if (!row->is_here)
		(void)printf("%s%s%s: %s. To do: %s", row->found[0] != '\0' ? " (" : "", row->found,
		             row->found[0] != '\0' ? ")" : "", row->effect, row->remedy);
	(void)putchar('\n');
}

static void say_lacking(void)
{
	(void)printf("Startup check: FAILED (this machine lacks what every child needs)\n");
}

/* "acme:web: dead-code: path: got (expected …). remedy" */
static void say_problem(const char *child, bool advisory, const struct problem *p)
{
	char line[1024];

	problem_format(p, line, sizeof line);
	(void)printf("%s: %s%s: %s\n", child, advisory ? "warning: " : "", p->code, line);
}

static void say_verdict(const struct run *run, bool ok)
{
	if (ok)
		(void)printf("Startup check: OK (%zu children)\n", run->checked);
	else if (run->mistakes > 0)
		(void)printf("Startup check: FAILED (%zu of %zu children could not start; mistakes in the configuration: %zu)\n",
		             run->failed, run->checked, run->mistakes);
	else
		(void)printf("Startup check: FAILED (%zu of %zu children could not start)\n", run->failed, run->checked);
}

/* The keys are those of `reevectl check --json`. */
static void say_problem_json(const char *child, bool advisory, const struct problem *p)
{
	const struct { const char *key, *value; } rows[] = {
		{ "class", problem_class_name(p->class) }, { "code", p->code }, { "path", p->path },
		{ "expected", p->expected }, { "got", p->got }, { "remedy", p->remedy },
	};
	char line[8192]; /* six bytes for each of a problem's, at worst */
	struct text t;

	text_init(&t, line, sizeof line);
	text_add(&t, "{\"subject\":");
	text_add_json(&t, child);
	text_addf(&t, ",\"advisory\":%s,\"problem\":{", advisory ? "true" : "false");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		text_addf(&t, "%s\"%s\":", i == 0 ? "" : ",", rows[i].key);
		text_add_json(&t, rows[i].value);
	}
	(void)printf("%s}}\n", line);
}

static void say_machine_json(const struct machine_row *row)
{
	const struct { const char *key, *value; } texts[] = {
		{ "found", row->found }, { "effect", row->effect }, { "remedy", row->remedy },
	};
	char line[4096];
	struct text t;

	text_init(&t, line, sizeof line);
	text_addf(&t, "{\"machine\":\"%s\",\"here\":%s,\"needed\":%s", row->name, row->is_here ? "true" : "false",
	          row->is_needed ? "true" : "false");
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		text_addf(&t, ",\"%s\":", texts[i].key);
		text_add_json(&t, texts[i].value);
	}
	(void)printf("%s}\n", line);
}

static void say_lacking_json(void)
{
	(void)printf("{\"ok\":false,\"checked\":0,\"failed\":0}\n");
}

static void say_verdict_json(const struct run *run, bool ok)
{
	(void)printf("{\"ok\":%s,\"checked\":%zu,\"failed\":%zu}\n", ok ? "true" : "false", run->checked, run->failed);
}

static const struct saying to_people = { say_machine, say_lacking, say_problem, say_verdict };
static const struct saying to_programs = {
	say_machine_json, say_lacking_json, say_problem_json, say_verdict_json,
};

static const struct saying *saying_of(const struct options *options)
{
	return options->json ? &to_programs : &to_people;
}

static void tell_machine(void *arg, const struct machine_row *row)
{
	const struct saying *say = arg;

	say->machine(row);
}

bool check_startup_machine(const struct conf *conf, const struct options *options)
{
	const struct saying *say = saying_of(options);
	bool is_enough = machine_look(conf, tell_machine, (void *)(uintptr_t)say);

	if (!is_enough)
		say->lacking();
	return is_enough;
}

/* What no launcher reported: the check itself could not be made. */
static void say_own(const struct run *run, const char *child, const char *code, const char *remedy)
{
	struct problem p;

	problem_set(&p, PROBLEM_CONFIG, code, NULL, "not checked");
	problem_remedy(&p, "%s", remedy);
	run->say->problem(child, false, &p);
}

static void take_problem(void *arg, struct service *s, const struct problem_row *row)
{
	const struct run *run = arg;

	run->say->problem(service_name(s), row->advisory, &row->problem);
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
		say_own(run, service_name(s), "check-lost", "reeve-launch ended before it could say: look into its messages");
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
static size_t count_unknown(const struct run *run, char *const *names)
{
	const struct roster *r = &run->core->roster;
	size_t unknown = 0;

	for (; *names != NULL; names++) {
		char *const one[] = { *names, NULL };
		bool known = false;

		for (size_t i = 0; i < r->count && !known; i++)
			known = is_named(r->all[i], one);
		if (!known)
			say_own(run, *names, "no-such-child", "Name a child of the configuration");
		unknown += !known;
	}
	return unknown;
}

static void begin_all(struct run *run, const struct options *options)
{
	const struct attempt_order order = { .full = options->full };
	const struct check_client client = { .problem = take_problem, .done = done, .arg = run };
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

/* Who is left out for a mistake does not start either, and has no child that could be asked. */
static void tell_mistakes(struct run *run)
{
	const struct conf *conf = run->core->conf;

	for (size_t i = 0; i < conf->errors_n; i++) {
		const struct conf_error *e = &conf->errors[i];
		struct problem p;

		problem_set(&p, PROBLEM_CONFIG, e->code, e->file, "line %u: %s", e->line, e->text);
		run->say->problem(e->section[0] != '\0' ? e->section : "configuration", false, &p);
	}
	run->mistakes = conf->errors_n;
}

enum exit_code check_startup(struct core *core, const struct options *options)
{
	struct run run = { .core = core, .say = saying_of(options) };
	size_t unknown = count_unknown(&run, options->names);
	bool ok;

	if (options->names[0] == NULL)
		tell_mistakes(&run);
	scopes_look_ahead(&core->scopes);
	if (helper_start(&core->launcher.helper) < 0)
		return EXIT_CANNOT; /* it was said why */
	begin_all(&run, options);
	if (run.left > 0)
		loop_run(core->loop);
	ok = run.failed == 0 && unknown == 0 && run.mistakes == 0;
	run.say->verdict(&run, ok);
	return ok ? EXIT_DONE : EXIT_FOUND;
}

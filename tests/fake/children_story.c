#include "fake/children_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SETTINGS_MAX = 4096, LONG_MS = 600000 };

struct core story_core;
static struct loop *loop;

static struct conf *parse(const char *settings)
{
	char text[SETTINGS_MAX];
	struct conf *conf;

	(void)snprintf(text, sizeof text, "[reeve]\nhelper_dir = /helpers\nloglevel = error\n%s", settings);
	assert_int_equal(conf_parse(text, strlen(text), "/etc/reeve/reeve.ini", (char *[]){ NULL }, &conf), 0);
	if (conf->errors_n > 0)
		fail_msg("%s", conf->errors[0].text);
	return conf;
}

void story_begin(const char *settings, const struct world_faults *faults)
{
	world_begin(7, faults);
	assert_int_equal(loop_new(&loop), 0);
	story_core = (struct core){ .is_init = false };
	assert_int_equal(core_init(&story_core, loop, parse(settings)), 0);
	core_start(&story_core);
	(void)world_settle();
}

static void leave(void)
{
	core_done(&story_core);
	loop_free(loop);
	world_end();
}

void story_end(void)
{
	shutdown_begin(&story_core.shutdown, "the end of the story");
	while (world_run(1000))
		;
	leave();
}

void story_pass(uint64_t ms)
{
	assert_true(world_run(ms));
}

int story_exit_code(void)
{
	int code;

	assert_false(world_run(LONG_MS));
	code = ending_code(&story_core.ending);
	leave();
	return code;
}

struct service *story_child(const char *name)
{
	struct service *s = roster_find(&story_core.roster, name);

	assert_non_null(s);
	return s;
}

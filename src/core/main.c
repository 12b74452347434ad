/*
 * reeve: supervises what reeve.ini describes. This file builds the world in named steps, lets the
 * loop run, and gives everything back; what happens in between is core.c's.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/path.h"
#include "conf/conf.h"
#include "core/check_config.h"
#include "core/check_startup.h"
#include "core/control.h"
#include "core/core.h"
#include "core/machine.h"
#include "core/options.h"
#include "core/signals.h"
#include "loop/loop.h"
#include "sys/fd.h"
#include "sys/process.h"

/* What is sound of the configuration; for a machine's init an empty one rather than none. */
static int load(const char *file, bool is_host_init, struct conf **ret)
{
	struct problem why;
	char line[512];
	int r = conf_load(file, ret, &why);

	if (r == 0) {
		check_config_log(*ret);
		return 0;
	}
	problem_format(&why, line, sizeof line);
	log_event(LOG_ERROR, "reeve", "config-error", "text=\"%s\"", line);
	return is_host_init ? conf_parse("", 0, file, NULL, ret) : r;
}

static void apply_loglevel(const struct conf *conf)
{
	enum log_level level;

	if (log_level_from_text(conf->org.loglevel, &level) == 0)
		log_init("reeve", level);
}

/* The folder that the children's state lives in; most children can do without. */
static void make_state_folder(const struct org_conf *org)
{
	int r = path_make_dirs(org->state_dir, 0755);

	if (r < 0)
		log_event(LOG_WARN, "reeve", "no-folder", "path=%s error=\"%s\"", org->state_dir, strerror(-r));
}

static void raise_limits(const struct conf *conf)
{
	uint64_t have = 0, need = machine_descriptors(conf);
	int r = sys_raise_descriptors(&have);

	if (r < 0 || have < need)
		log_event(LOG_WARN, "reeve", "few-descriptors",
		          "have=%" PRIu64 " need=%" PRIu64 " remedy=\"raise the hard limit of open files\"",
		          have, need);
}

static int supervise(struct core *core)
{
	struct signals signals;
	int r = sys_become_subreaper();

	if (r < 0)
		log_event(LOG_WARN, "reeve", "no-subreaper", "error=\"%s\"", strerror(-r));
	make_state_folder(&core->conf->org);
	r = control_new(core);
	if (r < 0) {
		log_event(LOG_ERROR, "reeve", "no-control-socket", "path=%s error=\"%s\" remedy=\"%s\"",
		          core->conf->org.socket, strerror(-r),
		          r == -EADDRINUSE ? "another reeve is there: stop it, or give this one another socket"
		                           : "set [reeve] socket to a path that can be written");
		if (!core->is_init)
			return EXIT_CANNOT;
	}
	signals_init(&signals, core);
	core_start(core);
	loop_run(core->loop);
	signals_done(&signals);
	control_free(core);
	return ending_code(&core->ending);
}

/* With a configuration at hand, which is given away. */
static int run(const struct options *options, struct conf *conf, bool is_init)
{
	struct core core = { .is_init = is_init };
	struct loop *loop;
	int code = EXIT_CANNOT;
	int r = loop_new(&loop);

	if (r < 0) {
		conf_unref(conf);
		log_event(LOG_ERROR, "reeve", "no-loop", "error=\"%s\"", strerror(-r));
		return EXIT_CANNOT;
	}
	r = core_init(&core, loop, conf);
	if (r < 0)
		log_event(LOG_ERROR, "reeve", "cannot-start", "error=\"%s\" remedy=\"%s\"", strerror(-r),
		          core.null_fd < 0 ? "let /dev/null be there: mknod -m 666 /dev/null c 1 3"
		                           : "reeve --check-startup says what this machine lacks");
	else if (options->task == TASK_CHECK_STARTUP)
		code = (int)check_startup(&core, options);
	else
		code = supervise(&core);
	core_done(&core);
	loop_free(loop);
	return code;
}

/* Its mistakes leave nobody to run, or not one whose end is reeve's. A check goes on to the others. */
static bool is_hopeless(const struct conf *conf, enum task task)
{
	const char *from = conf->org.exit_code_from;

	return (conf->children_n == 0 && conf->errors_n > 0) ||
	       (conf->critical_left_out != NULL && task == TASK_RUN) ||
	       (from[0] != '\0' && conf_child(conf, from) == NULL);
}

/*
 * Who started reeve learns by its exit status that it cannot do its work, in a container too. A
 * machine's init stays up all the same, so that it can be mended: without it the kernel panics.
 */
static int load_and_run(const struct options *options)
{
	bool is_host_init = sys_is_host_init();
	struct conf *conf;

	if (load(options->file, is_host_init, &conf) < 0)
		return EXIT_NOTHING;
	if (is_hopeless(conf, options->task) && !is_host_init) {
		if (conf->critical_left_out != NULL)
			log_event(LOG_ERROR, conf->critical_left_out, "critical-left-out", NULL);
		log_event(LOG_ERROR, "reeve", "nothing-to-run", "remedy=\"mend the mistakes above\"");
		conf_unref(conf);
		return EXIT_NOTHING;
	}
	apply_loglevel(conf);
	if (options->task == TASK_CHECK_STARTUP && !check_startup_machine(conf, options)) {
		conf_unref(conf);
		return EXIT_FOUND;
	}
	raise_limits(conf); /* before the children have their pipes */
	return run(options, conf, sys_pid() == 1);
}

int main(int argc, char **argv)
{
	struct options options;

	sys_fill_streams();
	log_init("reeve", LOG_INFO);
	sys_name_self("reeve"); /* the front that executed us has that name */
	if (options_read(argc, argv, &options) < 0)
		return EXIT_USAGE;
	if (options.task == TASK_RUN)
		signals_keep();
	else
		sys_signals_prepare(NULL, 0);
	switch (options.task) {
	case TASK_HELP:
		options_help();
		return EXIT_DONE;
	case TASK_VERSION:
		(void)printf("reeve %s\n", PACKAGE_VERSION);
		return EXIT_DONE;
	case TASK_CHECK_CONFIG:
		return (int)check_config(options.file);
	case TASK_RUN:
	case TASK_CHECK_STARTUP:
		break;
	}
	return load_and_run(&options);
}

#include "core/check_config.h"

#include <stdio.h>

#include "base/log.h"
#include "conf/conf.h"

enum exit_code check_config(const char *file)
{
	struct problem why;
	struct conf *conf;
	char line[1024];
	enum exit_code verdict;

	if (conf_load(file, &conf, &why) < 0) {
		problem_format(&why, line, sizeof line);
		(void)printf("%s\nConfiguration check: FAILED\n", line);
		return EXIT_FOUND;
	}
	for (size_t i = 0; i < conf->errors_n; i++) {
		/* As compilers have it, so that editors can jump there. */
		conf_error_format(&conf->errors[i], line, sizeof line);
		(void)printf("%s\n", line);
	}
	verdict = conf->errors_n == 0 ? EXIT_DONE : EXIT_FOUND;
	if (verdict == EXIT_DONE)
		(void)printf("Configuration check: OK (%zu children)\n", conf->children_n);
	else
		(void)printf("Configuration check: FAILED (%zu mistakes; %zu children are sound)\n",
		             conf->errors_n, conf->children_n);
	conf_unref(conf);
	return verdict;
}

void check_config_log(const struct conf *conf)
{
	for (size_t i = 0; i < conf->errors_n; i++) {
		const struct conf_error *e = &conf->errors[i];

		log_event(LOG_ERROR, e->section[0] != '\0' ? e->section : "reeve", "config-error",
		          "at=%s:%u code=%s text=\"%s\"", e->file, e->line, e->code, e->text);
	}
}

/* reeve --check-config: every mistake of the configuration at once, and nothing else. */
#ifndef CORE_CHECK_CONFIG_H
#define CORE_CHECK_CONFIG_H

#include "core/exit_code.h"

struct conf;

/* One line per mistake on standard output, then the verdict. */
enum exit_code check_config(const char *file);

/* One log line per mistake. */
void check_config_log(const struct conf *conf);

#endif

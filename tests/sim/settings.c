#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim.h"

enum { SETTINGS_MAX = 32768 };

struct writer {
	char  *at;
	size_t len;
};

static void add(struct writer *w, const char *format, ...) PRINTF_LIKE(2, 3);
static void add(struct writer *w, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(w->at + w->len, SETTINGS_MAX - w->len, format, args);
	va_end(args);
	WORLD_CHECK(n >= 0 && (size_t)n < SETTINGS_MAX - w->len, "the settings are too long");
	w->len += (size_t)n;
}

static const char *pick(const char *const *words, uint32_t n)
{
	return words[world_random(n)];
}

static void add_service(struct writer *w, unsigned number)
{
	static const char *const autorestart[] = { "always", "on-failure", "on-failure", "never" };
	static const char *const workspaces[] = { "acme", "acme, globex", "acme, globex, initech" };
	static const char *const logs[] = { "", "none", "/var/log/it.log" };

	add(w, "[service:s%u]\ncommand = /bin/it --color %u\n", number, world_random(3));
	add(w, "workspaces = %s\n", pick(workspaces, 3));
	add(w, "autorestart = %s\n", pick(autorestart, 4));
	add(w, "autostart = %s\n", world_chance(800) ? "yes" : "no");
	add(w, "startsecs = %ums\n", world_random(world_chance(250) ? 60000 : 3000)); /* many end before it */
	add(w, "startretries = %u\n", world_chance(500) ? 0 : world_random(3));
	add(w, "backoff = %ums\nbackoff_max = %ums\n", 100 + world_random(900), 1000 + world_random(20000));
	add(w, "stopwaitsecs = %ums\n", 100 + world_random(5000));
	add(w, "priority = %u\n", world_random(4) * 100);
	add(w, "stdout_logfile = %s\n", pick(logs, 3));
	if (world_chance(250))
		add(w, "log_to = logs\n");
	add(w, "redirect_stderr = %s\n", world_chance(500) ? "yes" : "no");
	if (world_chance(500))
		add(w, "bundle = b%u\n", world_random(SIM_BUNDLES));
	if (world_chance(200))
		add(w, "numprocs = %u\n", 1 + world_random(3));
	if (world_chance(20))
		add(w, "critical = yes\n");
}

char *sim_settings(size_t *ret_len)
{
	struct writer w = { .at = malloc(SETTINGS_MAX) };

	add(&w, "[reeve]\nhelper_dir = /helpers\nloglevel = debug\nshutdown_timeout = %us\n", 5 + world_random(20));
	add(&w, "restart_rate = %u\nrestart_burst = %u\n", 1 + world_random(20), 1 + world_random(20));
	add(&w, "[workspace:acme]\n[workspace:globex]\n[workspace:initech]\n");
	add(&w, "[registry:r]\nurl = file:///registry\ninsecure = yes\n");
	for (unsigned i = 0; i < SIM_BUNDLES; i++)
		add(&w, "[bundle:b%u]\nregistry = r\nrollout = %s\n", i, world_chance(500) ? "all" : "parallel=2");
	add(&w, "[service:logs]\ncommand = /bin/it --color 0\nworkspaces = acme, default\nstopwaitsecs = %ums\n",
	    200 + world_random(4000));
	for (unsigned i = 0; i < 8; i++)
		if (world_chance(600))
			add_service(&w, i);
	*ret_len = w.len;
	return w.at;
}

#include "core/signals.h"

#include <signal.h>
#include <string.h>

#include "base/attr.h"
#include "base/log.h"
#include "core/control.h"
#include "core/core.h"
#include "core/reload.h"

static void stop_in_order(struct core *core, const char *name)
{
	shutdown_ask(&core->shutdown, name);
}

static void stop_now(struct core *core, const char *name)
{
	shutdown_now(&core->shutdown, name);
}

static void reload(struct core *core, const char *name UNUSED)
{
	int r = reload_configuration(core, NULL, NULL);

	if (r < 0)
		log_event(LOG_ERROR, "reeve", "reload-refused",
		          "remedy=\"nothing was changed; try reeve --check-config\"");
}

static void reopen_logs(struct core *core, const char *name UNUSED)
{
	logger_reopen_files(&core->logger);
}

/* For when somebody removed its file. */
static void reopen_control(struct core *core, const char *name UNUSED)
{
	int r;

	control_free(core);
	r = control_new(core);
	if (r < 0)
		log_event(LOG_ERROR, "reeve", "no-control-socket",
		          "path=%s error=\"%s\" remedy=\"mend that, then send SIGUSR1 again\"",
		          core->conf->org.socket, strerror(-r));
}

static const struct {
	int         signo;
	const char *name;
	void      (*act)(struct core *core, const char *name);
} rows[] = {
	{ SIGTERM, "SIGTERM", stop_in_order },
	{ SIGINT,  "SIGINT",  stop_in_order },
	{ SIGQUIT, "SIGQUIT", stop_now },
	{ SIGHUP,  "SIGHUP",  reload },
	{ SIGUSR1, "SIGUSR1", reopen_control },
	{ SIGUSR2, "SIGUSR2", reopen_logs },
};

_Static_assert(ARRAY_LEN(rows) <= SIGNALS_MAX, "a watch for each row");

static void signalled(void *arg)
{
	struct signal_watch *w = arg;

	log_event(LOG_INFO, "reeve", "signal", "name=%s", rows[w->row].name);
	rows[w->row].act(w->core, rows[w->row].name);
}

void signals_keep(void)
{
	int kept[ARRAY_LEN(rows)];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		kept[i] = rows[i].signo;
	sys_signals_prepare(kept, ARRAY_LEN(rows));
}

void signals_init(struct signals *s, struct core *core)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct signal_watch *w = &s->watches[i];

		*w = (struct signal_watch){ .core = core, .row = i };
		loop_signal_start(core->loop, &w->watcher, rows[i].signo, signalled, w);
	}
}

void signals_done(struct signals *s)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		sys_signal_ignore(rows[i].signo);
		loop_signal_stop(&s->watches[i].watcher);
	}
}

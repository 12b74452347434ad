#include "launch/init.h"

#include <errno.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "launch/start.h"
#include "solo/solo.h"

enum { NUMBERS_MAX = 1024 };

/* The status pipe among them: its end says that the service was executed, so nobody else may hold it. */
static void close_all(void)
{
	if (close_range(0, ~0U, 0) < 0)
		for (int fd = 0; fd < NUMBERS_MAX; fd++)
			(void)close(fd); /* most are not open */
}

static void accompany(pid_t service) NORETURN;
static void accompany(pid_t service)
{
	struct solo solo = { .child = service, .to_group = true, .after = SOLO_LEAVE };

	close_all();
	(void)prctl(PR_SET_NAME, "reeve-init"); /* for people */
	_exit(solo_exit_code(solo_run(&solo)));
}

int init_begin(struct start *s, const char **ret_what)
{
	struct solo_signals were;
	pid_t pid;

	if (!s->order.context.private_pids)
		return 0;
	*ret_what = "a PID namespace";
	if (s->pids_error != 0)
		return s->pids_error;
	*ret_what = "its first process";
	solo_take_signals(&were);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid > 0)
		accompany(pid);
	(void)setsid(); /* just forked: it cannot fail */
	solo_give_signals(&were);
	return 0;
}

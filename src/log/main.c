/*
 * reeve-log [--user NAME]: reads orders from reeve on descriptor 3 and moves the children's output. It
 * lives as long as reeve's end of that socket, whatever signals its terminal sends.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/attr.h"
#include "base/log.h"
#include "log/mover.h"
#include "log/privilege.h"

enum { CONTROL_FD = 3, EXIT_USAGE = 2, EXIT_FAILED = 1 };

/* A reader that goes is an error of the write, a full file one of the write; who compresses is waited for by nobody. */
static void ignore_signals(void)
{
	static const int signals[] = { SIGPIPE, SIGXFSZ, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		(void)sigaction(signals[i], &ignore, NULL); /* fails for no signal of these */
}

/* A pipe and a file per stream: as many descriptors as we are allowed. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit); /* fewer streams then */
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "user", required_argument, NULL, 'u' }, { 0 } };
	const char *user = NULL;
	struct mover *mover;
	int option, r;

	log_init("reeve-log", LOG_INFO);
	while ((option = getopt_long(argc, argv, "", options, NULL)) == 'u')
		user = optarg;
	if (option != -1 || optind < argc || fcntl(CONTROL_FD, F_GETFD) < 0) {
		fprintf(stderr, "usage: reeve-log [--user NAME]; reeve starts it, with its orders on descriptor 3\n");
		return EXIT_USAGE;
	}
	ignore_signals();
	raise_limit();
	r = mover_new(CONTROL_FD, &mover); /* first: it opens standard output anew, as who we still are */
	if (r == 0)
		r = privilege_drop(user);
	if (r < 0) {
		log_event(LOG_ERROR, "reeve-log", "failed", "error=\"%s\" user=%s",
		          r == -ESRCH ? "there is no such log_user" : strerror(-r), user != NULL ? user : "");
		return EXIT_FAILED;
	}
	mover_run(mover);
	mover_free(mover);
	return 0;
}

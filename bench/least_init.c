/*
 * The least an init can be: starts its command, waits for whoever ends, and exits as the command does. No
 * signals, no terminal, nobody ended. The yardstick of `reeve --`, linked the same way.
 */
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = 0;
	pid_t child = argc > 1 ? vfork() : -1, gone;

	if (child == 0) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (child < 0)
		return 1;
	do
		gone = wait(&status);
	while (gone != child);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

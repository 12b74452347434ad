#include "entry/supervisor.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static const char program[] = "/reeve-core";

/* The folder of our own file. */
static int own_folder(char *buf, size_t max)
{
	ssize_t n = readlink("/proc/self/exe", buf, max - 1);

	if (n < 0)
		return -errno;
	while (n > 1 && buf[n - 1] != '/')
		n--;
	buf[n - 1] = '\0';
	return 0;
}

static int execute_in(const char *folder, char **argv, char *path, size_t max)
{
	struct text t;

	text_init(&t, path, max);
	text_add(&t, folder);
	text_add(&t, program);
	if (t.full)
		return -ENAMETOOLONG;
	(void)execv(path, argv);
	return -errno;
}

int supervisor_execute(char **argv, char *ret_path, size_t max)
{
	const char *told = getenv("REEVE_HELPER_DIR");
	char own[PATH_MAX];

	if (told != NULL && told[0] != '\0')
		return execute_in(told, argv, ret_path, max);
	if (own_folder(own, sizeof own) == 0) {
		int r = execute_in(own, argv, ret_path, max);

		if (r != -ENOENT)
			return r;
	}
	return execute_in(REEVE_HELPER_DIR, argv, ret_path, max);
}

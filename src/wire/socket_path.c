#include "wire/socket_path.h"

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/text.h"

/* 0 where /proc does not say it: to reeve and to reevectl beside it alike. */
static uintmax_t pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 ? (uintmax_t)st.st_ino : 0;
}

int socket_path_place(unsigned n, uid_t uid, const char *runtime_dir, char *buf, size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	if (n == 0 && uid == 0)
		text_add(&t, REEVE_RUN_DIR "/reeve.sock");
	else if (n == 0 && runtime_dir != NULL && runtime_dir[0] == '/')
		text_addf(&t, "%s/reeve.sock", runtime_dir);
	else if (n <= 1)
		text_addf(&t, "/tmp/reeve-%u/reeve.sock", (unsigned)uid);
	else if (n == 2)
		text_addf(&t, "@reeve-%u-%ju", (unsigned)uid, pid_namespace());
	else
		return -ENOENT;
	return t.full ? -ENAMETOOLONG : 0;
}

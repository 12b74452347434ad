#include "store/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NOBODY = 65534, MIB = 1024 * 1024 };

int sandbox_give_folder(int fd)
{
	if (geteuid() != 0)
		return 0;
	return fchown(fd, NOBODY, NOBODY) < 0 ? -errno : 0;
}

static int become_nobody(void)
{
	if (geteuid() != 0)
		return 0;
	if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return -errno;
	return 0;
}

int sandbox_enter(enum sandbox which, uint64_t file_max)
{
	(void)which; (void)file_max;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return become_nobody();
}

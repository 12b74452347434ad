#include "log/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "sys/capability.h"

static int become(const char *name)
{
	const struct passwd *user = getpwnam(name);

	if (user == NULL)
		return -ESRCH;
	if (geteuid() == user->pw_uid)
		return 0;
	if (initgroups(name, user->pw_gid) < 0 || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
		return -errno;
	return 0;
}

int privilege_drop(const char *user)
{
	int r;

	sys_bound_capabilities();
	r = user != NULL ? become(user) : 0;
	if (r == 0)
		r = sys_drop_capabilities();
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = -errno;
	return r;
}

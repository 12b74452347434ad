#include "log/privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel has fewer; prctl(2) says EINVAL past its last one. */
enum { CAPABILITIES_MAX = 64 };

static int become(const char *name)
{
	const struct passwd *user = getpwnam(name);

	if (user == NULL)
		return -ENOENT;
	if (geteuid() == user->pw_uid)
		return 0;
	if (initgroups(name, user->pw_gid) < 0 || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
		return -errno;
	return 0;
}

/* capset(2) has no wrapper in libc. */
static int clear_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	return syscall(SYS_capset, &head, none) < 0 ? -errno : 0;
}

int privilege_drop(const char *user)
{
	int r;

	/* Without CAP_SETPCAP there is nothing in the bounding set that we could ever use. */
	for (unsigned long cap = 0; cap < CAPABILITIES_MAX; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			break;
	r = user != NULL ? become(user) : 0;
	if (r == 0)
		r = clear_capabilities();
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = -errno;
	return r;
}

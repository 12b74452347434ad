#include "sys/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/text.h"

static bool has_proc(void)
{
	return access("/proc/self/stat", R_OK) == 0;
}

/* Linux's null device has the number 1:3 (Documentation/admin-guide/devices.txt). */
static bool has_null(void)
{
	struct stat st;

	return stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3) &&
	       access("/dev/null", R_OK | W_OK) == 0;
}

static bool has_writable_root(void)
{
	struct statvfs fs;

	return statvfs("/", &fs) == 0 && (fs.f_flag & ST_RDONLY) == 0;
}

static bool has_tmp(void)
{
	return access("/tmp", W_OK | X_OK) == 0;
}

static bool has_account(void)
{
	return getpwuid(geteuid()) != NULL;
}

static bool has_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct have[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	return syscall(SYS_capget, &head, have) == 0 && (have[0].effective != 0 || have[1].effective != 0);
}

/* Each is asked for something impossible, which a kernel that has it answers with another error than these. */
static bool is_refused(long r)
{
	return r < 0 && (errno == ENOSYS || errno == EPERM);
}

static bool has_clone3(void)
{
	return !is_refused(syscall(SYS_clone3, NULL, 0));
}

static bool has_pidfd_open(void)
{
	return !is_refused(syscall(SYS_pidfd_open, -1, 0));
}

static bool has_close_range(void)
{
	return !is_refused(syscall(SYS_close_range, 1, 0, 0));
}

static bool has_openat2(void)
{
	return !is_refused(syscall(SYS_openat2, -1, "", NULL, 0));
}

static bool (*const looks[])(void) = {
	[SYS_HAS_PROC] = has_proc,
	[SYS_HAS_NULL] = has_null,
	[SYS_HAS_WRITABLE_ROOT] = has_writable_root,
	[SYS_HAS_TMP] = has_tmp,
	[SYS_HAS_ACCOUNT] = has_account,
	[SYS_HAS_CAPABILITIES] = has_capabilities,
	[SYS_HAS_CLONE3] = has_clone3,
	[SYS_HAS_PIDFD_OPEN] = has_pidfd_open,
	[SYS_HAS_CLOSE_RANGE] = has_close_range,
	[SYS_HAS_OPENAT2] = has_openat2,
};

bool sys_has(enum sys_thing thing)
{
	return looks[thing]();
}

bool sys_could_make(const char *path)
{
	char at[PATH_MAX];
	char *slash;

	if (text_copy(at, sizeof at, path) < 0)
		return false;
	while ((slash = strrchr(at, '/')) != NULL) {
		if (access(at, F_OK) == 0)
			return access(at, W_OK) == 0;
		*slash = '\0';
	}
	return access("/", W_OK) == 0;
}

uint64_t sys_most_descriptors(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (uint64_t)limit.rlim_max : 0;
}

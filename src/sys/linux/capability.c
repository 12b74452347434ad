#include "sys/capability.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel has fewer; prctl(2) says EINVAL past its last one. */
enum { CAPABILITIES_MAX = 64 };

void sys_bound_capabilities(void)
{
	for (unsigned long cap = 0; cap < CAPABILITIES_MAX; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			break;
}

/* capset(2) has no wrapper in libc. */
int sys_drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	return syscall(SYS_capset, &head, none) < 0 ? -errno : 0;
}

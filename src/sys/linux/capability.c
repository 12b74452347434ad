#include "sys/capability.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/capname.h"

void sys_bound_capabilities(void)
{
	for (unsigned long cap = 0; cap < CAPABILITY_MAX; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			break; /* the kernel has fewer; prctl(2) says EINVAL past its last one */
}

/* capget(2) and capset(2) have no wrappers in libc, and take each set in two halves. */
int sys_capabilities_get(struct capability_sets *ret)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct half[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, half) < 0)
		return -errno;
	*ret = (struct capability_sets){
		.effective = half[0].effective | (uint64_t)half[1].effective << 32,
		.permitted = half[0].permitted | (uint64_t)half[1].permitted << 32,
		.inheritable = half[0].inheritable | (uint64_t)half[1].inheritable << 32,
	};
	return 0;
}

int sys_capabilities_set(const struct capability_sets *sets)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct half[_LINUX_CAPABILITY_U32S_3] = {
		{ (uint32_t)sets->effective, (uint32_t)sets->permitted, (uint32_t)sets->inheritable },
		{ (uint32_t)(sets->effective >> 32), (uint32_t)(sets->permitted >> 32),
		  (uint32_t)(sets->inheritable >> 32) },
	};

	return syscall(SYS_capset, &head, half) < 0 ? -errno : 0;
}

int sys_drop_capabilities(void)
{
	return sys_capabilities_set(&(struct capability_sets){ 0 });
}

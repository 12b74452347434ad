#include "base/capname.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char prefix[] = "cap_";

static const char *const names[] = {
	[CAP_CHOWN]              = "cap_chown",
	[CAP_DAC_OVERRIDE]       = "cap_dac_override",
	[CAP_DAC_READ_SEARCH]    = "cap_dac_read_search",
	[CAP_FOWNER]             = "cap_fowner",
	[CAP_FSETID]             = "cap_fsetid",
	[CAP_KILL]               = "cap_kill",
	[CAP_SETGID]             = "cap_setgid",
	[CAP_SETUID]             = "cap_setuid",
	[CAP_SETPCAP]            = "cap_setpcap",
	[CAP_LINUX_IMMUTABLE]    = "cap_linux_immutable",
	[CAP_NET_BIND_SERVICE]   = "cap_net_bind_service",
	[CAP_NET_BROADCAST]      = "cap_net_broadcast",
	[CAP_NET_ADMIN]          = "cap_net_admin",
	[CAP_NET_RAW]            = "cap_net_raw",
	[CAP_IPC_LOCK]           = "cap_ipc_lock",
	[CAP_IPC_OWNER]          = "cap_ipc_owner",
	[CAP_SYS_MODULE]         = "cap_sys_module",
	[CAP_SYS_RAWIO]          = "cap_sys_rawio",
	[CAP_SYS_CHROOT]         = "cap_sys_chroot",
	[CAP_SYS_PTRACE]         = "cap_sys_ptrace",
	[CAP_SYS_PACCT]          = "cap_sys_pacct",
	[CAP_SYS_ADMIN]          = "cap_sys_admin",
	[CAP_SYS_BOOT]           = "cap_sys_boot",
	[CAP_SYS_NICE]           = "cap_sys_nice",
	[CAP_SYS_RESOURCE]       = "cap_sys_resource",
	[CAP_SYS_TIME]           = "cap_sys_time",
	[CAP_SYS_TTY_CONFIG]     = "cap_sys_tty_config",
	[CAP_MKNOD]              = "cap_mknod",
	[CAP_LEASE]              = "cap_lease",
	[CAP_AUDIT_WRITE]        = "cap_audit_write",
	[CAP_AUDIT_CONTROL]      = "cap_audit_control",
	[CAP_SETFCAP]            = "cap_setfcap",
	[CAP_MAC_OVERRIDE]       = "cap_mac_override",
	[CAP_MAC_ADMIN]          = "cap_mac_admin",
	[CAP_SYSLOG]             = "cap_syslog",
	[CAP_WAKE_ALARM]         = "cap_wake_alarm",
	[CAP_BLOCK_SUSPEND]      = "cap_block_suspend",
	[CAP_AUDIT_READ]         = "cap_audit_read",
	[CAP_PERFMON]            = "cap_perfmon",
	[CAP_BPF]                = "cap_bpf",
	[CAP_CHECKPOINT_RESTORE] = "cap_checkpoint_restore",
};

int capname_parse(const char *s, size_t len, unsigned *ret)
{
	size_t skip = strncasecmp(s, prefix, strlen(prefix)) == 0 ? 0 : strlen(prefix);

	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i] + skip) == len && strncasecmp(names[i] + skip, s, len) == 0) {
			*ret = i;
			return 0;
		}
	return -ENOENT;
}

const char *capname(unsigned capability)
{
	return capability < ARRAY_LEN(names) ? names[capability] : "a capability without a name";
}

const char *capname_nearest(const char *s)
{
	char lower[32] = "";
	struct text t;

	text_init(&t, lower, sizeof lower);
	if (strncasecmp(s, prefix, strlen(prefix)) != 0)
		text_add(&t, prefix);
	text_add(&t, s);
	for (size_t i = 0; i < t.len; i++)
		lower[i] = (char)(lower[i] >= 'A' && lower[i] <= 'Z' ? lower[i] - 'A' + 'a' : lower[i]);
	return text_nearest(lower, names, ARRAY_LEN(names));
}

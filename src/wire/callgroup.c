#include "wire/callgroup.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static const char *const names[] = {
	[CALLGROUP_CLOCK]    = "@clock",
	[CALLGROUP_DEBUG]    = "@debug",
	[CALLGROUP_KEYRING]  = "@keyring",
	[CALLGROUP_MODULE]   = "@module",
	[CALLGROUP_MOUNT]    = "@mount",
	[CALLGROUP_OBSOLETE] = "@obsolete",
	[CALLGROUP_RAW_IO]   = "@raw-io",
	[CALLGROUP_REBOOT]   = "@reboot",
	[CALLGROUP_SWAP]     = "@swap",
};

int callgroup_parse(const char *s, size_t len, unsigned *ret)
{
	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == len && strncmp(names[i], s, len) == 0) {
			*ret = i;
			return 0;
		}
	return -ENOENT;
}

const char *callgroup_name(unsigned group)
{
	return names[group];
}

const char *callgroup_nearest(const char *s)
{
	return text_nearest(s, names, ARRAY_LEN(names));
}

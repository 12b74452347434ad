#include "wire/socket_path.h"

#include <errno.h>

#include "base/text.h"

int socket_path_default(uid_t uid, const char *runtime_dir, char *buf, size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	if (uid == 0)
		text_add(&t, REEVE_RUN_DIR);
	else if (runtime_dir != NULL && runtime_dir[0] == '/')
		text_add(&t, runtime_dir);
	else
		text_addf(&t, "/tmp/reeve-%u", (unsigned)uid);
	text_add(&t, "/reeve.sock");
	return t.full ? -ENAMETOOLONG : 0;
}

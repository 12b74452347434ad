#include "store/unpack.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "store/fault.h"
#include "store/role.h"
#include "store/sandbox.h"

/* Bytes as a descriptor that reads from the start. */
static int bytes_as_fd(const char *name, const void *data, size_t len)
{
	OWN(fd) int fd = memfd_create(name, MFD_CLOEXEC);
	int r = fd < 0 ? -errno : io_write_all(fd, data, len);

	if (r < 0)
		return r;
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : take_fd(&fd);
}

int unpack_run(const struct unpacking *u, struct asker *a)
{
	struct problem *p = a->problem;
	OWN(fd) int index = bytes_as_fd("index", u->blob, u->blob_len);
	OWN(fd) int wanted = bytes_as_fd("wanted", u->wanted, u->count);
	struct role role;
	struct role_note note;
	int r = index < 0 ? index : wanted < 0 ? wanted : sandbox_give_folder(u->stage);

	if (r == 0)
		r = role_start(&role, "unpack", (int[]){ u->payload, u->stage, index, wanted }, 4);
	if (r < 0)
		return fault_errno(p, r, "unpack", "cannot start the unpack role");
	r = role_finish(&role, a, "unpack", &note);
	if (r < 0 || note.fault == FAULT_COUNT)
		return r;
	if (note.error != 0)
		return fault_errno(p, -note.error, note.where, "cannot unpack");
	return fault(p, note.fault < FAULT_COUNT ? (enum fault)note.fault : FAULT_NO_ROLE, note.where,
	             "%s", note.got);
}

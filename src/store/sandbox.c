#include "store/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/own.h"
#include "store/role.h"
#include "store/seccomp.h"
#include "sys/capability.h"

enum { NOBODY = 65534, UNPACK_CPU_S = 900, UNPACK_FILES = 32, FETCH_FILES = 128 };

#define MIB (1024ULL * 1024)

/* A sanitizer maps terabytes and never touches them. */
#if defined(__SANITIZE_ADDRESS__)
#define UNPACK_MEMORY RLIM_INFINITY
#else
#define UNPACK_MEMORY (256 * MIB)
#endif

/* Landlock's words of later kernels than the headers we may be built with. */
enum { SCOPES_ABI = 6, NET_ABI = 4, TRUNCATE_ABI = 3, REFER_ABI = 2, IOCTL_ABI = 5 };

struct ruleset {
	uint64_t fs, net, scoped;
};

/* What name lookup and TLS may read. */
static const char *const lookup_files[] = {
	"/etc", "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/ca-certificates",
	"/usr/local/share/ca-certificates", "/run/systemd/resolve", "/run/resolvconf", "/run/nscd",
	"/dev/urandom", "/dev/null",
};

int sandbox_give_folder(int fd)
{
	if (geteuid() != 0 || fchown(fd, NOBODY, NOBODY) == 0)
		return 0;
	return errno == EINVAL ? 0 : -errno; /* nobody is not mapped here: the role stays who we are */
}

/*
 * Root becomes nobody. In a user namespace that does not map nobody (setresuid(2), EINVAL) it is an
 * ordinary user of the host already, and gives up what it may do in here.
 */
static int become_nobody(void)
{
	if (geteuid() != 0)
		return 0;
	if (setresgid(NOBODY, NOBODY, NOBODY) < 0)
		return errno == EINVAL ? sys_drop_capabilities() : -errno;
	if (setgroups(0, NULL) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return -errno;
	return 0;
}

static int limit(int resource, uint64_t most)
{
	struct rlimit l = { .rlim_cur = most, .rlim_max = most };

	return setrlimit((__rlimit_resource_t)resource, &l) < 0 ? -errno : 0;
}

static int limit_all(enum sandbox which, uint64_t file_max)
{
	int r = limit(RLIMIT_CORE, 0);

	if (r == 0)
		r = limit(RLIMIT_FSIZE, file_max + 4096);
	if (r == 0)
		r = limit(RLIMIT_NOFILE, which == SANDBOX_UNPACK ? UNPACK_FILES : FETCH_FILES);
	if (r < 0 || which != SANDBOX_UNPACK)
		return r;
	r = limit(RLIMIT_AS, UNPACK_MEMORY);
	if (r == 0)
		r = limit(RLIMIT_CPU, UNPACK_CPU_S);
	return r == 0 ? limit(RLIMIT_NPROC, 0) : r;
}

/* ---- Landlock: landlock(7) ---- */

static int landlock_abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/* All file accesses that a kernel of this ABI can refuse. */
static uint64_t all_accesses(int abi)
{
	uint64_t bits = 13; /* the accesses of ABI 1 */

	bits += (abi >= REFER_ABI) + (abi >= TRUNCATE_ABI) + (abi >= IOCTL_ABI);
	return (1ULL << bits) - 1;
}

static int allow(int ruleset, int fd, uint64_t accesses)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = accesses, .parent_fd = fd };

	return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0 ? -errno : 0;
}

static int allow_lookup(int ruleset)
{
	for (size_t i = 0; i < ARRAY_LEN(lookup_files); i++) {
		OWN(fd) int fd = open(lookup_files[i], O_PATH | O_CLOEXEC);
		uint64_t reads = LANDLOCK_ACCESS_FS_READ_FILE;
		struct stat st;
		int r;

		if (fd < 0)
			continue; /* not on this machine */
		if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
			reads |= LANDLOCK_ACCESS_FS_READ_DIR;
		r = allow(ruleset, fd, reads);
		if (r < 0)
			return r;
	}
	return 0;
}

static int confine_files(enum sandbox which)
{
	int abi = landlock_abi();
	struct ruleset want = { .fs = abi > 0 ? all_accesses(abi) : 0 };

	if (abi <= 0)
		return 0; /* a kernel without Landlock */
	if (abi >= NET_ABI)
		want.net = which == SANDBOX_UNPACK ? 3 : 1; /* TCP: neither bind nor connect; no bind */
	if (abi >= SCOPES_ABI)
		want.scoped = 3;                             /* no abstract sockets, no signals to others */

	size_t size = abi >= SCOPES_ABI ? sizeof want : abi >= NET_ABI ? offsetof(struct ruleset, scoped)
	                                                               : offsetof(struct ruleset, net);
	OWN(fd) int ruleset = (int)syscall(SYS_landlock_create_ruleset, &want, size, 0);
	int r;

	if (ruleset < 0)
		return -errno;
	r = which == SANDBOX_UNPACK
	    ? allow(ruleset, UNPACK_STAGE, LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_WRITE_FILE)
	    : allow_lookup(ruleset);
	if (r < 0)
		return r;
	return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
}

/* An empty network of its own, where we may; system calls and Landlock say no to the rest anyway. */
static void leave_network(void)
{
	(void)unshare(CLONE_NEWNET);
}

int sandbox_enter(enum sandbox which, uint64_t file_max)
{
	int r;

	if (which == SANDBOX_UNPACK)
		leave_network();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	r = become_nobody();
	/* Another user forgets the first: when who started us is killed, nobody needs us (prctl(2)). */
	if (r == 0 && (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0))
		r = -errno;
	if (r == 0)
		r = confine_files(which);
	if (r == 0)
		r = limit_all(which, file_max);
	return r == 0 ? seccomp_enter(which) : r;
}

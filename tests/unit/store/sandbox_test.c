/* What is left of a process in its sandbox: tried from inside, by a child that counts what worked. */
#include "store/sandbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "store/role.h"
#include "store/store.h"

enum { CANNOT_ENTER = 100, FILE_MAX = 10000 };

/* ---- what is tried; each returns whether it worked ---- */

static bool opens(const char *path, int flags)
{
	OWN(fd) int fd = open(path, flags | O_CLOEXEC, 0600);

	return fd >= 0;
}

static bool reads_passwords(void)    { return opens("/etc/passwd", O_RDONLY); }
static bool writes_elsewhere(void)   { return opens("/tmp/reeve-sandbox-evil", O_WRONLY | O_CREAT); }
static bool lists_the_root(void)     { return opens("/", O_RDONLY | O_DIRECTORY); }
static bool reads_home(void)         { return opens("/proc/1/environ", O_RDONLY); }
static bool becomes_root(void)       { return setuid(0) == 0 && getuid() == 0; }
static bool links(void)              { return symlinkat("/etc", UNPACK_STAGE, "link") == 0; }
static bool makes_fifo(void)         { return mkfifoat(UNPACK_STAGE, "fifo", 0600) == 0; }
static bool makes_folder(void)       { return mkdirat(UNPACK_STAGE, "folder", 0700) == 0; }
static bool removes(void)            { return unlinkat(UNPACK_STAGE, "there", 0) == 0; }
static bool mounts(void)             { return mount("none", "/tmp", "tmpfs", 0, NULL) == 0; }
static bool signals_the_parent(void) { return kill(getppid(), 0) == 0; }
static bool traces_the_parent(void)  { return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0; }

static bool makes_a_file(void)
{
	OWN(fd) int fd = openat(UNPACK_STAGE, "17", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd >= 0 && write(fd, "hello", 5) == 5;
}

static bool writes_too_much(void)
{
	OWN(fd) int fd = openat(UNPACK_STAGE, "big", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char buf[1000] = { 0 };
	size_t sum = 0;

	(void)sigaction(SIGXFSZ, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL); /* EFBIG instead */
	while (fd >= 0 && sum < 100 * sizeof buf && write(fd, buf, sizeof buf) == (ssize_t)sizeof buf)
		sum += sizeof buf;
	return sum > FILE_MAX + 4096;
}

static bool runs_a_program(void)
{
	char sh[] = "/bin/false", *argv[] = { sh, NULL };

	(void)execv(sh, argv);
	return false; /* the program would say 1 by its exit status */
}

static bool forks(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool connects(void)
{
	OWN(fd) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return fd >= 0 && (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == ECONNREFUSED);
}

static bool listens(void)
{
	OWN(fd) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && listen(fd, 1) == 0;
}

/* ---- the child that tries ---- */

static NORETURN void try_inside(enum sandbox which, int folder, bool (*act)(void))
{
	if (dup2(folder, UNPACK_STAGE) < 0 || sandbox_give_folder(UNPACK_STAGE) < 0 ||
	    sandbox_enter(which, FILE_MAX) < 0)
		_exit(CANNOT_ENTER);
	_exit(act() ? 1 : 0);
}

/* Files are taken away by Landlock; a kernel without it leaves what the user may read. */
static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
}

struct fixture {
	char path[64];
	int  folder;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	(void)snprintf(f->path, sizeof f->path, "/tmp/reeve-sandbox.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->folder = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(close(openat(f->folder, "there", O_WRONLY | O_CREAT, 0666)), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	(void)close(f->folder);
	store_discard(AT_FDCWD, f->path);
	free(f);
	return 0;
}

static int outcome_of(struct fixture *f, enum sandbox which, bool (*act)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		try_inside(which, f->folder, act);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != CANNOT_ENTER);
	return WEXITSTATUS(status);
}

#define CAN(which, act)    assert_int_equal(outcome_of(f, which, act), 1)
#define CANNOT(which, act) assert_int_equal(outcome_of(f, which, act), 0)

static void unpack_makes_files_in_its_folder_and_nothing_else(void **state)
{
	struct fixture *f = *state;

	CAN(SANDBOX_UNPACK, makes_a_file);
	CANNOT(SANDBOX_UNPACK, writes_too_much);
	CANNOT(SANDBOX_UNPACK, links);
	CANNOT(SANDBOX_UNPACK, makes_fifo);
	CANNOT(SANDBOX_UNPACK, makes_folder);
	CANNOT(SANDBOX_UNPACK, removes);
}

static void unpack_sees_no_other_file(void **state)
{
	struct fixture *f = *state;

	if (!has_landlock())
		skip();
	CANNOT(SANDBOX_UNPACK, reads_passwords);
	CANNOT(SANDBOX_UNPACK, lists_the_root);
	CANNOT(SANDBOX_UNPACK, writes_elsewhere);
	CANNOT(SANDBOX_UNPACK, reads_home);
}

static void unpack_has_no_network_and_no_children(void **state)
{
	struct fixture *f = *state;

	CANNOT(SANDBOX_UNPACK, connects);
	CANNOT(SANDBOX_UNPACK, forks);
	CANNOT(SANDBOX_UNPACK, becomes_root);
	CANNOT(SANDBOX_UNPACK, signals_the_parent);
}

static void fetch_has_the_network_and_cannot_serve(void **state)
{
	struct fixture *f = *state;

	CAN(SANDBOX_FETCH, connects);
	CANNOT(SANDBOX_FETCH, listens);
}

static void fetch_reads_what_lookup_needs_and_writes_nowhere(void **state)
{
	struct fixture *f = *state;

	if (!has_landlock())
		skip();
	CAN(SANDBOX_FETCH, reads_passwords); /* in /etc, open to all: name lookup reads there */
	CANNOT(SANDBOX_FETCH, lists_the_root);
	CANNOT(SANDBOX_FETCH, writes_elsewhere);
	CANNOT(SANDBOX_FETCH, makes_a_file);
	CANNOT(SANDBOX_FETCH, removes);
	CANNOT(SANDBOX_FETCH, reads_home);
}

static void fetch_runs_nothing_and_reaches_no_process(void **state)
{
	struct fixture *f = *state;

	CANNOT(SANDBOX_FETCH, runs_a_program);
	CANNOT(SANDBOX_FETCH, becomes_root);
	CANNOT(SANDBOX_FETCH, mounts);
	CANNOT(SANDBOX_FETCH, signals_the_parent);
	CANNOT(SANDBOX_FETCH, traces_the_parent);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(unpack_makes_files_in_its_folder_and_nothing_else),
		TEST(unpack_sees_no_other_file),
		TEST(unpack_has_no_network_and_no_children),
		TEST(fetch_has_the_network_and_cannot_serve),
		TEST(fetch_reads_what_lookup_needs_and_writes_nowhere),
		TEST(fetch_runs_nothing_and_reaches_no_process),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

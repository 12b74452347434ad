/* Every allocation of a load fails once: -ENOMEM comes out and nothing is left behind. */
#include "conf_world.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Bound in place of the real ones by the linker's --wrap. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *at, size_t size);
void *__real_mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *at, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *at, size_t size);
void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset);
int __wrap_munmap(void *at, size_t len);

static struct {
	bool     armed;
	unsigned left;      /* allocations until the one that fails */
	bool     failed;
	long     mapped;    /* bytes */
} memory;

static bool fails_now(void)
{
	if (!memory.armed || memory.left-- > 0)
		return false;
	memory.armed = false;
	memory.failed = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *at, size_t size)
{
	return fails_now() ? NULL : __real_realloc(at, size);
}

void *__wrap_mmap(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	if (fails_now()) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	memory.mapped += (long)len;
	return __real_mmap(at, len, prot, flags, fd, offset);
}

int __wrap_munmap(void *at, size_t len)
{
	memory.mapped -= (long)len;
	return __real_munmap(at, len);
}

static const char text[] =
	"[registry:main]\nurl = https://h/\nkey = a, b\n[bundle:b]\nregistry = main\n[workspace:w]\nenvironment = A=1\n"
	"[service:x]\nbundle = b\ncommand = bin/x %(state_dir)s\nworkspaces = w, default\nnumprocs = 40\n"
	"environment = B=%(ENV_X)s\nrlimit_core = 0\nrlimit_nofile = 10:20\nuser = nobody\n"
	"[service:y]\ncommand = x/y z\n[service:bad]\ncommand = \"\nnonsense = 1\n[service:y]\n[what]\n";

static void whichever_allocation_fails_the_load_ends_cleanly(void **state)
{
	static char x[] = "X=ex";
	char *const environment[] = { x, NULL };
	unsigned n = 0;

	(void)state;
	for (;; n++) {
		struct conf *c = NULL;
		int r;

		memory.left = n;
		memory.failed = false;
		memory.armed = true;
		r = conf_parse(text, strlen(text), FILE_NAME, environment, &c);
		memory.armed = false;
		if (!memory.failed) {
			assert_int_equal(r, 0);
			assert_int_equal(c->children_n, 81);
			conf_unref(c);
			break;
		}
		assert_int_equal(r, -ENOMEM);
		assert_null(c);
		assert_int_equal(memory.mapped, 0);
	}
	assert_int_equal(memory.mapped, 0);
	assert_true(n > 10);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whichever_allocation_fails_the_load_ends_cleanly),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "launch/libraries.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/own.h"
#include "base/text.h"
#include "../../helpers/elf_image.h"

/* A folder of files that only look like programs and libraries, of a machine that this host has no cache for. */
struct world {
	char                  dir[64];
	struct texts          environment;
	uint8_t               packed[512];
	char                  told[1024];    /* "library<wanted by;" or "library?wanted by;" when not certain */
	struct text           out;
	struct library_search search;
};

static void tell(void *arg, const char *library, const char *wanted_by, bool certain)
{
	struct world *w = arg;

	text_addf(&w->out, "%s%c%s;", library, certain ? '<' : '?', strrchr(wanted_by, '/') + 1);
}

static int set_up(void **state)
{
	static const char *const folders[] = { "bin", "lib", "lib/more", "opt" };
	struct world *w = calloc(1, sizeof *w);
	char path[PATH_MAX];

	if (w == NULL)
		return -1;
	(void)snprintf(w->dir, sizeof w->dir, "/tmp/libraries-test.XXXXXX");
	if (mkdtemp(w->dir) == NULL)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		(void)snprintf(path, sizeof path, "%s/%s", w->dir, folders[i]);
		if (mkdir(path, 0700) < 0)
			return -1;
	}
	text_init(&w->out, w->told, sizeof w->told);
	w->search = (struct library_search){
		.environment = &w->environment, .directory = w->dir, .missing = tell, .arg = w,
	};
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {
		"bin/program", "lib/libone.so", "lib/libtwo.so", "lib/more/libdeep.so", "opt/libone.so",
		"lib/more", "lib", "bin", "opt", "",
	};
	struct world *w = *state;
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		(void)snprintf(path, sizeof path, "%s/%s", w->dir, names[i]);
		if (unlink(path) < 0 && errno == EISDIR)
			(void)rmdir(path); /* what is left behind is /tmp's */
	}
	free(w);
	return 0;
}

static void put(const struct world *w, const char *name, struct elf_image image)
{
	OWN(fd) int fd = -1;
	uint8_t buf[ELF_IMAGE_MAX];
	char path[PATH_MAX];
	size_t len;

	image.bits = 64;
	if (image.machine == 0)
		image.machine = EM_ALPHA;
	len = elf_image_write(&image, buf);
	(void)snprintf(path, sizeof path, "%s/%s", w->dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, buf, len), 0);
}

static const char *check(struct world *w, struct elf_image program)
{
	struct elf *e = calloc(1, sizeof *e);
	char path[PATH_MAX];

	if (program.interpreter == NULL)
		program.interpreter = "/lib64/ld-linux-x86-64.so.2";
	put(w, "bin/program", program);
	(void)snprintf(path, sizeof path, "%s/bin/program", w->dir);

	OWN(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_non_null(e);
	assert_int_equal(elf_read(fd, e), 0);
	text_init(&w->out, w->told, sizeof w->told);
	libraries_check(&w->search, path, e);
	free(e);
	return w->told;
}

static void a_runpath_from_the_origin_is_followed_and_so_are_its_libraries(void **state)
{
	struct world *w = *state;

	put(w, "lib/libone.so", (struct elf_image){ .runpath = "${ORIGIN}/more", .needed = { "libdeep.so", "libgone.so" } });
	put(w, "lib/more/libdeep.so", (struct elf_image){ .needed = { "libone.so" } });
	assert_string_equal(check(w, (struct elf_image){ .runpath = "$ORIGIN/../lib", .needed = { "libone.so" } }),
	                    "libgone.so<libone.so;");
}

static void every_missing_library_is_told_once(void **state)
{
	struct world *w = *state;

	put(w, "lib/libone.so", (struct elf_image){ .needed = { "liba.so", "libb.so" } });
	assert_string_equal(check(w, (struct elf_image){ .runpath = "$ORIGIN/../lib", .needed = { "liba.so", "libone.so" } }),
	                    "liba.so<program;libb.so<libone.so;");
}

static void an_rpath_is_inherited_and_a_runpath_is_not(void **state)
{
	struct world *w = *state;

	put(w, "lib/libone.so", (struct elf_image){ .needed = { "libtwo.so" } });
	put(w, "lib/libtwo.so", (struct elf_image){ .needed = { NULL } });
	assert_string_equal(check(w, (struct elf_image){ .rpath = "$ORIGIN/../lib", .needed = { "libone.so" } }), "");
	assert_string_equal(check(w, (struct elf_image){ .runpath = "$ORIGIN/../lib", .needed = { "libone.so" } }),
	                    "libtwo.so<libone.so;");
}

static void the_childs_own_library_path_counts(void **state)
{
	struct world *w = *state;
	char value[128];

	put(w, "opt/libone.so", (struct elf_image){ .needed = { NULL } });
	assert_string_equal(check(w, (struct elf_image){ .needed = { "libone.so" } }), "libone.so<program;");
	(void)snprintf(value, sizeof value, "LD_LIBRARY_PATH=/nowhere:%s/opt", w->dir);
	assert_int_equal(texts_add(&w->environment, w->packed, sizeof w->packed, value), 0);
	assert_string_equal(check(w, (struct elf_image){ .needed = { "libone.so" } }), "");
}

static void a_library_of_another_machine_is_passed_over(void **state)
{
	struct world *w = *state;

	put(w, "lib/libone.so", (struct elf_image){ .machine = EM_SPARCV9 });
	put(w, "opt/libone.so", (struct elf_image){ .needed = { NULL } });
	assert_string_equal(check(w, (struct elf_image){ .runpath = "$ORIGIN/../lib", .needed = { "libone.so" } }),
	                    "libone.so<program;");
	assert_string_equal(check(w, (struct elf_image){ .runpath = "$ORIGIN/../lib:$ORIGIN/../opt", .needed = { "libone.so" } }),
	                    "");
}

static void a_name_with_a_slash_is_a_path(void **state)
{
	struct world *w = *state;

	put(w, "opt/libone.so", (struct elf_image){ .needed = { NULL } });
	assert_string_equal(check(w, (struct elf_image){ .needed = { "opt/libone.so", "$ORIGIN/../opt/libone.so" } }), "");
	assert_string_equal(check(w, (struct elf_image){ .needed = { "/no/such/lib.so" } }), "/no/such/lib.so<program;");
}

static void where_the_loader_may_know_more_than_we_do_it_is_advice(void **state)
{
	struct world *w = *state;

	assert_string_equal(check(w, (struct elf_image){ .interpreter = "/opt/strange/loader", .needed = { "libx.so" } }),
	                    "libx.so?program;");
	assert_string_equal(check(w, (struct elf_image){ .runpath = "/opt/$LIB", .needed = { "libx.so" } }), "libx.so?program;");
}

static void the_loader_and_musls_own_names_need_no_file(void **state)
{
	struct world *w = *state;

	assert_string_equal(check(w, (struct elf_image){ .needed = { "ld-linux-x86-64.so.2" } }), "");
	assert_string_equal(check(w, (struct elf_image){
		.interpreter = "/lib/ld-musl-x86_64.so.1", .needed = { "libc.musl-x86_64.so.1", "libm.so.6", "libx.so" } }),
		"libx.so<program;");
}

static void libraries_in_a_ring_end(void **state)
{
	struct world *w = *state;

	put(w, "lib/libone.so", (struct elf_image){ .rpath = "$ORIGIN", .needed = { "libtwo.so" } });
	put(w, "lib/libtwo.so", (struct elf_image){ .rpath = "$ORIGIN", .needed = { "libone.so", "libtwo.so" } });
	assert_string_equal(check(w, (struct elf_image){ .rpath = "$ORIGIN/../lib", .needed = { "libone.so" } }), "");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		STORY(a_runpath_from_the_origin_is_followed_and_so_are_its_libraries),
		STORY(every_missing_library_is_told_once),
		STORY(an_rpath_is_inherited_and_a_runpath_is_not),
		STORY(the_childs_own_library_path_counts),
		STORY(a_library_of_another_machine_is_passed_over),
		STORY(a_name_with_a_slash_is_a_path),
		STORY(where_the_loader_may_know_more_than_we_do_it_is_advice),
		STORY(the_loader_and_musls_own_names_need_no_file),
		STORY(libraries_in_a_ring_end),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Programs and what the loader keeps about libraries: any bytes, as preflight finds them on a disk.
 * Whatever is read must be texts within the room that holds them.
 */
#include "fuzz.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../helpers/elf_image.h"
#include "launch/elf.h"
#include "launch/ldcache.h"
#include "launch/script.h"

static void hold_text(const struct elf *e, uint16_t at)
{
	FUZZ_HOLDS(at < e->texts_len);
	FUZZ_HOLDS(memchr(e->texts + at, '\0', e->texts_len - at) != NULL);
}

static void as_program(const uint8_t *data, size_t size)
{
	static struct elf e;
	int fd = memfd_create("elf", MFD_CLOEXEC); /* memory, not a file */

	FUZZ_HOLDS(fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	if (elf_read(fd, &e) == 0) {
		FUZZ_HOLDS(e.bits == 32 || e.bits == 64);
		FUZZ_HOLDS(e.needed_n <= ELF_NEEDED_MAX && e.texts_len <= sizeof e.texts);
		hold_text(&e, e.interpreter);
		hold_text(&e, e.rpath);
		hold_text(&e, e.runpath);
		for (size_t i = 0; i < e.needed_n; i++)
			hold_text(&e, e.needed[i]);
		FUZZ_HOLDS(elf_is_like(fd, &e));
	}
	(void)close(fd); /* memory only */
}

static void as_cache(const uint8_t *data, size_t size)
{
	char *copy = calloc(1, size + 1); /* with the NUL that io_read_file() puts behind */
	struct ldcache c;
	uint32_t at = 0;

	FUZZ_HOLDS(copy != NULL);
	memcpy(copy, data, size);
	ldcache_from_memory(copy, size, &c);
	for (const char *path; (path = ldcache_find(&c, "libone.so", &at)) != NULL;)
		FUZZ_HOLDS(path[0] == '\0' || (path >= copy && path + strlen(path) <= copy + size));
	free(copy);
}

static void as_script(const uint8_t *data, size_t size)
{
	char name[SCRIPT_LINE_MAX];
	struct script s;

	if (script_parse((const char *)data, size, &s) < 0)
		return;
	FUZZ_HOLDS(s.interpreter[0] != '\0' && memchr(s.interpreter, '\0', sizeof s.interpreter) != NULL);
	FUZZ_HOLDS(memchr(s.argument, '\0', sizeof s.argument) != NULL);
	script_env_name(&s, name);
	FUZZ_HOLDS(strlen(name) < sizeof name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_program(data, size);
	as_cache(data, size);
	as_script(data, size);
	return 0;
}

static size_t seed_cache(uint8_t *buf)
{
	static const char texts[] = "libone.so\0/lib/libone.so";
	uint32_t head[] = { 1, sizeof texts }, row[] = { 1, 72, 82 }; /* places of the two texts */

	memset(buf, 0, 256);
	memcpy(buf, "glibc-ld.so.cache1.1", 20);
	memcpy(buf + 20, head, sizeof head);
	memcpy(buf + 48, row, sizeof row);
	memcpy(buf + 72, texts, sizeof texts);
	return 72 + sizeof texts;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const char script[] = "#!/usr/bin/env -S A=1 python3 -u\n";
	struct elf_image image = {
		.bits = i == 0 ? 64 : 32, .machine = EM_X86_64, .interpreter = "/lib64/ld-linux-x86-64.so.2",
		.rpath = "/opt/lib", .runpath = "$ORIGIN/../lib", .needed = { "libone.so", "libtwo.so" },
	};

	FUZZ_HOLDS(max >= ELF_IMAGE_MAX);
	switch (i) {
	case 0:
	case 1:
		return elf_image_write(&image, buf);
	case 2:
		return seed_cache(buf);
	case 3:
		memcpy(buf, script, sizeof script - 1);
		return sizeof script - 1;
	default:
		return 0;
	}
}

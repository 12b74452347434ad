#include "launch/libraries.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "launch/environment.h"
#include "launch/ldcache.h"
#include "sys/fd.h"

enum { OBJECTS_MAX = 256, NAMES_MAX = 1024 };

/* A file whose names are looked for: the program, or a library that is not the system's. */
struct object {
	const struct object *loader;            /* who asked for it; NULL for the program */
	const struct elf    *elf;
	char                *path;
};

/* Which loader it is decides where the system's own libraries are. */
enum loader { LOADER_UNKNOWN, LOADER_GLIBC, LOADER_MUSL };

struct work {
	const struct library_search *search;
	enum loader    loader;
	const char    *interpreter;            /* PT_INTERP */
	char           musl_path[PATH_MAX];
	struct ldcache cache;
	bool           vague;                  /* a search list had tokens only ld.so can expand */
	struct object *objects[OBJECTS_MAX];
	size_t         objects_n;
	const char    *names[NAMES_MAX];       /* what was looked for already: found or told */
	size_t         names_n;
};

/* The folder of a path, links resolved, to buf; "." when it cannot be. */
static void folder_of(const char *path, char *buf)
{
	char real[PATH_MAX];
	char *slash;

	if (realpath(path, real) == NULL || (slash = strrchr(real, '/')) == NULL) {
		buf[0] = '.';
		buf[1] = '\0';
		return;
	}
	slash[slash == real] = '\0';
	(void)!text_copy(buf, PATH_MAX, real); /* it came out of a buffer of that size */
}

static struct object *add_object(struct work *w, const struct object *loader, const char *path,
                                 const struct elf *elf)
{
	struct object *o = w->objects_n < OBJECTS_MAX ? malloc(sizeof *o) : NULL;

	if (o == NULL)
		return NULL;
	o->loader = loader;
	o->elf = elf;
	o->path = strdup(path);
	if (o->path == NULL) {
		free(o);
		return NULL;
	}
	w->objects[w->objects_n++] = o;
	return o;
}

static void add_origin(const struct object *o, struct text *out)
{
	char origin[PATH_MAX];

	folder_of(o->path, origin);
	text_add(out, origin);
}

/* Writes dir with $ORIGIN put in, the folder that o really is in; false when it has a token that we cannot expand. */
static bool expand(const struct object *o, const char *dir, struct text *out)
{
	static const char *const tokens[] = { "$ORIGIN", "${ORIGIN}" };

	while (*dir != '\0') {
		size_t plain = strcspn(dir, "$");
		size_t token = 0;

		text_add_bytes(out, dir, plain);
		dir += plain;
		for (size_t i = 0; i < ARRAY_LEN(tokens) && token == 0; i++)
			if (text_starts_with(dir, tokens[i]))
				token = strlen(tokens[i]);
		if (*dir != '\0' && token == 0)
			return false;
		if (token > 0)
			add_origin(o, out);
		dir += token;
	}
	return !out->full;
}

/* Whether path is a library this program could load. */
static bool is_library(struct work *w, const char *path)
{
	OWN(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd >= 0 && elf_is_like(fd, w->objects[0]->elf);
}

/* Looks for name in a list of folders as an object o gives it. */
static bool find_in_list(struct work *w, const struct object *o, const char *list, const char *name, char *ret)
{
	char dir[PATH_MAX], expanded[PATH_MAX], absolute[PATH_MAX];

	while (environment_next_dir(&list, ":;", dir, sizeof dir)) {
		struct text t;

		text_init(&t, expanded, sizeof expanded);
		if (!expand(o, dir, &t)) {
			w->vague = true;
			continue;
		}
		if (path_join(absolute, sizeof absolute, w->search->directory, expanded) == 0 &&
		    path_join(ret, PATH_MAX, absolute, name) == 0 && is_library(w, ret))
			return true;
	}
	return false;
}

/* DT_RPATH of o and of those that asked for it counts only where there is no DT_RUNPATH (ld.so(8)). */
static bool find_by_rpath(struct work *w, const struct object *o, const char *name, char *ret)
{
	if (o->elf->runpath != 0)
		return find_in_list(w, o, o->elf->texts + o->elf->runpath, name, ret);
	for (const struct object *up = o; up != NULL; up = up->loader)
		if (up->elf->rpath != 0 && up->elf->runpath == 0 &&
		    find_in_list(w, up, up->elf->texts + up->elf->rpath, name, ret))
			return true;
	return false;
}

static bool find_in_cache(struct work *w, const char *name, char *ret)
{
	uint32_t at = 0;

	for (const char *path; (path = ldcache_find(&w->cache, name, &at)) != NULL;)
		if (text_copy(ret, PATH_MAX, path) == 0 && is_library(w, ret))
			return true;
	return false;
}

/* The system's own places. Debian's loader has its folders built in, and needs no cache for them, as in another root. */
static bool find_in_system(struct work *w, const char *name, char *ret)
{
	static const char usual[] =
		"/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib/aarch64-linux-gnu:/usr/lib/aarch64-linux-gnu:"
		"/lib:/usr/lib:/lib64:/usr/lib64";
	const struct object *program = w->objects[0];
	char home[PATH_MAX];

	if (w->loader == LOADER_MUSL)
		return find_in_list(w, program, w->musl_path, name, ret);
	if (find_in_cache(w, name, ret))
		return true;
	folder_of(w->interpreter, home); /* what no cache lists is most often beside the loader */
	return find_in_list(w, program, home, name, ret) || find_in_list(w, program, usual, name, ret);
}

/* A name with a slash is a path; it is not searched for. */
static bool find_by_path(struct work *w, const struct object *o, const char *name, char *ret)
{
	char expanded[PATH_MAX];
	struct text t;

	text_init(&t, expanded, sizeof expanded);
	if (!expand(o, name, &t)) {
		w->vague = true;
		return false;
	}
	return path_join(ret, PATH_MAX, w->search->directory, expanded) == 0 && is_library(w, ret);
}

/* What the loader itself stands for: its own name, and in musl all that belongs to libc. */
static bool is_loader(const struct work *w, const char *name)
{
	static const char *const musl[] = {
		"libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.", "libxnet.",
	};
	const char *slash = strrchr(w->interpreter, '/');

	if (strcmp(slash != NULL ? slash + 1 : w->interpreter, name) == 0)
		return true;
	for (size_t i = 0; w->loader == LOADER_MUSL && i < ARRAY_LEN(musl); i++)
		if (text_starts_with(name, musl[i]))
			return true;
	return false;
}

/* The library will be loaded, too: queue it when it is not the system's. */
static void follow(struct work *w, const struct object *o, const char *path)
{
	OWN(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct elf *elf = malloc(sizeof *elf);

	if (fd < 0 || elf == NULL || elf_read(fd, elf) < 0 || add_object(w, o, path, elf) == NULL)
		free(elf);
}

static void find(struct work *w, const struct object *o, const char *name)
{
	const char *list = environment_get(w->search->environment, "LD_LIBRARY_PATH");
	char path[PATH_MAX];

	w->vague = w->loader == LOADER_UNKNOWN;
	if (is_loader(w, name))
		return;
	if (strchr(name, '/') != NULL ? find_by_path(w, o, name, path)
	    : find_by_rpath(w, o, name, path) ||
	      (list != NULL && list[0] != '\0' && find_in_list(w, o, list, name, path)))
		follow(w, o, path);
	else if (strchr(name, '/') != NULL || !find_in_system(w, name, path))
		w->search->missing(w->search->arg, name, o->path, !w->vague);
}

static bool was_looked_for(struct work *w, const char *name)
{
	for (size_t i = 0; i < w->names_n; i++)
		if (strcmp(w->names[i], name) == 0)
			return true;
	if (w->names_n == NAMES_MAX)
		return true; /* more than any program has: what is left is not judged */
	w->names[w->names_n++] = name;
	return false;
}

/* musl's list is a file named after the loader: /lib/ld-musl-x86_64.so.1, /etc/ld-musl-x86_64.path. */
static void read_musl_path(struct work *w, const char *loader)
{
	char file[PATH_MAX];
	struct text t;
	ssize_t n;

	(void)!text_copy(w->musl_path, sizeof w->musl_path, "/lib:/usr/local/lib:/usr/lib"); /* it fits */
	text_init(&t, file, sizeof file);
	text_add(&t, "/etc/");
	text_add_bytes(&t, loader, strcspn(loader, "."));
	text_add(&t, ".path");

	OWN(fd) int fd = open(file, O_RDONLY | O_CLOEXEC);

	n = fd < 0 ? 0 : sys_read(fd, w->musl_path, sizeof w->musl_path - 1);
	if (n <= 0)
		return;
	w->musl_path[n] = '\0';
	for (char *c = w->musl_path; *c != '\0'; c++)
		if (*c == '\n')
			*c = ':';
}

static void recognise_loader(struct work *w)
{
	static const struct { const char *begins; enum loader loader; } known[] = {
		{ "ld-linux", LOADER_GLIBC }, { "ld64.so", LOADER_GLIBC }, { "ld.so.1", LOADER_GLIBC },
		{ "ld-musl-", LOADER_MUSL },
	};
	const char *name = strrchr(w->interpreter, '/');

	name = name != NULL ? name + 1 : w->interpreter;
	/* Elsewhere than here a loader may be built with a cache and folders of its own. */
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (text_starts_with(name, known[i].begins) &&
		    (text_starts_with(w->interpreter, "/lib") || text_starts_with(w->interpreter, "/usr/lib")))
			w->loader = known[i].loader;
	if (w->loader == LOADER_MUSL)
		read_musl_path(w, name);
	else
		ldcache_read("/etc/ld.so.cache", &w->cache);
}

static void free_work(struct work *w)
{
	for (size_t i = 0; i < w->objects_n; i++) {
		struct object *o = w->objects[i];

		if (o->loader != NULL)
			free((void *)(uintptr_t)o->elf); /* the program's is the caller's */
		free(o->path);
		free(o);
	}
	free(w->cache.data);
	free(w);
}

void libraries_check(const struct library_search *search, const char *path, const struct elf *elf)
{
	struct work *w = calloc(1, sizeof *w);

	if (w == NULL || elf->interpreter == 0 || add_object(w, NULL, path, elf) == NULL) {
		free(w);
		return; /* without a loader there is nobody to look for libraries */
	}
	w->search = search;
	w->interpreter = elf->texts + elf->interpreter;
	recognise_loader(w);
	for (size_t i = 0; i < w->objects_n; i++) {
		const struct object *o = w->objects[i];

		for (size_t k = 0; k < o->elf->needed_n; k++)
			if (!was_looked_for(w, o->elf->texts + o->elf->needed[k]))
				find(w, o, o->elf->texts + o->elf->needed[k]);
	}
	free_work(w);
}

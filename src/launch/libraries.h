/*
 * Whether the loader will find every library a program names, without running anything: ld.so(8)'s
 * search done by hand, over the program and, transitively, over the libraries that are not the
 * system's own (those are the package manager's word). Versions of symbols are not looked at.
 */
#ifndef LAUNCH_LIBRARIES_H
#define LAUNCH_LIBRARIES_H

#include <stdbool.h>

#include "launch/elf.h"
#include "wire/record.h"

/*
 * Told of each library that nobody has: its name, the file that wants it. certain is false where ld.so
 * may know places that we do not (an unknown loader, $LIB): then it is a warning only.
 */
typedef void library_missing_fn(void *arg, const char *library, const char *wanted_by, bool certain);

struct library_search {
	const struct texts *environment;   /* the child's, for LD_LIBRARY_PATH */
	const char         *directory;     /* that relative names are taken from */
	library_missing_fn *missing;
	void               *arg;
};

/* Looks for what the program at path, already read into elf, needs. */
void libraries_check(const struct library_search *search, const char *path, const struct elf *elf);

#endif

/*
 * The file a child executes: where it is, whether it may be executed, and the execution itself. A file
 * of the tree is opened once, checked through its descriptor and, when it is ELF, executed by that
 * descriptor, so that nothing put in its place meanwhile can run. A script is executed by its path,
 * because its interpreter opens it by name; the tree is immutable. A host program goes by its path, too.
 */
#ifndef LAUNCH_PROGRAM_H
#define LAUNCH_PROGRAM_H

#include <limits.h>
#include <stdbool.h>

#include "base/attr.h"
#include "wire/record.h"

struct start;

struct program {
	char path[PATH_MAX];   /* "" not found */
	int  fd;               /* for reading; -1 when it may be executed but not read */
	bool in_tree;
	bool is_elf;
};

/* Finds and opens what argv[0] names; -ENOENT and others as open(2), -EXDEV for a path out of the tree. */
int program_find(struct start *s) MUST_CHECK;

/*
 * The file that a bare name stands for in the folders of path, to buf; what could be executed but is
 * not executable is passed over, as a shell does. -ENOENT, or -EACCES when only such were found.
 */
int program_search(const char *path, const char *name, char *buf, size_t max) MUST_CHECK;

/* Whether this process (as lent to the child's user) could execute path; the kernel's own word. */
int program_may_execute(const char *path) MUST_CHECK;

/* Becomes the program; returns only negative errno. */
int program_execute(const struct start *s);

#endif

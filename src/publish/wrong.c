#include "publish/wrong.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int wrong(struct problem *p, const char *code, const char *path, const char *remedy, const char *got, ...)
{
	char text[sizeof p->got];
	va_list args;

	va_start(args, got);
	(void)vsnprintf(text, sizeof text, got, args); /* cutting is what is wanted */
	va_end(args);
	problem_set(p, PROBLEM_BUNDLE, code, path, "%s", text);
	problem_remedy(p, "%s", remedy);
	return -ECANCELED;
}

int wrong_errno(struct problem *p, int error, const char *path, const char *doing)
{
	static const struct { int error; const char *remedy; } remedies[] = {
		{ ENOENT, "Check the path" }, { EACCES, "Run as someone who may, or change the permissions" },
		{ EPERM, "Run as someone who may, or change the permissions" },
		{ ENOSPC, "Free some disk space" }, { EDQUOT, "Free some disk space" },
		{ EEXIST, "Remove it, or choose another place" }, { ENOTDIR, "Give a folder" },
	};
	const char *remedy = "";

	error = error < 0 ? -error : error;
	for (size_t i = 0; i < ARRAY_LEN(remedies); i++)
		if (remedies[i].error == error)
			remedy = remedies[i].remedy;
	(void)wrong(p, "file", path, remedy, "cannot %s: %s", doing, strerror(error));
	p->class = PROBLEM_HOST;
	return -ECANCELED;
}

#include "store/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char         *code;
	enum problem_class  class;
	const char         *remedy;
} faults[FAULT_COUNT] = {
#define FAULT(name, code, class, remedy) [FAULT_##name] = { code, PROBLEM_##class, remedy },
#include "store/faults.def"
#undef FAULT
};

static const struct {
	int        error;
	enum fault what;
} by_errno[] = {
	{ ENOSPC, FAULT_NO_SPACE },  { EDQUOT, FAULT_NO_SPACE }, { EROFS, FAULT_READ_ONLY },
	{ ENOMEM, FAULT_NO_MEMORY }, { EACCES, FAULT_STORE_OWNER }, { EPERM, FAULT_STORE_OWNER },
};

int fault(struct problem *p, enum fault what, const char *path, const char *got, ...)
{
	char text[512];
	va_list args;

	va_start(args, got);
	(void)vsnprintf(text, sizeof text, got, args); /* cutting is what is wanted */
	va_end(args);
	problem_set(p, faults[what].class, faults[what].code, path, "%s", text);
	problem_remedy(p, "%s", faults[what].remedy);
	return -ECANCELED;
}

int fault_errno(struct problem *p, int error, const char *path, const char *doing)
{
	enum fault what = FAULT_STORE_IO;

	if (error == -ECANCELED)
		return error; /* told already, deeper down */
	for (size_t i = 0; i < ARRAY_LEN(by_errno); i++)
		if (by_errno[i].error == -error)
			what = by_errno[i].what;
	return fault(p, what, path, "%s: %s", doing, strerror(-error));
}

int fault_is(const struct problem *p, enum fault what)
{
	return strcmp(p->code, faults[what].code) == 0;
}

#include "entry/say.h"

#include <stdbool.h>
#include <unistd.h>

#include "base/io.h"
#include "base/text.h"

void say(const char *who, const char *const *words)
{
	char line[1024];
	struct text t;

	text_init(&t, line, sizeof line - 1);
	text_add(&t, who);
	text_add(&t, ": ");
	for (; *words != NULL; words++)
		text_add(&t, *words);
	line[t.len] = '\n';
	if (io_write_all(STDERR_FILENO, line, t.len + 1) < 0)
		return; /* and there is nobody else to tell */
}

const char *say_number(char *buf, long n)
{
	unsigned long rest = n < 0 ? -(unsigned long)n : (unsigned long)n;
	char *p = buf + SAY_NUMBER_MAX - 1;

	*p = '\0';
	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (n < 0)
		*--p = '-';
	return p;
}

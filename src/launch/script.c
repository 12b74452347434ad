#include "launch/script.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int script_parse(const char *head, unsigned long len, struct script *ret)
{
	char line[SCRIPT_LINE_MAX];
	size_t end, word;

	if (len < 2 || head[0] != '#' || head[1] != '!')
		return -ENOEXEC;
	len = len > SCRIPT_LINE_MAX ? SCRIPT_LINE_MAX : len; /* BINPRM_BUF_SIZE, since Linux 5.1 */
	memcpy(line, head, len);
	line[len < SCRIPT_LINE_MAX ? len : SCRIPT_LINE_MAX - 1] = '\0';

	char *at = line + 2;

	end = strcspn(at, "\n");
	if (end > 0 && at[end - 1] == '\r')
		return -EILSEQ;
	while (end > 0 && strchr(" \t", at[end - 1]) != NULL)
		end--;
	at[end] = '\0';
	at += strspn(at, " \t");
	word = strcspn(at, " \t");
	if (word == 0)
		return -ENODATA;
	if (at + word >= line + SCRIPT_LINE_MAX - 1)
		return -ENAMETOOLONG;

	*ret = (struct script){ 0 };
	memcpy(ret->interpreter, at, word);
	at += word;
	at += strspn(at, " \t");
	memcpy(ret->argument, at, strlen(at));
	return 0;
}

int script_read(int fd, struct script *ret)
{
	char head[SCRIPT_LINE_MAX];
	ssize_t n = pread(fd, head, sizeof head, 0);

	return n < 0 ? -errno : script_parse(head, (size_t)n, ret);
}

/* Passes over one word and the space behind it. */
static const char *next_word(const char *at)
{
	at += strcspn(at, " \t");
	return at + strspn(at, " \t");
}

void script_env_name(const struct script *s, char buf[SCRIPT_LINE_MAX])
{
	const char *base = strrchr(s->interpreter, '/');
	const char *at = s->argument;
	size_t len;

	buf[0] = '\0';
	if (strcmp(base != NULL ? base + 1 : s->interpreter, "env") != 0)
		return;
	if (strncmp(at, "-S", 2) == 0)
		at += 2 + strspn(at + 2, " \t");
	for (; *at == '-' || strcspn(at, "=") < strcspn(at, " \t"); at = next_word(at))
		if (*at == '-' && strncmp(at, "-i ", 3) != 0)
			return; /* an option with a word of its own, perhaps: not ours to guess */
	len = strcspn(at, " \t");
	memcpy(buf, at, len);
	buf[len] = '\0';
}

#include "launch/remount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>

#include "base/io.h"
#include "base/own.h"
#include "base/text.h"

enum { MOUNTINFO_MAX = 16 << 20 };

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256 /* Linux 5.10 (linux/mount.h) */
#endif

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* "\040" is a space: what separates fields is written so within one. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; to++) {
		if (s[0] == '\\' && is_octal(s[1]) && is_octal(s[2]) && is_octal(s[3])) {
			*to = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*to = *s++;
		}
	}
	*to = '\0';
}

/* Without one of the last two the kernel would choose relatime. */
static unsigned long parse_options(char *options)
{
	static const struct { const char *name; unsigned long flag; } known[] = {
		{ "nosuid", MS_NOSUID }, { "nodev", MS_NODEV }, { "noexec", MS_NOEXEC }, { "nodiratime", MS_NODIRATIME },
		{ "nosymfollow", MS_NOSYMFOLLOW }, { "noatime", MS_NOATIME }, { "relatime", MS_RELATIME },
	};
	unsigned long flags = 0;

	for (char *at = options, *option; (option = strsep(&at, ",")) != NULL;)
		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			if (strcmp(known[i].name, option) == 0)
				flags |= known[i].flag;
	return flags & (MS_NOATIME | MS_RELATIME) ? flags : flags | MS_STRICTATIME;
}

int remount_parse(char *line, struct remount_line *ret)
{
	enum { PATH = 4, OPTIONS = 5, FIELDS };
	char *field[FIELDS];

	for (size_t i = 0; i < ARRAY_LEN(field); i++) {
		field[i] = strsep(&line, " ");
		if (field[i] == NULL || field[i][0] == '\0')
			return -EBADMSG;
	}
	unescape(field[PATH]);
	if (field[PATH][0] != '/')
		return -EBADMSG;
	*ret = (struct remount_line){ field[PATH], parse_options(field[OPTIONS]) };
	return 0;
}

static bool is_beneath(const char *path, const char *folder)
{
	size_t len = strcmp(folder, "/") == 0 ? 0 : strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/* What another mount covers cannot be reached by its path, and by nobody else either. */
int remount_read_only(const char *path)
{
	OWN(mem) char *text = NULL;
	size_t len;
	char *at;
	int r = io_read_file(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, &len);

	at = text;
	for (char *line; r == 0 && (line = strsep(&at, "\n")) != NULL && *line != '\0';) {
		struct remount_line mounted;

		r = remount_parse(line, &mounted);
		if (r == 0 && is_beneath(mounted.path, path) &&
		    mount(NULL, mounted.path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | mounted.flags, NULL) < 0 &&
		    errno != ENOENT)
			r = -errno;
	}
	return r;
}

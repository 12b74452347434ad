#include "base/name.h"

#include <string.h>

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_part(const char *s, size_t len)
{
	if (len == 0 || len > NAME_PART_MAX || !is_alnum(s[0]) || !is_alnum(s[len - 1]))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_alnum(s[i]) && s[i] != '.' && s[i] != '_' && s[i] != '-')
			return false;
		if (s[i] == '.' && s[i + 1] == '.')
			return false;
	}
	return true;
}

bool name_is_part(const char *s)
{
	return is_part(s, strlen(s));
}

bool name_is_path(const char *s)
{
	for (int parts = 1; parts <= 4; parts++) {
		size_t len = strcspn(s, "/");

		if (!is_part(s, len))
			return false;
		if (s[len] == '\0')
			return true;
		s += len + 1;
	}
	return false;
}

void name_to_filename(const char *path_name, char *buf)
{
	size_t i = 0;

	for (; i < NAME_PATH_MAX && path_name[i] != '\0'; i++)
		buf[i] = path_name[i] == '/' ? '+' : path_name[i];
	buf[i] = '\0';
}

bool name_matches(const char *full_name, const char *pattern)
{
	const char *colon = strchr(full_name, ':');

	if (strcmp(pattern, "all") == 0 || strcmp(pattern, "*") == 0 || strcmp(pattern, full_name) == 0)
		return true;
	if (colon == NULL)
		return false;

	size_t workspace = (size_t)(colon - full_name) + 1;

	return strncmp(full_name, pattern, workspace) == 0 && strcmp(pattern + workspace, "*") == 0;
}

#include "launch/environment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *environment_get(const struct texts *environment, const char *key)
{
	size_t len = strlen(key);
	const char *value = NULL;

	for (const char *s = NULL; texts_next(environment, &s);)
		if (strncmp(s, key, len) == 0 && s[len] == '=')
			value = s + len + 1;
	return value;
}

/* Whether list sets the variable of pair, "KEY=value", as well. */
static bool is_set(const struct texts *list, const char *pair)
{
	size_t len = strcspn(pair, "=") + 1;

	for (const char *s = NULL; texts_next(list, &s);)
		if (strncmp(s, pair, len) == 0)
			return true;
	return false;
}

const char *environment_path(const struct texts *environment)
{
	const char *path = environment_get(environment, "PATH");

	return path != NULL ? path : "/bin:/usr/bin";
}

int environment_next_dir(const char **at, const char *separators, char *buf, size_t max)
{
	while (*at != NULL) {
		const char *dir = *at;
		size_t len = strcspn(dir, separators);

		*at = dir[len] != '\0' ? dir + len + 1 : NULL;
		if (len == 0) {
			dir = ".";
			len = 1;
		}
		if (len >= max)
			continue;
		memcpy(buf, dir, len);
		buf[len] = '\0';
		return 1;
	}
	return 0;
}

int environment_overlay(const struct texts *under, const struct texts *over, struct texts *ret)
{
	size_t room = (size_t)under->len + over->len;
	uint8_t *buf = malloc(room > 0 ? room : 1);
	struct texts all = { buf, 0, 0 };
	int r = buf == NULL ? -ENOMEM : 0;

	for (const char *s = NULL; r == 0 && texts_next(under, &s);)
		if (!is_set(over, s))
			r = texts_add(&all, buf, room, s);
	for (const char *s = NULL; r == 0 && texts_next(over, &s);)
		r = texts_add(&all, buf, room, s);
	if (r < 0)
		free(buf);
	else
		*ret = all;
	return r;
}

int environment_vector(const struct texts *list, char *const *more, char ***ret)
{
	size_t room = list->count + 1, n = 0;

	for (size_t i = 0; more != NULL && more[i] != NULL; i++)
		room++;

	char **vector = calloc(room, sizeof *vector);

	if (vector == NULL)
		return -ENOMEM;
	for (const char *s = NULL; texts_next(list, &s);)
		vector[n++] = (char *)(uintptr_t)s; /* execve(2) promises not to write */
	for (size_t i = 0; more != NULL && more[i] != NULL; i++)
		vector[n++] = more[i];
	*ret = vector;
	return 0;
}

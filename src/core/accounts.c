#include "core/accounts.h"

#include <errno.h>
#include <string.h>

#include "base/parse.h"

/* The third of the fields that colons part; false when there is none of a sensible length. */
static bool third_field(const char *line, size_t len, char *buf, size_t max)
{
	const char *end = line + len;

	for (int colons = 0; colons < 2; colons++) {
		line = memchr(line, ':', (size_t)(end - line));
		if (line == NULL)
			return false;
		line++;
	}

	const char *colon = memchr(line, ':', (size_t)(end - line));
	size_t field = (size_t)((colon != NULL ? colon : end) - line);

	if (field >= max)
		return false;
	memcpy(buf, line, field);
	buf[field] = '\0';
	return true;
}

int accounts_find(const char *text, size_t len, const char *name, uint32_t *ret_id)
{
	const char *end = text + len;
	size_t name_len = strcspn(name, ":\n");

	if (name_len == 0 || name[name_len] != '\0') /* no account can be called that */
		return -ENOENT;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t line = (size_t)((newline != NULL ? newline : end) - text);
		char number[16];
		uint64_t id;

		if (line > name_len && memcmp(text, name, name_len) == 0 && text[name_len] == ':') {
			if (!third_field(text, line, number, sizeof number) || parse_u64(number, UINT32_MAX - 1, &id) < 0)
				return -EBADMSG; /* the number -1 means nobody to every call that takes one */
			*ret_id = (uint32_t)id;
			return 0;
		}
		text += line + 1;
	}
	return -ENOENT;
}

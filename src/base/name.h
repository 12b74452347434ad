/*
 * Names that become file names, so that no name can leave its folder or meet another's.
 *
 *   part  = [a-z0-9] ( [a-z0-9._-]{0,62} [a-z0-9] )?     and no ".."
 *   path  = part ( "/" part ){0,3}
 *
 * On disk "/" becomes "+", which the grammar does not have: the encoding is injective.
 */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>

enum { NAME_PART_MAX = 64, NAME_PATH_MAX = 4 * 64 + 3 };

bool name_is_part(const char *s);
bool name_is_path(const char *s);

/* The file name of a path name; buf holds NAME_PATH_MAX + 1 bytes. */
void name_to_filename(const char *path_name, char *buf);

/*
 * Whether a child's full name, "workspace:child", matches a pattern: "all" or "*", "workspace:*",
 * or the name itself.
 */
bool name_matches(const char *full_name, const char *pattern);

#endif

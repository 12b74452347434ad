/* The kinds of sections, in the order in which they are made. */
#include <string.h>

#include "conf/load.h"
#include "conf/type.h"

struct include_conf {
	const char *files;
};

/* Looked at between the two passes, by load.c. */
static const struct keyword include_rows[] = {
	{ "files", &type_text, KEYWORD_FIELD(OF_SECTION, include_conf, files), .required = true,
	  .help = "Patterns of more files, taken from the folder of the main file; the "
	          "matches are read in the order of their names." },
};

const struct section_kind section_include = {
	.name = "include", .naming = NAMED_NOT, .rows = include_rows, .count = ARRAY_LEN(include_rows)
};

static const struct section_kind *const kinds[] = {
	&section_include, &section_reeve, &section_registry, &section_bundle, &section_workspace,
	&section_service,
};

const struct section_kind *load_kind(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strncmp(kinds[i]->name, name, len) == 0 && kinds[i]->name[len] == '\0')
			return kinds[i];
	return NULL;
}

size_t load_kind_order(const struct section_kind *kind)
{
	size_t i = 0;

	while (i < ARRAY_LEN(kinds) && kinds[i] != kind)
		i++;
	return i;
}

const struct keyword *conf_keywords(const char *kind, size_t *ret_count)
{
	const struct section_kind *k = load_kind(kind, strlen(kind));

	*ret_count = k != NULL ? k->count : 0;
	return k != NULL ? k->rows : NULL;
}

const char *conf_kind(size_t i)
{
	return i < ARRAY_LEN(kinds) ? kinds[i]->name : NULL;
}

/* Lists of files that reeve-launch does something about when a child starts. */
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "conf/load.h"
#include "conf/type.h"

/* "-PATH": may be missing. The sign stays before the path. */
static int take_file(struct setting *s, struct texts *list, const char *item)
{
	bool is_optional = item[0] == '-';
	char buf[PATH_MAX + 1];
	const char *path;
	struct text t;
	int r = type_make_path(s, item + is_optional, &path);

	if (r < 0)
		return r;
	text_init(&t, buf, sizeof buf);
	text_addf(&t, "%s%s", is_optional ? "-" : "", path);
	return type_add_once(s, list, buf);
}

static int parse_files(struct setting *s, void *field)
{
	return type_parse_items(s, field, take_file);
}

const struct keyword_type type_files = {
	.expects = "paths such as mail.env, -/etc/default/mail",
	.size = sizeof(struct texts),
	.parse = parse_files,
};

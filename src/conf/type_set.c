/*
 * Sets of names, a bit each: Linux capabilities and groups of system calls. What [reeve] calls
 * capabilities is something else: type_list.c.
 */
#include "conf/type.h"

#include <errno.h>
#include <string.h>

#include "base/capname.h"
#include "base/text.h"
#include "conf/load.h"
#include "wire/callgroup.h"

/* A kind of names. */
struct names {
	const char  *what;
	const char  *page;
	int        (*parse)(const char *s, size_t len, unsigned *ret);
	const char *(*name)(unsigned number);
	const char *(*nearest)(const char *s);
};

static const struct names capabilities = {
	"capability", "capabilities(7)", capname_parse, capname, capname_nearest
};
static const struct names call_groups = {
	"group of system calls", "reeve.ini(5)", callgroup_parse, callgroup_name, callgroup_nearest
};

static int refuse_name(struct setting *s, const struct names *names, const char *name, size_t len)
{
	char buf[64], shown[260];
	struct text t, escaped;
	const char *near;

	text_init(&t, buf, sizeof buf);
	text_add_bytes(&t, name, len);
	text_init(&escaped, shown, sizeof shown);
	text_add_escaped(&escaped, buf, t.len);
	near = names->nearest(buf);
	return setting_refuse(s, "E-VALUE", "%s: there is no %s %s%s%s%s", s->row->name, names->what, shown,
	                      near != NULL ? ": did you mean " : "; see ", near != NULL ? near : names->page,
	                      near != NULL ? "?" : "");
}

/* Names between commas or white space. */
static int parse_set(struct setting *s, const struct names *names, const char *at, uint64_t *ret)
{
	static const char between[] = ", \t\n";
	uint64_t set = 0;

	for (at += strspn(at, between); *at != '\0'; at += strspn(at, between)) {
		size_t len = strcspn(at, between);
		unsigned number;

		if (names->parse(at, len, &number) < 0)
			return refuse_name(s, names, at, len);
		if (set & 1ULL << number)
			return setting_refuse(s, "E-DUP", "%s names %s twice", s->row->name,
			                      names->name(number));
		set |= 1ULL << number;
		at += len;
	}
	*ret = set;
	return 0;
}

/* The field has what is dropped: nothing is where nothing is set, and all that this was not built to know is. */
static int parse_bounding_set(struct setting *s, void *field)
{
	bool dropped = s->text[0] == '~';
	uint64_t set;
	int r = parse_set(s, &capabilities, s->text + dropped, &set);

	if (r == 0 && dropped && set == 0)
		return -EINVAL;
	if (r == 0)
		*(uint64_t *)field = dropped ? set : ~set;
	return r;
}

const struct keyword_type type_bounding_set = {
	.expects = "names of capabilities such as net_bind_service, chown, or ~ and those to leave out",
	.size = sizeof(uint64_t),
	.parse = parse_bounding_set,
};

/* At least one: an empty list is rather a variable that was not set than a wish. */
static int parse_some(struct setting *s, const struct names *names, uint64_t *ret)
{
	uint64_t set;
	int r = parse_set(s, names, s->text, &set);

	if (r == 0 && set == 0)
		return -EINVAL;
	if (r == 0)
		*ret = set;
	return r;
}

static int parse_ambient_set(struct setting *s, void *field)
{
	return parse_some(s, &capabilities, field);
}

const struct keyword_type type_ambient_set = {
	.expects = "names of capabilities such as net_bind_service",
	.size = sizeof(uint64_t),
	.parse = parse_ambient_set,
};

static int parse_call_groups(struct setting *s, void *field)
{
	return parse_some(s, &call_groups, field);
}

const struct keyword_type type_call_groups = {
	.expects = "groups of system calls such as @mount, @module",
	.size = sizeof(uint64_t),
	.parse = parse_call_groups,
};

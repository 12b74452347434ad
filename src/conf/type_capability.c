/* Sets of Linux capabilities, a bit each. What [reeve] calls capabilities is something else: type_list.c. */
#include "conf/type.h"

#include <errno.h>
#include <string.h>

#include "base/capname.h"
#include "base/text.h"
#include "conf/load.h"

static int refuse_name(struct setting *s, const char *name, size_t len)
{
	char buf[64], shown[260];
	struct text t, escaped;
	const char *near;

	text_init(&t, buf, sizeof buf);
	text_add_bytes(&t, name, len);
	text_init(&escaped, shown, sizeof shown);
	text_add_escaped(&escaped, buf, t.len);
	near = capname_nearest(buf);
	return setting_refuse(s, "E-VALUE", "%s: there is no capability %s%s%s%s", s->row->name, shown,
	                      near != NULL ? ": did you mean " : "; see capabilities(7)",
	                      near != NULL ? near : "", near != NULL ? "?" : "");
}

/* Names between commas or white space. */
static int parse_set(struct setting *s, const char *at, uint64_t *ret)
{
	static const char between[] = ", \t\n";
	uint64_t set = 0;

	for (at += strspn(at, between); *at != '\0'; at += strspn(at, between)) {
		size_t len = strcspn(at, between);
		unsigned capability;

		if (capname_parse(at, len, &capability) < 0)
			return refuse_name(s, at, len);
		if (set & 1ULL << capability)
			return setting_refuse(s, "E-DUP", "%s names %s twice", s->row->name,
			                      capname(capability));
		set |= 1ULL << capability;
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
	int r = parse_set(s, s->text + dropped, &set);

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

static int parse_ambient_set(struct setting *s, void *field)
{
	uint64_t set;
	int r = parse_set(s, s->text, &set);

	if (r == 0 && set == 0)
		return -EINVAL;
	if (r == 0)
		*(uint64_t *)field = set;
	return r;
}

const struct keyword_type type_ambient_set = {
	.expects = "names of capabilities such as net_bind_service",
	.size = sizeof(uint64_t),
	.parse = parse_ambient_set,
};

#include "conf/type.h"

#include "conf/load.h"

static int parse_registry(struct setting *s, void *field)
{
	const void *made;
	int r = setting_find(s, "registry", s->text, &made);

	if (r == 0)
		*(const struct registry_conf **)field = made;
	return r;
}

const struct keyword_type type_registry = {
	.expects = "the name of a [registry:NAME]",
	.code = "E-REF",
	.size = sizeof(const struct registry_conf *),
	.parse = parse_registry,
};

static int parse_bundle(struct setting *s, void *field)
{
	const void *made;
	int r = setting_find(s, "bundle", s->text, &made);

	if (r == 0)
		*(const struct bundle_conf **)field = made;
	return r;
}

const struct keyword_type type_bundle = {
	.expects = "the name of a [bundle:NAME]",
	.code = "E-REF",
	.size = sizeof(const struct bundle_conf *),
	.parse = parse_bundle,
};

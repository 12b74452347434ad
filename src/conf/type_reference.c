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
	"the name of a [registry:NAME]", "E-REF", sizeof(const struct registry_conf *), false, parse_registry
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
	"the name of a [bundle:NAME]", "E-REF", sizeof(const struct bundle_conf *), false, parse_bundle
};

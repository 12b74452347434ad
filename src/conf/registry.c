/* [registry:NAME]: where bundle versions are published. */
#include <string.h>

#include "base/text.h"
#include "conf/load.h"
#include "conf/type.h"

#define REGISTRY(member) KEYWORD_FIELD(OF_SECTION, registry_conf, member)

static const struct keyword rows[] = {
	{ "url", &type_url, REGISTRY(url), .required = true,
	  .help = "Where it is. Plain http is taken from this machine alone unless insecure "
	          "is set." },
	{ "key", &type_paths, REGISTRY(keys),
	  .help = "Files with the minisign public keys that may sign its bundles." },
	{ "threshold", &type_u32, REGISTRY(threshold), .max = 64, .fallback = "1",
	  .help = "How many of the keys must have signed a version." },
	{ "ca_file", &type_path, REGISTRY(ca_file),
	  .help = "The certificates that its https certificate is held against, in place of "
	          "the system's." },
	{ "client_cert", &type_path, REGISTRY(client_cert),
	  .help = "The certificate that is shown to it." },
	{ "client_key", &type_path, REGISTRY(client_key),
	  .help = "The private key of client_cert." },
	{ "insecure", &type_yes, REGISTRY(insecure), .fallback = "no",
	  .help = "Take plain http from other machines, and bundles that nobody signed." },
};

/* Whether the URL's host is this machine: 127.x.x.x, localhost or [::1]. */
static bool is_loopback(const char *url)
{
	const char *host = strstr(url, "://") + 3;
	size_t len = strcspn(host, "/?#");
	size_t name = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");

	if (memchr(host, '@', len) != NULL)
		return false;
	return (name == 9 && strncmp(host, "localhost", 9) == 0) ||
	       (name == 5 && strncmp(host, "[::1]", 5) == 0) ||
	       (text_starts_with(host, "127.") && strspn(host, "0123456789.") == name);
}

static int check(struct load *l, struct draft *d, const struct registry_conf *registry)
{
	if (text_starts_with(registry->url, "http://") && !registry->insecure &&
	    !is_loopback(registry->url))
		return draft_refuse(l, d, draft_line(d, "url"), "E-VALUE",
		                    "plain http to another machine can be altered on the way: use https, or say insecure = yes");
	if (registry->threshold == 0 ||
	    (registry->keys.count > 0 && registry->threshold > registry->keys.count))
		return draft_refuse(l, d, draft_line(d, "threshold"), "E-VALUE",
		                    "threshold is %u of %u keys: it is at least 1 and at most the number of keys",
		                    registry->threshold, registry->keys.count);
	if ((registry->client_cert[0] == '\0') != (registry->client_key[0] == '\0'))
		return draft_refuse(l, d, d->line, "E-VALUE",
		                    "client_cert and client_key go together: set both or none");
	return 0;
}

static int make(struct load *l, struct draft *d, void *made)
{
	struct registry_conf *registry = made;
	int r = load_section(l, d, registry);

	registry->name = d->name;
	return r < 0 ? r : check(l, d, registry);
}

const struct section_kind section_registry = {
	.name = "registry", .naming = NAMED_PART, .rows = rows, .count = ARRAY_LEN(rows),
	SECTION_ARRAY(registry_conf, registries), .make = make
};

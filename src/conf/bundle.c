/* [bundle:NAME]: a tree of files that services run from. */

#include "conf/load.h"
#include "conf/type.h"

#define BUNDLE(member) KEYWORD_FIELD(OF_SECTION, bundle_conf, member)

static const struct keyword rows[] = {
	{ "registry", &type_registry, BUNDLE(registry),
	  .help = "The registry that publishes it. Exactly one of registry, path and url is set." },
	{ "path", &type_path, BUNDLE(path), .respawn = true,
	  .help = "A folder that is used as it is, and never upgraded." },
	{ "url", &type_url, BUNDLE(url), .respawn = true,
	  .help = "One version at a fixed place, never upgraded; digest says which." },
	{ "channel", &type_channel, BUNDLE(channel), .fallback = "stable",
	  .help = "Which of the registry's versions count as its latest." },
	{ "digest", &type_digest, BUNDLE(digest), .respawn = true,
	  .help = "The one version that is trusted, signed or not." },
	{ "verify", &type_verify, BUNDLE(verify), .fallback = "stat",
	  .help = "Before a start, look whether any file was touched (stat) or hash every "
	          "file (full)." },
	{ "rollout", &type_rollout, BUNDLE(rollout), .fallback = "all",
	  .help = "How an upgrade goes through the children: all of them in turn, or "
	          "parallel=N at a time." },
	{ "retry_dead", &type_yes, BUNDLE(retry_dead), .fallback = "yes",
	  .help = "Whether an upgrade also starts children that are dead." },
};

static int check(struct load *l, struct draft *d, struct bundle_conf *bundle)
{
	int sources = (draft_line(d, "registry") != 0) + (draft_line(d, "path") != 0) +
	              (draft_line(d, "url") != 0);

	if (sources != 1)
		return draft_refuse(l, d, d->line, "E-VALUE",
		                    "a bundle has exactly one of registry, path and url, not %d",
		                    sources);
	if (bundle->url[0] != '\0' && digest_is_none(&bundle->digest))
		return draft_refuse(l, d, draft_line(d, "url"), "E-VALUE",
		                    "nobody vouches for what is at this url: add digest = sha256:...");
	if (bundle->path[0] != '\0' && !digest_is_none(&bundle->digest))
		return draft_refuse(l, d, draft_line(d, "digest"), "E-VALUE",
		                    "a folder is used as it is, without a digest: remove digest or path");
	if (bundle->registry != NULL && bundle->registry->keys.count == 0 &&
	    !bundle->registry->insecure && digest_is_none(&bundle->digest))
		return draft_refuse(l, d, draft_line(d, "registry"), "E-VALUE",
		                    "[registry:%s] has no key: give it one, or this bundle a digest", bundle->registry->name);
	bundle->source = bundle->registry != NULL  ? SOURCE_REGISTRY
	                 : bundle->path[0] != '\0' ? SOURCE_PATH
	                                           : SOURCE_URL;
	return 0;
}

static int make(struct load *l, struct draft *d, void *made)
{
	struct bundle_conf *bundle = made;
	int r = load_section(l, d, bundle);

	bundle->name = d->name;
	return r < 0 ? r : check(l, d, bundle);
}

const struct section_kind section_bundle = {
	.name = "bundle", .naming = NAMED_PATH, .rows = rows, .count = ARRAY_LEN(rows),
	SECTION_ARRAY(bundle_conf, bundles), .make = make
};

/* [workspace:NAME]: a tenant. */
#include "conf/load.h"
#include "conf/type.h"

#define WORKSPACE(member) KEYWORD_FIELD(OF_SECTION, workspace_conf, member)

static const struct keyword rows[] = {
	{ "admins", &type_principals, WORKSPACE(admins),
	  .help = "Who may start, stop and configure its children." },
	{ "observers", &type_principals, WORKSPACE(observers),
	  .help = "Who may look at its children." },
	{ "environment", &type_variables, WORKSPACE(environment),
	  .help = "Variables for each of its children; a service's own come after and win." },
};

static int make(struct load *l, struct draft *d, void *made)
{
	struct workspace_conf *workspace = made;

	workspace->name = d->name;
	return load_section(l, d, workspace);
}

const struct section_kind section_workspace = {
	.name = "workspace", .naming = NAMED_PART, .rows = rows, .count = ARRAY_LEN(rows),
	SECTION_ARRAY(workspace_conf, workspaces), .make = make
};

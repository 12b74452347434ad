/* [reeve]: the supervisor itself. */
#include <errno.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "conf/load.h"
#include "conf/type.h"
#include "wire/socket_path.h"

enum { INIT_SHUTDOWN_MS = 8000 };

#define ORG(member) KEYWORD_FIELD(OF_SECTION, org_conf, member)

static const struct keyword rows[] = {
	{ "socket", &type_socket, ORG(socket), .fallback = REEVE_RUN_DIR "/reeve.sock",
	  .help = "The control socket, or an abstract one behind @. For a user other than "
	          "root the default is reeve.sock in XDG_RUNTIME_DIR, else in "
	          "/tmp/reeve-UID. Where the default cannot be made it is reeve.sock in "
	          "/tmp/reeve-UID, and for process 1 at last an abstract socket; "
	          "reevectl looks there, too." },
	{ "socket_mode", &type_mode, ORG(socket_mode), .fallback = "0666",
	  .help = "Its permissions. What a client may do depends on who it is, not on "
	          "reaching the socket." },
	{ "store", &type_path, ORG(store), .fallback = REEVE_STATE_ROOT "/store",
	  .help = "The folder where this host keeps its bundles." },
	{ "state_dir", &type_path, ORG(state_dir), .fallback = REEVE_STATE_ROOT "/state",
	  .help = "The folder under which every child has a folder of its own, %(state_dir)s." },
	{ "cgroup", &type_cgroup_place, ORG(cgroup), .fallback = "auto",
	  .help = "The control group of version 2 in which every child has one of its own: that of "
	          "reeve, none, or a folder." },
	{ "helper_dir", &type_path, ORG(helper_dir), .fallback = REEVE_HELPER_DIR,
	  .help = "Where reeve-launch, reeve-store and reeve-log are. The environment "
	          "variable REEVE_HELPER_DIR is the default where it is set." },
	{ "admins", &type_principals, ORG(admins),
	  .help = "Who may do everything, beside root and the user that reeve runs as." },
	{ "observers", &type_principals, ORG(observers),
	  .help = "Who may look at everything." },
	{ "log_user", &type_user, ORG(log_user), .fallback = "",
	  .help = "The user that reeve-log runs as. Nothing stands for reeve's own, which it keeps "
	          "without any capability." },
	{ "output_format", &type_log_format, ORG(output_format), .fallback = "prefix",
	  .help = "What becomes of each line that goes to reeve's own standard output or error: "
	          "raw, prefix, timestamp or json." },
	{ "syslog", &type_syslog, ORG(syslog), .fallback = "unix:/dev/log",
	  .help = "The syslog that takes what goes to syslog." },
	{ "loglevel", &type_loglevel, ORG(loglevel), .fallback = "info",
	  .help = "How much reeve tells about itself." },
	{ "minfds", &type_u32, ORG(minfds), .max = 1 << 20, .fallback = "1024",
	  .help = "Descriptors that reeve must be able to have open." },
	{ "shutdown_timeout", &type_duration, ORG(shutdown_timeout_ms), .fallback = "10s",
	  .help = "After this time of shutting down, what still runs is killed. For a reeve that is "
	          "process 1 the default is 8s: less than the 10 s that a container is given." },
	{ "exit_code_from", &type_text, ORG(exit_code_from), .fallback = "",
	  .help = "The child whose exit status is reeve's own, WORKSPACE:CHILD. Reeve ends when it is "
	          "gone for good, as with critical; after a stop that was asked for its status counts, too." },
	{ "restart_rate", &type_u32, ORG(restart_rate), .max = 1000000, .fallback = "50",
	  .help = "Restarts a second that all children together may have." },
	{ "restart_burst", &type_u32, ORG(restart_burst), .max = 1000000, .fallback = "200",
	  .help = "Restarts that may come at once before restart_rate holds." },
	{ "platform", &type_text, ORG(platform), .fallback = "",
	  .help = "What bundles are held against in place of this machine's own platform." },
	{ "capabilities", &type_capabilities, ORG(capabilities),
	  .help = "What this host offers to bundles that ask for it." },
};

enum { SOCKET_PATH_MAX = sizeof(((struct sockaddr_un *)0)->sun_path) };

/*
 * Where the control socket may be, when the file does not say. The last place, which nobody can make
 * impossible, is for process 1: no other reeve could be told from its neighbours there.
 */
static int list_sockets(struct load *l, const struct draft *d, struct org_conf *org)
{
	const char *runtime_dir = expand_variable(l->environment, "XDG_RUNTIME_DIR");
	struct texts list = { 0 };
	char place[SOCKET_PATH_MAX];
	unsigned places = getpid() == 1 ? 3 : 2;
	int r = 0;

	if (draft_line(d, "socket") != 0)
		r = load_pack(l, &list, org->socket);
	else
		for (unsigned n = 0; n < places && r == 0; n++)
			if (socket_path_place(n, geteuid(), runtime_dir, place, sizeof place) == 0)
				r = load_pack(l, &list, place);
	if (r == 0)
		r = load_packed(l, &list, &org->sockets);
	if (r == 0)
		org->socket = texts_at(&org->sockets, 0);
	return r;
}

/* The folder of the socket; of the place that is tried first, where it is no file. */
static int find_run_folder(struct load *l, struct org_conf *org)
{
	const char *runtime_dir = expand_variable(l->environment, "XDG_RUNTIME_DIR"), *path = org->socket;
	char place[SOCKET_PATH_MAX];
	size_t len;

	if (path[0] != '/')
		path = socket_path_place(0, geteuid(), runtime_dir, place, sizeof place) == 0 ? place
		                                                                             : REEVE_RUN_DIR "/reeve.sock";
	len = (size_t)(strrchr(path, '/') - path);
	org->run_dir = arena_share(l->arena, path, len > 0 ? len : 1);
	return org->run_dir == NULL ? -ENOMEM : 0;
}

/* The defaults that depend on who reeve is and how it was started. */
static int set_defaults(struct load *l, const struct draft *d, struct org_conf *org)
{
	const char *helpers = expand_variable(l->environment, "REEVE_HELPER_DIR");
	int r;

	if (draft_line(d, "helper_dir") == 0 && helpers != NULL && helpers[0] == '/')
		org->helper_dir = arena_text(l->arena, helpers);
	if (draft_line(d, "shutdown_timeout") == 0 && getpid() == 1)
		org->shutdown_timeout_ms = INIT_SHUTDOWN_MS;
	r = org->helper_dir == NULL ? -ENOMEM : list_sockets(l, d, org);
	return r < 0 ? r : find_run_folder(l, org);
}

static int make(struct load *l, struct draft *d, void *made)
{
	struct org_conf *org = made;
	int r = load_section(l, d, org);

	/* Unlike other sections this one cannot be left out: its sound settings stand. */
	if (r < 0 && r != -EBADMSG)
		return r;
	if (set_defaults(l, d, org) < 0)
		return -ENOMEM;
	if (strlen(org->socket) >= SOCKET_PATH_MAX)
		return draft_refuse(l, d, draft_line(d, "socket"), "E-VALUE",
		                    "the path of a socket has at most %d bytes", SOCKET_PATH_MAX - 1);
	return r;
}

const struct section_kind section_reeve = {
	.name = "reeve", .naming = NAMED_NOT, .rows = rows, .count = ARRAY_LEN(rows),
	.size = sizeof(struct org_conf), .array_at = offsetof(struct conf, org), .make = make
};

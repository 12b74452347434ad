/* [service:NAME]: what runs, and how it is kept running. */
#include <errno.h>

#include "conf/load.h"
#include "conf/type.h"

#define SERVICE(member) KEYWORD_FIELD(OF_SECTION, service_conf, member)
#define CHILD(member)   KEYWORD_FIELD(OF_CHILD, child_conf, member)
#define RLIMIT(limit, what) \
	{ "rlimit_" limit, &type_rlimit, CHILD(context.rlimits), .respawn = true, \
	  .help = "Limit of " what ", soft:hard or one for both." }

#define CGROUP(file, how, what) \
	{ file, &type_cgroup_##how, CHILD(context.cgroup_limits), .respawn = true, \
	  .help = what }

static const struct keyword rows[] = {
	/* what runs, where; the variables first, since every setting of a child may name them */
	{ "environment", &type_variables, CHILD(environment), .respawn = true,
	  .help = "Variables, after PATH and those of the workspace; nothing else is inherited." },
	{ "command", &type_words, CHILD(argv), .required = true, .respawn = true,
	  .help = "The program and its arguments. No shell looks at them. A relative "
	          "program is the bundle's; without a bundle it is taken from the folder of "
	          "this file, and one without a slash is searched in PATH." },
	{ "bundle", &type_bundle, SERVICE(bundle),
	  .help = "The bundle that it runs from, checked before every start." },
	{ "workspaces", &type_names, SERVICE(workspaces), .fallback = "default",
	  .help = "The workspaces that have a child of it. The workspace default need not "
	          "be declared." },
	{ "numprocs", &type_u32, SERVICE(numprocs), .max = CONF_CHILDREN_MAX, .fallback = "1",
	  .help = "How many children each workspace has; more than one are named NAME-00, "
	          "NAME-01 and so on." },
	{ "numprocs_start", &type_u32, SERVICE(numprocs_start), .max = 1000000, .fallback = "0",
	  .help = "The %(process_num)d of the first of them." },
	{ "directory", &type_path, CHILD(context.directory), .respawn = true,
	  .help = "The folder it starts in; the bundle's tree by default, / without a bundle." },
	{ "env_file", &type_files, CHILD(context.env_files), .respawn = true,
	  .help = "Files of more variables, read at every start with reeve's own rights; they win over "
	          "environment. One behind - may be missing." },
	{ "credentials", &type_credentials, CHILD(context.credentials), .respawn = true,
	  .help = "Files that it alone can read, NAME:PATH, copied at every start with reeve's own rights "
	          "into the folder that CREDENTIALS_DIRECTORY names." },
	{ "required_environment", &type_variable_names, CHILD(required), .respawn = true,
	  .help = "Variables without which it must not start." },

	/* what it sees */
	{ "private_mounts", &type_yes, CHILD(context.private_mounts), .respawn = true, .fallback = "no",
	  .help = "Whether what it mounts is seen by nobody else." },
	{ "private_network", &type_yes, CHILD(context.private_network), .respawn = true, .fallback = "no",
	  .help = "Whether it has a network of its own, in which there is the loopback and nothing else." },
	{ "private_ipc", &type_yes, CHILD(context.private_ipc), .respawn = true, .fallback = "no",
	  .help = "Whether System V IPC and POSIX message queues are its own." },
	{ "private_pids", &type_yes, CHILD(context.private_pids), .respawn = true, .fallback = "no",
	  .help = "Whether it sees no processes but its own, which end with it." },
	{ "private_tmp", &type_yes, CHILD(context.private_tmp), .respawn = true, .fallback = "no",
	  .help = "Whether /tmp and /var/tmp are its own, in memory, and empty at every start." },
	{ "read_only", &type_files, CHILD(context.read_only), .respawn = true,
	  .help = "Paths that are read only for it, with everything beneath. One behind - may be missing." },
	{ "writable", &type_files, CHILD(context.writable), .respawn = true,
	  .help = "Paths beneath those that stay as they are; %(state_dir)s always does." },
	{ "chroot", &type_path, CHILD(context.chroot), .respawn = true,
	  .help = "The folder that is / for it. A service with a bundle cannot have one." },

	/* as whom, with what limits */
	{ "user", &type_user, CHILD(context.user), .respawn = true,
	  .help = "The user it runs as; reeve's own by default." },
	{ "group", &type_group, CHILD(context.group), .respawn = true,
	  .help = "Its group; the user's by default." },
	{ "groups", &type_groups, CHILD(context.groups), .respawn = true,
	  .help = "Its supplementary groups; the user's by default, nothing for none." },
	{ "umask", &type_mode, CHILD(context.umask), .respawn = true, .fallback = "022",
	  .help = "Permissions that new files do not get." },
	{ "nice", &type_nice, CHILD(context.nice), .respawn = true,
	  .help = "How much it yields to other processes." },
	{ "scheduler", &type_scheduler, CHILD(context.scheduler), .respawn = true,
	  .help = "Its scheduling policy and, of real-time ones, the priority." },
	{ "ioprio", &type_ioprio, CHILD(context.ioprio), .respawn = true,
	  .help = "How soon its reads and writes of disks are served." },
	{ "cpu_affinity", &type_cpus, CHILD(context.cpu_affinity), .respawn = true,
	  .help = "The processors that it may run on." },
	{ "oom_score_adj", &type_oom_score, CHILD(context.oom_score_adj), .respawn = true,
	  .help = "How soon the kernel kills it when memory runs out." },
	{ "capability_bounding_set", &type_bounding_set, CHILD(context.capability_drop), .respawn = true,
	  .help = "The Linux capabilities that it may ever have; behind ~, those it never has." },
	{ "ambient_capabilities", &type_ambient_set, CHILD(context.ambient_capabilities), .respawn = true,
	  .help = "The Linux capabilities that it has without being root." },
	{ "no_new_privs", &type_yes, CHILD(context.no_new_privs), .respawn = true, .fallback = "no",
	  .help = "Whether setuid programs and file capabilities give it nothing." },
	{ "seccomp_deny", &type_call_groups, CHILD(context.denied_calls), .respawn = true,
	  .help = "Groups of system calls that it and whatever it starts are denied." },
	RLIMIT("as", "address space, in bytes"),
	RLIMIT("core", "core files, in bytes"),
	RLIMIT("cpu", "processor time, in seconds"),
	RLIMIT("data", "data segments, in bytes"),
	RLIMIT("fsize", "files it writes, in bytes"),
	RLIMIT("locks", "file locks"),
	RLIMIT("memlock", "locked memory, in bytes"),
	RLIMIT("msgqueue", "POSIX message queues, in bytes"),
	RLIMIT("nice", "nice, as 20 minus the value"),
	RLIMIT("nofile", "open descriptors"),
	RLIMIT("nproc", "processes of its user"),
	RLIMIT("rss", "resident memory, in bytes"),
	RLIMIT("rtprio", "real-time priority"),
	RLIMIT("rttime", "real-time processor time without a pause, in microseconds"),
	RLIMIT("sigpending", "queued signals"),
	RLIMIT("stack", "the stack, in bytes"),
	CGROUP("memory_max", bytes, "Memory of its control group: beyond it the kernel kills."),
	CGROUP("memory_high", bytes, "Memory beyond which the kernel slows it down and takes back what it can."),
	CGROUP("memory_low", bytes, "Memory that the kernel leaves it while others have some to give."),
	CGROUP("memory_min", bytes, "Memory that the kernel never takes back."),
	CGROUP("memory_swap_max", bytes, "Swap of its control group."),
	CGROUP("memory_oom_group", yes, "Whether all of it is killed where one of its processes would be."),
	CGROUP("cpu_max", cpu, "Processor time of its control group."),
	CGROUP("cpu_weight", weight, "Its share of the processors while others want them too."),
	CGROUP("io_weight", weight, "Its share of the disks while others want them too."),
	CGROUP("io_max", io, "What it may read and write of each device in a second."),
	CGROUP("pids_max", count, "Processes and threads of its control group."),

	/* when it starts, and starts again */
	{ "autostart", &type_yes, SERVICE(autostart), .fallback = "yes",
	  .help = "Whether it starts with reeve." },
	{ "autorestart", &type_autorestart, SERVICE(autorestart), .fallback = "on-failure",
	  .help = "Whether it starts again after it ended: always, on-failure or never." },
	{ "exitcodes", &type_exitcodes, SERVICE(exitcodes), .fallback = "0",
	  .help = "Exit statuses that are no failure." },
	{ "startsecs", &type_duration, SERVICE(startsecs_ms), .fallback = "1s",
	  .help = "It is running when it has stayed up for this long." },
	{ "startretries", &type_u32, SERVICE(startretries), .fallback = "0",
	  .help = "Failed starts in a row after which it is given up; 0 never." },
	{ "backoff", &type_duration, SERVICE(backoff_ms), .fallback = "0.5s",
	  .help = "The pause before the first new try; each one after doubles it." },
	{ "backoff_max", &type_duration, SERVICE(backoff_max_ms), .fallback = "30s",
	  .help = "The longest such pause." },
	{ "priority", &type_priority, SERVICE(priority), .fallback = "999",
	  .help = "Lower starts earlier and stops later." },
	{ "critical", &type_yes, SERVICE(critical), .fallback = "no",
	  .help = "Whether reeve itself ends, with its exit status, when it is gone for good: given up, or "
	          "ended by itself with no start to follow. Nothing is started when its section is left out "
	          "for a mistake." },

	/* how it stops */
	{ "stopsignal", &type_signal, SERVICE(stopsignal), .fallback = "TERM",
	  .help = "The signal that asks it to stop." },
	{ "stopwaitsecs", &type_duration, SERVICE(stopwaitsecs_ms), .fallback = "10s",
	  .help = "How long it may take before it is killed." },

	/* what it says; of these, compare.c knows what needs a new process */
	{ "stdout_logfile", &type_logfile, CHILD(stdout_logfile), .fallback = "",
	  .help = "Where its output goes, one place or several: files, stdout, stderr, "
	          "syslog, or none alone." },
	{ "stdout_logfile_maxbytes", &type_size, SERVICE(stdout_maxbytes), .fallback = "50MB",
	  .help = "The size at which the file is rotated; 0 never." },
	{ "stdout_logfile_backups", &type_u32, SERVICE(stdout_backups), .max = 1000, .fallback = "10",
	  .help = "How many rotated files are kept." },
	{ "redirect_stderr", &type_yes, SERVICE(redirect_stderr),
	  .respawn = true, .fallback = "yes",
	  .help = "Whether its error output goes where its output goes." },
	{ "stderr_logfile", &type_logfile, CHILD(stderr_logfile), .fallback = "",
	  .help = "Where its error output goes otherwise." },
	{ "stderr_logfile_maxbytes", &type_size, SERVICE(stderr_maxbytes), .fallback = "50MB",
	  .help = "As stdout_logfile_maxbytes." },
	{ "stderr_logfile_backups", &type_u32, SERVICE(stderr_backups), .max = 1000, .fallback = "10",
	  .help = "As stdout_logfile_backups." },
	{ "logfile_maxage", &type_duration, SERVICE(logfile_maxage_ms), .fallback = "0",
	  .help = "The age at which its files are rotated, whatever their size; 0 never." },
	{ "logfile_total", &type_size, SERVICE(logfile_total), .fallback = "0",
	  .help = "Bytes that a file and its backups may take together; the oldest backups "
	          "go. 0: no bound." },
	{ "logfile_compress", &type_compress, SERVICE(logfile_compress), .fallback = "none",
	  .help = "What rotated files are compressed with: none or zstd." },
	{ "logfile_format", &type_log_format, SERVICE(logfile_format), .fallback = "raw",
	  .help = "What becomes of each line in its files: raw, prefix, timestamp or json." },
	{ "log_to", &type_log_to, SERVICE(log_to), .fallback = "",
	  .help = "A service whose child gets what it writes on standard input." },
	{ "log_block", &type_yes, SERVICE(log_block), .fallback = "no",
	  .help = "Whether it waits when its output can go nowhere, instead of losing the "
	          "oldest." },
	{ "syslog_facility", &type_facility, SERVICE(syslog_facility), .fallback = "daemon",
	  .help = "As what it speaks to syslog." },
};

static int make(struct load *l, struct draft *d, void *made)
{
	struct service_conf *service = made;
	int r = load_section(l, d, service), children;

	service->name = d->name;
	if (r == 0 && service->backoff_ms > service->backoff_max_ms)
		r = draft_refuse(l, d, draft_line(d, "backoff"), "E-VALUE",
		                 "backoff is longer than backoff_max");
	if (r == 0 && service->bundle != NULL && draft_line(d, "chroot") != 0)
		r = draft_refuse(l, d, draft_line(d, "chroot"), "E-VALUE",
		                 "chroot hides the bundle that it runs from: leave one of the two out");
	if (r == 0 && draft_line(d, "writable") != 0 && draft_line(d, "read_only") == 0)
		r = draft_refuse(l, d, draft_line(d, "writable"), "E-VALUE",
		                 "writable makes exceptions of read_only, which is not set: set it, or leave this out");
	if (r == 0 && service->workspaces.count == 0)
		r = draft_refuse(l, d, draft_line(d, "workspaces"), "E-VALUE",
		                 "workspaces names none: name one, or leave the setting out");
	if (r < 0 && r != -EBADMSG)
		return r;
	children = load_children(l, d, service); /* for their mistakes, even when nobody will run */
	return children < 0 ? children : r;
}

const struct section_kind section_service = {
	.name = "service", .naming = NAMED_PART, .rows = rows, .count = ARRAY_LEN(rows),
	SECTION_ARRAY(service_conf, services), .make = make
};

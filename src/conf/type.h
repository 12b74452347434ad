/*
 * The kinds of values that settings take. Each takes the whole text or refuses it.
 */
#ifndef CONF_TYPE_H
#define CONF_TYPE_H

#include "conf/keyword.h"
#include "wire/record.h"

/* type_one.c: one word or text */
extern const struct keyword_type type_text, type_path, type_socket, type_url, type_autorestart,
	type_verify, type_rollout, type_digest, type_loglevel, type_user, type_group, type_channel,
	type_cgroup_place;

/* type_number.c: one number */
extern const struct keyword_type type_yes, type_u32, type_priority, type_nice, type_oom_score,
	type_mode, type_duration, type_size, type_signal, type_exitcodes;

/* type_list.c: several */
extern const struct keyword_type type_words, type_paths, type_names, type_principals, type_groups,
	type_variables, type_variable_names, type_rlimit, type_capabilities, type_logfile;

/* type_log.c: what becomes of output */
extern const struct keyword_type type_log_format, type_compress, type_syslog, type_facility, type_log_to;

/* type_schedule.c: when it runs, and where */
extern const struct keyword_type type_scheduler, type_ioprio, type_cpus;

/* type_set.c: names, a bit each */
extern const struct keyword_type type_bounding_set, type_ambient_set, type_call_groups;

/* type_file.c: files that a child is given or that change for it */
extern const struct keyword_type type_files, type_credentials;

/* type_cgroup.c: limits of a control group */
extern const struct keyword_type type_cgroup_bytes, type_cgroup_count, type_cgroup_weight, type_cgroup_yes,
	type_cgroup_cpu, type_cgroup_io;

/* type_reference.c: another section */
extern const struct keyword_type type_registry, type_bundle;

/* What one item has to be, and what it becomes: appends it to the list. -EINVAL, -EBADMSG, -ENOMEM. */
typedef int type_take_item(struct setting *s, struct texts *list, const char *item);

/* Items between commas and white space, quoted where they hold such, into a field of struct texts. */
int type_parse_items(struct setting *s, void *field, type_take_item *take) MUST_CHECK;

/* Appends item; told when it stands in the list already. */
int type_add_once(struct setting *s, struct texts *list, const char *item) MUST_CHECK;

/* The absolute path of s, which stands in a file of the setting's folder; told when it is none. */
int type_make_path(struct setting *s, const char *text, const char **ret) MUST_CHECK;

/* Text as it stays, into a field of texts' kind: const char *. */
int type_share(struct setting *s, const char *text, void *field) MUST_CHECK;

/* Whether s is the name of a user or group, or a number other than 0; "uid:0" is told apart by callers. */
bool type_is_account(const char *s);

#endif

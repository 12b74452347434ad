/*
 * Configuration from any bytes: whatever comes, a conf comes out whose texts can all be walked, whose
 * children are sorted and whole, whose mistakes are fit to be shown; and the same bytes give it again.
 */
#include "fuzz.h"

#include <string.h>

#include "base/text.h"
#include "conf/conf.h"

static void walk_text(const char *s)
{
	FUZZ_HOLDS(s != NULL && strlen(s) <= CONF_VALUE_MAX + 4096);
	FUZZ_HOLDS(text_is_utf8(s, strlen(s)));
}

static void walk_texts(const struct texts *list)
{
	uint32_t n = 0;

	for (const char *s = NULL; texts_next(list, &s); n++)
		walk_text(s);
	FUZZ_HOLDS(n == list->count);
}

static void walk_errors(const struct conf *c)
{
	char line[2048];

	FUZZ_HOLDS(c->errors_n <= CONF_ERRORS_MAX);
	for (size_t i = 0; i < c->errors_n; i++) {
		conf_error_format(&c->errors[i], line, sizeof line);
		FUZZ_HOLDS(strncmp(c->errors[i].code, "E-", 2) == 0);
		for (const char *p = line; *p != '\0'; p++)
			FUZZ_HOLDS((unsigned char)*p >= 0x20 && *p != 0x7f);
	}
}

static void walk_child(const struct conf *c, const struct child_conf *child)
{
	FUZZ_HOLDS(conf_child(c, child->name) == child);
	FUZZ_HOLDS(conf_workspace(c, child->workspace->name) == child->workspace);
	FUZZ_HOLDS(child->service >= c->services && child->service < c->services + c->services_n);
	FUZZ_HOLDS(child->service->bundle == NULL || conf_bundle(c, child->service->bundle->name) != NULL);
	FUZZ_HOLDS(child->argv.count > 0 && texts_at(&child->argv, 0)[0] != '\0');
	FUZZ_HOLDS(child->environment.count >= 5);
	walk_texts(&child->argv);
	walk_texts(&child->environment);
	walk_texts(&child->required);
	walk_texts(&child->context.groups);
	walk_texts(&child->context.rlimits);
	walk_texts(&child->context.cgroup_limits);
	walk_text(child->context.directory);
	walk_text(child->context.user);
	walk_text(child->context.group);
	walk_text(child->context.scheduler);
	walk_text(child->context.ioprio);
	walk_text(child->context.cpu_affinity);
	walk_texts(&child->stdout_logfile);
	walk_texts(&child->stderr_logfile);
	FUZZ_HOLDS(child->logger[0] == '\0' || conf_child(c, child->logger)->is_logger);
	FUZZ_HOLDS(child->state_dir[0] == '/');
	FUZZ_HOLDS(child_conf_is_equal(child, child));
}

static void walk(const struct conf *c)
{
	walk_errors(c);
	walk_texts(&c->org.admins);
	walk_texts(&c->org.observers);
	FUZZ_HOLDS(c->org.socket[0] == '/' && c->org.store[0] == '/' && c->org.state_dir[0] == '/');
	for (size_t i = 0; i < c->registries_n; i++)
		walk_texts(&c->registries[i].keys);
	for (size_t i = 0; i < c->workspaces_n; i++)
		walk_texts(&c->workspaces[i].environment);
	for (size_t i = 0; i < c->children_n; i++) {
		walk_child(c, &c->children[i]);
		FUZZ_HOLDS(i == 0 || strcmp(c->children[i - 1].name, c->children[i].name) < 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char x[] = "X=ex", quote[] = "Q=\"'\\,", percent[] = "P=%(ENV_P)s";
	static char *const environment[] = { x, quote, percent, NULL };
	struct conf *first, *again;

	FUZZ_HOLDS(conf_parse((const char *)data, size, "/etc/reeve/reeve.ini", environment, &first) == 0);
	walk(first);
	FUZZ_HOLDS(conf_parse((const char *)data, size, "/etc/reeve/reeve.ini", environment, &again) == 0);
	FUZZ_HOLDS(first->children_n == again->children_n && first->errors_n == again->errors_n);
	for (size_t i = 0; i < first->children_n; i++)
		FUZZ_HOLDS(child_conf_is_equal(&first->children[i], &again->children[i]));
	conf_unref(first);
	conf_unref(again);
	return 0;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const char *const seeds[] = {
		"[registry:main]\nurl = https://h/\nkey = k.pub\n[bundle:a/b]\nregistry = main\nrollout = parallel=3\n"
		"[workspace:acme]\nadmins = user:alice, uid:0\nenvironment = A=1,B=\"2 3\"\n"
		"[service:mail]\nbundle = a/b\ncommand = bin/mail 'x y' %(state_dir)s/%(process_num)02d ; c\n"
		"workspaces = acme, default\nnumprocs = 2\nuser = nobody\nrlimit_nofile = 1:2\nambient_capabilities = kill\n"
		"memory_max = 1GB\ncpu_max = 50%\nio_max = 8:16 rbps=1MB,/dev/sda wiops=max\npids_max = 9\n"
		"capability_bounding_set = ~CAP_SYS_ADMIN,bpf\n"
		"scheduler = rr:9\nioprio = best-effort:3\ncpu_affinity = 0-3,8\n",
		"\xef\xbb\xbf[reeve]\r\nloglevel = debug\r\nadmins =\r\n\tuser:a,\r\n\tgroup:b\r\nshutdown_timeout = 1.5m\r\n",
		"[bundle:x]\nurl = file:///x\ndigest = sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
		"[service:x]\ncommand = /bin/x %(ENV_Q)s %(ENV_P)s%%\nenvironment = E=%(ENV_X)s,\n  F='g'\nexitcodes = 0,2\n"
		"stdout_logfile = none\nstdout_logfile_maxbytes = 1KB\nrequired_environment = A, B\n",
		"[include]\nfiles = *.ini\n[service:a]\ncommand = \"\n[service:a]\n[x\nuser = 0\n  [b]\n",
	};
	size_t len = i < ARRAY_LEN(seeds) ? strlen(seeds[i]) : 0;

	FUZZ_HOLDS(len <= max);
	if (len > 0)
		memcpy(buf, seeds[i], len);
	return len;
}

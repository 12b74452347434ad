/* Where output goes: the places, the forms, who logs to whom, and who shares a file with whom. */
#include "conf_world.h"

#include <stdlib.h>

#include "base/own.h"
#include "base/text.h"

static struct conf *parse_with(const char *setting)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "[service:x]\ncommand = /bin/true\n%s\n", setting);
	return parse(text);
}

static void a_stream_goes_to_several_places(void **state)
{
	struct conf *c = parse_with("stdout_logfile = log/a.log, STDOUT /dev/stderr,syslog \"/b c\"\nredirect_stderr = no\n"
	                            "stderr_logfile = /dev/fd/1");
	const struct child_conf *child = &c->children[0];
	static const char *const want[] = { "/etc/reeve/log/a.log", "stdout", "stderr", "syslog", "/b c" };

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(child->stdout_logfile.count, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_string_equal(texts_at(&child->stdout_logfile, i), want[i]);
	assert_int_equal(child->stderr_logfile.count, 1);
	assert_string_equal(texts_at(&child->stderr_logfile, 0), "stdout");
	assert_true(child_conf_keeps(child, false) && child_conf_keeps(child, true));
	conf_unref(c);
}

static void nobody_reads_what_goes_nowhere(void **state)
{
	struct conf *c = parse_with("stdout_logfile = Off\nstderr_logfile = /x");

	(void)state;
	assert_no_mistake(c);
	assert_false(child_conf_keeps(&c->children[0], false));
	assert_false(child_conf_keeps(&c->children[0], true)); /* it goes where the other goes */
	conf_unref(c);
	c = parse_with("");
	assert_int_equal(c->children[0].stdout_logfile.count, 0);
	assert_true(child_conf_keeps(&c->children[0], false));
	conf_unref(c);
}

static void bad_settings_of_output_are_told(void **state)
{
	static const struct { const char *setting, *code; } cases[] = {
		{ "stdout_logfile = AUTO", "E-VALUE" }, { "stdout_logfile = none, /x", "E-VALUE" },
		{ "stderr_logfile = syslog none", "E-VALUE" }, { "stdout_logfile = ~/x", "E-VALUE" },
		{ "stdout_logfile = /x, /x", "E-DUP" }, { "stdout_logfile = stdout, /dev/stdout", "E-DUP" },
		{ "stdout_logfile = ''", "E-VALUE" }, { "stdout_logfile = '/x", "E-VALUE" },
		{ "stdout_logfile = /1 /2 /3 /4 /5 /6 /7 /8 /9", "E-LIMIT" }, { "stdout_logfile = %x", "E-EXPAND" },
		{ "logfile_maxage = soon", "E-VALUE" }, { "logfile_maxage = -1", "E-VALUE" },
		{ "logfile_total = 1TB", "E-VALUE" }, { "logfile_total =", "E-VALUE" },
		{ "logfile_compress = gzip", "E-VALUE" }, { "logfile_compress = yes", "E-VALUE" },
		{ "logfile_format = xml", "E-VALUE" }, { "logfile_format =", "E-VALUE" },
		{ "log_block = maybe", "E-VALUE" }, { "log_to = ../x", "E-VALUE" }, { "log_to = a b", "E-VALUE" },
		{ "log_to = acme:x", "E-VALUE" }, { "log_to = nobody", "E-REF" }, { "log_to = x", "E-VALUE" },
		{ "syslog_facility = local8", "E-VALUE" }, { "syslog_facility = 3", "E-VALUE" },
		{ "syslog_facility =", "E-VALUE" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse_with(cases[i].setting);

		if (c->errors_n != 1)
			print_message("%s\n", cases[i].setting);
		assert_mistake(c, cases[i].code, 3);
		assert_int_equal(c->children_n, 0);
		conf_unref(c);
	}
}

static void settings_of_output_become_what_they_say(void **state)
{
	struct conf *c = parse_with("logfile_maxage = 1d\nlogfile_total = 1GB\nlogfile_compress = zstd\n"
	                            "logfile_format = JSON\nlog_block = yes\nsyslog_facility = local7");
	const struct service_conf *s = &c->services[0];

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(s->logfile_maxage_ms, 86400000);
	assert_int_equal(s->logfile_total, 1 << 30);
	assert_true(s->logfile_compress && s->log_block);
	assert_int_equal(s->logfile_format, LOG_JSON);
	assert_int_equal(s->syslog_facility, 23);
	assert_string_equal(s->log_to, "");
	conf_unref(c);
}

static void syslog_is_at_a_path_or_an_address_in_numbers(void **state)
{
	static const char *const taken[] = {
		"unix:/dev/log", "udp:127.0.0.1:514", "tcp:[::1]:601", "tcp:10.0.0.1:65535", "udp:[fe80::1]:1",
		"unix-rfc5424:/run/x/log",
	};
	static const char *const refused[] = {
		"/dev/log", "unix:", "unix:dev/log", "udp:127.0.0.1", "udp:127.0.0.1:0", "udp:127.0.0.1:65536", "udp::514",
		"udp:localhost:514", "udp:::1:514", "udp:[::1:514", "udp:[127.0.0.1]:514", "tcp:127.0.0.1:", "tls:127.0.0.1:1",
		"udp:1.2.3.4.5:1", "",
	};
	char text[300];
	struct conf *c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		(void)snprintf(text, sizeof text, "[reeve]\nsyslog = %s\noutput_format = timestamp\n", taken[i]);
		c = parse(text);
		assert_no_mistake(c);
		assert_string_equal(c->org.syslog, taken[i]);
		assert_int_equal(c->org.output_format, LOG_TIMESTAMP);
		conf_unref(c);
	}
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		(void)snprintf(text, sizeof text, "[reeve]\nsyslog = %s\n", refused[i]);
		c = parse(text);
		assert_mistake(c, "E-VALUE", 2);
		assert_string_equal(c->org.syslog, "unix:/dev/log");
		conf_unref(c);
	}
	(void)snprintf(text, sizeof text, "[reeve]\nsyslog = unix:/%0150d\n", 0);
	c = parse(text);
	assert_mistake(c, "E-VALUE", 2);
	conf_unref(c);
}

#define RUN "command = /bin/true\n"

static void a_logger_is_of_the_same_workspace_or_of_default(void **state)
{
	struct conf *c = parse("[workspace:acme]\n[workspace:globex]\n"
	                       "[service:mail]\n" RUN "workspaces = acme, globex\nlog_to = log\n"
	                       "[service:page]\n" RUN "workspaces = globex\nnumprocs = 2\nlog_to = own\n"
	                       "[service:log]\n" RUN "workspaces = acme, default\n"
	                       "[service:own]\n" RUN "workspaces = globex\nlog_to = log\n");

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(conf_child(c, "acme:mail")->logger, "acme:log");
	assert_string_equal(conf_child(c, "globex:mail")->logger, "default:log");
	assert_string_equal(conf_child(c, "globex:page-01")->logger, "globex:own");
	assert_string_equal(conf_child(c, "globex:own")->logger, "default:log");
	assert_string_equal(conf_child(c, "default:log")->logger, "");
	assert_true(conf_child(c, "default:log")->is_logger && conf_child(c, "globex:own")->is_logger);
	assert_false(conf_child(c, "acme:mail")->is_logger);
	conf_unref(c);
}

static void who_logs_to_somebody_left_out_is_left_out(void **state)
{
	struct conf *c = parse("[service:a]\n" RUN "log_to = b\n[service:b]\n" RUN "log_to = c\n"
	                       "[service:c]\n" RUN "log_to = d\n[service:fine]\n" RUN);

	(void)state;
	assert_int_equal(c->errors_n, 3);
	assert_int_equal(c->children_n, 1);
	assert_string_equal(c->children[0].name, "default:fine");
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(c->errors[i].code, "E-REF");
	conf_unref(c);
}

static void a_logger_has_one_process_and_is_there(void **state)
{
	struct conf *c = parse("[service:a]\n" RUN "log_to = b\n[service:b]\n" RUN "numprocs = 2\n");

	(void)state;
	assert_mistake(c, "E-VALUE", 3);
	assert_int_equal(c->children_n, 2);
	conf_unref(c);
	c = parse("[workspace:acme]\n[workspace:globex]\n[service:a]\nworkspaces = acme\n" RUN "log_to = b\n"
	          "[service:b]\n" RUN "workspaces = globex\n");
	assert_mistake(c, "E-REF", 6);
	assert_non_null(strstr(c->errors[0].text, "no child in acme"));
	conf_unref(c);
	c = parse("[service:mail]\n" RUN "log_to = mial-log\n[service:mail-log]\n" RUN);
	assert_non_null(strstr(c->errors[0].text, "did you mean mail-log?"));
	conf_unref(c);
}

static void no_circle_and_no_endless_row(void **state)
{
	char text[1024] = "";
	struct text t;
	struct conf *c = parse("[service:a]\n" RUN "log_to = b\n[service:b]\n" RUN "log_to = c\n[service:c]\n" RUN
	                       "log_to = b\n[service:d]\n" RUN);

	(void)state;
	assert_int_equal(c->errors_n, 3);
	assert_int_equal(c->children_n, 1);
	conf_unref(c);
	for (int loggers = CONF_LOGGERS_MAX; loggers <= CONF_LOGGERS_MAX + 1; loggers++) {
		text_init(&t, text, sizeof text);
		for (int i = 0; i <= loggers; i++) {
			text_addf(&t, "[service:s%d]\n" RUN, i);
			if (i < loggers)
				text_addf(&t, "log_to = s%d\n", i + 1);
		}
		c = parse(text);
		assert_int_equal(c->errors_n, loggers > CONF_LOGGERS_MAX);
		conf_unref(c);
	}
}

static void who_shares_a_file_agrees_about_it(void **state)
{
	static const char *const at_odds[] = {
		"stdout_logfile_maxbytes = 1MB", "stdout_logfile_backups = 1", "logfile_maxage = 1h", "logfile_total = 1GB",
		"logfile_compress = zstd", "logfile_format = json",
	};
	char text[512];
	struct conf *c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(at_odds); i++) {
		(void)snprintf(text, sizeof text, "[service:a]\n" RUN "stdout_logfile = /l\n[service:b]\n" RUN
		               "stdout_logfile = stdout /l\n%s\n", at_odds[i]);
		c = parse(text);
		assert_mistake(c, "E-VALUE", 6);
		assert_non_null(strstr(c->errors[0].text, "[service:a]"));
		assert_int_equal(c->children_n, 1);
		conf_unref(c);
	}
	c = parse("[service:a]\n" RUN "stdout_logfile = /l\nnumprocs = 3\n[service:b]\n" RUN "stdout_logfile = /l\n"
	          "stderr_logfile = /l\nredirect_stderr = no\nlog_block = yes\n");
	assert_no_mistake(c);
	conf_unref(c);
	c = parse("[service:a]\n" RUN "stdout_logfile = /l\nstderr_logfile = /l\nredirect_stderr = no\n"
	          "stderr_logfile_maxbytes = 1MB\n");
	assert_mistake(c, "E-VALUE", 4);
	conf_unref(c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_goes_to_several_places),
		cmocka_unit_test(nobody_reads_what_goes_nowhere),
		cmocka_unit_test(bad_settings_of_output_are_told),
		cmocka_unit_test(settings_of_output_become_what_they_say),
		cmocka_unit_test(syslog_is_at_a_path_or_an_address_in_numbers),
		cmocka_unit_test(a_logger_is_of_the_same_workspace_or_of_default),
		cmocka_unit_test(who_logs_to_somebody_left_out_is_left_out),
		cmocka_unit_test(a_logger_has_one_process_and_is_there),
		cmocka_unit_test(no_circle_and_no_endless_row),
		cmocka_unit_test(who_shares_a_file_agrees_about_it),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

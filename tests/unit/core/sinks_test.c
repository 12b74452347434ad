#include "core/sinks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/service.h"

/* The child default:x of a configuration; unref its conf_owner. */
static struct service child_of(const char *text)
{
	struct service s = { .core = NULL };

	assert_int_equal(conf_parse(text, strlen(text), "/etc/reeve.ini", NULL, &s.conf_owner), 0);
	assert_int_equal(s.conf_owner->errors_n, 0);
	s.conf = conf_child(s.conf_owner, "default:x");
	assert_non_null(s.conf);
	return s;
}

static void nothing_named_is_reeves_own_output(void **state)
{
	struct service s = child_of("[reeve]\noutput_format = json\n[service:x]\ncommand = x\n");
	struct log_sink sink = sinks_get(&s, false, 0);

	(void)state;
	assert_int_equal(sinks_count(&s, false), 1);
	assert_int_equal(sink.kind, LOG_TO_STDOUT);
	assert_int_equal(sink.format, LOG_JSON);
	conf_unref(s.conf_owner);
}

static void each_place_has_what_its_settings_say(void **state)
{
	struct service s = child_of(
		"[reeve]\nsyslog = udp:127.0.0.1:514\n[service:x]\ncommand = x\nstdout_logfile = /l, stderr, syslog, stdout\n"
		"redirect_stderr = no\nstderr_logfile = /e\nstderr_logfile_maxbytes = 1KB\nstderr_logfile_backups = 3\n"
		"stdout_logfile_maxbytes = 2KB\nlogfile_maxage = 1h\nlogfile_total = 1MB\nlogfile_compress = zstd\n"
		"logfile_format = timestamp\nsyslog_facility = local0\n");
	static const enum log_sink_kind kinds[] = { LOG_TO_FILE, LOG_TO_STDERR, LOG_TO_SYSLOG, LOG_TO_STDOUT };
	struct log_sink sink;

	(void)state;
	assert_int_equal(sinks_count(&s, false), ARRAY_LEN(kinds));
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		assert_int_equal(sinks_get(&s, false, i).kind, kinds[i]);
	sink = sinks_get(&s, false, 0);
	assert_string_equal(sink.target, "/l");
	assert_int_equal(sink.maxbytes, 2048);
	assert_int_equal(sink.backups, 10);
	assert_int_equal(sink.maxage_ms, 3600000);
	assert_int_equal(sink.total, 1 << 20);
	assert_int_equal(sink.format, LOG_TIMESTAMP);
	assert_true(sink.compress);
	assert_int_equal(sink.mode, 0640);
	sink = sinks_get(&s, false, 2);
	assert_string_equal(sink.target, "udp:127.0.0.1:514");
	assert_int_equal(sink.facility, 16);
	assert_int_equal(sinks_count(&s, true), 1);
	sink = sinks_get(&s, true, 0);
	assert_string_equal(sink.target, "/e");
	assert_int_equal(sink.maxbytes, 1024);
	assert_int_equal(sink.backups, 3);
	conf_unref(s.conf_owner);
}

static void with_a_logger_only_what_is_named(void **state)
{
	struct service s = child_of("[service:x]\ncommand = x\nlog_to = y\n[service:y]\ncommand = y\n");

	(void)state;
	assert_int_equal(sinks_count(&s, false), 0);
	conf_unref(s.conf_owner);
	s = child_of("[service:x]\ncommand = x\nlog_to = y\nstdout_logfile = stdout\n[service:y]\ncommand = y\n");
	assert_int_equal(sinks_count(&s, false), 1);
	conf_unref(s.conf_owner);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_named_is_reeves_own_output),
		cmocka_unit_test(each_place_has_what_its_settings_say),
		cmocka_unit_test(with_a_logger_only_what_is_named),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

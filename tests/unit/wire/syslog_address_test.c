#include "wire/syslog_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include <cmocka.h>

static void sockets_of_this_machine_are_paths(void **state)
{
	const struct sockaddr_un *to;
	struct syslog_address a;

	(void)state;
	assert_int_equal(syslog_address_parse("unix:/dev/log", &a), 0);
	to = (const struct sockaddr_un *)&a.to;
	assert_int_equal(a.type, 0);
	assert_true(a.is_local);
	assert_int_equal(a.len, sizeof *to);
	assert_int_equal(to->sun_family, AF_UNIX);
	assert_string_equal(to->sun_path, "/dev/log");
	assert_int_equal(syslog_address_parse("unix-rfc5424:/run/x: y/log", &a), 0);
	assert_string_equal(to->sun_path, "/run/x: y/log");
	assert_false(a.is_local);
}

static void machines_are_numbers(void **state)
{
	struct syslog_address a;
	char text[INET6_ADDRSTRLEN];

	(void)state;
	assert_int_equal(syslog_address_parse("udp:127.0.0.1:514", &a), 0);
	assert_int_equal(a.type, SOCK_DGRAM);
	assert_false(a.is_local);
	assert_int_equal(a.len, sizeof(struct sockaddr_in));
	assert_int_equal(ntohs(((const struct sockaddr_in *)&a.to)->sin_port), 514);
	assert_int_equal(ntohl(((const struct sockaddr_in *)&a.to)->sin_addr.s_addr), INADDR_LOOPBACK);
	assert_int_equal(syslog_address_parse("tcp:[2001:db8::7]:65535", &a), 0);
	assert_int_equal(a.type, SOCK_STREAM);
	assert_int_equal(a.len, sizeof(struct sockaddr_in6));
	assert_int_equal(ntohs(((const struct sockaddr_in6 *)&a.to)->sin6_port), 65535);
	assert_non_null(inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)&a.to)->sin6_addr, text, sizeof text));
	assert_string_equal(text, "2001:db8::7");
}

static void what_is_no_address_is_refused_and_nothing_written(void **state)
{
	static const struct { const char *text; int error; } cases[] = {
		{ "", -EINVAL }, { "/dev/log", -EINVAL }, { "unix:", -EINVAL }, { "unix:log", -EINVAL },
		{ "unix:/a\nb", -EINVAL }, { "UNIX:/dev/log", -EINVAL }, { "tls:127.0.0.1:6514", -EINVAL },
		{ "udp:", -EINVAL }, { "udp:514", -EINVAL }, { "udp::514", -EINVAL }, { "udp:127.0.0.1", -EINVAL },
		{ "udp:127.0.0.1:", -EINVAL }, { "udp:127.0.0.1:0", -ERANGE }, { "udp:127.0.0.1:65536", -ERANGE },
		{ "udp:127.0.0.1:+514", -EINVAL }, { "udp:127.0.0.1:0514", -EINVAL }, { "udp:127.0.0.1 :514", -EINVAL },
		{ "udp:127.1:514", -EINVAL }, { "udp:0x7f.0.0.1:514", -EINVAL }, { "udp:1.2.3.4.5:514", -EINVAL },
		{ "udp:localhost:514", -EINVAL }, { "tcp:::1:514", -EINVAL }, { "tcp:[::1]", -EINVAL },
		{ "tcp:[::1:514", -EINVAL }, { "tcp:[]:514", -EINVAL }, { "tcp:[:514", -EINVAL }, { "tcp:[127.0.0.1]:514", -EINVAL },
		{ "tcp:[fe80::1%lo]:514", -EINVAL },
		{ "tcp:[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]:514", -EINVAL },
	};
	struct syslog_address a = { .type = 77 };
	char path[256] = "unix:/";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(syslog_address_parse(cases[i].text, &a), cases[i].error);
		assert_int_equal(a.type, 77);
	}
	memset(path + strlen(path), 'x', 150);
	assert_int_equal(syslog_address_parse(path, &a), -ERANGE);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sockets_of_this_machine_are_paths),
		cmocka_unit_test(machines_are_numbers),
		cmocka_unit_test(what_is_no_address_is_refused_and_nothing_written),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What becomes of output: the form of a line, compression, where syslog is, who the logger is. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/name.h"
#include "base/parse.h"
#include "base/path.h"
#include "conf/load.h"
#include "conf/type.h"
#include "wire/syslog_address.h"

/* The place of the text among the n words; -1. */
static int word_number(const struct setting *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (words[i] != NULL && strcasecmp(s->text, words[i]) == 0)
			return (int)i;
	return -1;
}

static int parse_log_format(struct setting *s, void *field)
{
	static const char *const words[] = {
		[LOG_RAW] = "raw", [LOG_PREFIX] = "prefix", [LOG_TIMESTAMP] = "timestamp", [LOG_JSON] = "json",
	};
	int n = word_number(s, words, ARRAY_LEN(words));

	if (n < 0)
		return -EINVAL;
	*(enum log_format *)field = (enum log_format)n;
	return 0;
}

const struct keyword_type type_log_format = {
	.expects = "raw, prefix, timestamp or json",
	.size = sizeof(enum log_format),
	.parse = parse_log_format,
};

static int parse_compress(struct setting *s, void *field)
{
	static const char *const words[] = { "none", "zstd" };
	int n = word_number(s, words, ARRAY_LEN(words));

	if (n < 0)
		return -EINVAL;
	*(bool *)field = n == 1;
	return 0;
}

const struct keyword_type type_compress = {
	.expects = "none or zstd",
	.size = sizeof(bool),
	.parse = parse_compress,
};

/* RFC 5424, 6.2.1, by the names of syslog(3). */
static int parse_facility(struct setting *s, void *field)
{
	static const char *const words[] = {
		"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
		[16] = "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
	};
	int n = word_number(s, words, ARRAY_LEN(words));

	if (n < 0)
		return -EINVAL;
	*(uint32_t *)field = (uint32_t)n;
	return 0;
}

const struct keyword_type type_facility = {
	.expects = "a facility of syslog(3) such as user, daemon or local0",
	.size = sizeof(uint32_t),
	.parse = parse_facility,
};

static int parse_syslog(struct setting *s, void *field)
{
	struct syslog_address address;
	int r = syslog_address_parse(s->text, &address);

	return r < 0 ? r : type_share(s, s->text, field);
}

const struct keyword_type type_syslog = {
	.expects = "unix:/PATH, unix-rfc5424:/PATH, udp:ADDRESS:PORT or tcp:ADDRESS:PORT, the address in numbers",
	.size = sizeof(const char *),
	.parse = parse_syslog,
};

/* Who that is shows when every service is there: loggers.c. */
static int parse_log_to(struct setting *s, void *field)
{
	return s->text[0] == '\0' || name_is_part(s->text) ? type_share(s, s->text, field) : -EINVAL;
}

const struct keyword_type type_log_to = {
	.expects = "the name of a service",
	.size = sizeof(const char *),
	.parse = parse_log_to,
};

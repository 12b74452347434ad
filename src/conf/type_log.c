/* What becomes of output: the form of a line, compression, where syslog is, who the logger is. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "base/name.h"
#include "base/parse.h"
#include "base/path.h"
#include "conf/load.h"
#include "conf/type.h"

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

/* "127.0.0.1:514" or "[::1]:514": numbers alone, since nobody here may ask a name server. */
static bool is_address(const char *text)
{
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + 2];
	struct in6_addr address;
	uint64_t port;
	size_t len;

	if (colon == NULL || parse_u64(colon + 1, UINT16_MAX, &port) < 0 || port == 0)
		return false;
	len = (size_t)(colon - text);
	if (len == 0 || len >= sizeof host)
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (host[0] != '[')
		return inet_pton(AF_INET, host, &address) == 1;
	if (host[len - 1] != ']')
		return false;
	host[len - 1] = '\0';
	return inet_pton(AF_INET6, host + 1, &address) == 1;
}

static int parse_syslog(struct setting *s, void *field)
{
	static const char unix_[] = "unix:";
	const char *path = s->text + strlen(unix_);

	if (text_starts_with(s->text, unix_)) {
		if (path[0] != '/' || strchr(path, '\n') != NULL)
			return -EINVAL;
		return strlen(path) < sizeof(((struct sockaddr_un *)0)->sun_path) ? type_share(s, s->text, field) : -ERANGE;
	}
	if (!text_starts_with(s->text, "udp:") && !text_starts_with(s->text, "tcp:"))
		return -EINVAL;
	return is_address(s->text + 4) ? type_share(s, s->text, field) : -EINVAL;
}

const struct keyword_type type_syslog = {
	.expects = "unix:/PATH, udp:ADDRESS:PORT or tcp:ADDRESS:PORT, the address in numbers",
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

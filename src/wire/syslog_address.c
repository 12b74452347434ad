#include "wire/syslog_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/un.h>

#include "base/parse.h"
#include "base/text.h"

static int parse_path(const char *path, struct syslog_address *a)
{
	struct sockaddr_un *to = (struct sockaddr_un *)&a->to;

	if (path[0] != '/' || strchr(path, '\n') != NULL)
		return -EINVAL;
	if (text_copy(to->sun_path, sizeof to->sun_path, path) < 0)
		return -ERANGE;
	to->sun_family = AF_UNIX;
	a->len = sizeof *to;
	return 0;
}

/* The number as the family has it, port in network order. */
static int set_host(struct syslog_address *a, char *host, uint16_t port)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&a->to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&a->to;
	size_t len = strlen(host);

	if (host[0] != '[') {
		*four = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = port };
		a->len = sizeof *four;
		return inet_pton(AF_INET, host, &four->sin_addr) == 1 ? 0 : -EINVAL;
	}
	if (host[len - 1] != ']')
		return -EINVAL;
	host[len - 1] = '\0';
	*six = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = port };
	a->len = sizeof *six;
	return inet_pton(AF_INET6, host + 1, &six->sin6_addr) == 1 ? 0 : -EINVAL;
}

static int parse_host(const char *text, struct syslog_address *a)
{
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + sizeof "[]"];
	uint64_t port;
	int r;

	if (colon == NULL || colon == text || (size_t)(colon - text) >= sizeof host)
		return -EINVAL;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	r = parse_u64(colon + 1, UINT16_MAX, &port);
	if (r == 0 && port == 0)
		r = -ERANGE;
	return r == 0 ? set_host(a, host, htons((uint16_t)port)) : r;
}

int syslog_address_parse(const char *text, struct syslog_address *ret)
{
	static const struct {
		const char *scheme;
		int         type;
		bool        is_local;
		int       (*parse)(const char *rest, struct syslog_address *a);
	} schemes[] = {
		{ "unix:", 0, true, parse_path },
		{ "unix-rfc5424:", 0, false, parse_path },
		{ "udp:", SOCK_DGRAM, false, parse_host },
		{ "tcp:", SOCK_STREAM, false, parse_host },
	};

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		struct syslog_address a = { .type = schemes[i].type, .is_local = schemes[i].is_local };
		int r;

		if (!text_starts_with(text, schemes[i].scheme))
			continue;
		r = schemes[i].parse(text + strlen(schemes[i].scheme), &a);
		if (r == 0)
			*ret = a;
		return r;
	}
	return -EINVAL;
}

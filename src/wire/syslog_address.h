/*
 * Where a syslog is and what it speaks, out of the text that names it: one reading for the setting
 * that checks it and for reeve-log that goes there. Numbers alone, because who resolves a name
 * waits for a network.
 *
 *	unix:/dev/log             what syslog(3) says: the daemon of this machine
 *	unix-rfc5424:/run/x/log   RFC 5424, a datagram or a counted frame a message
 *	udp:127.0.0.1:514         RFC 5424 and 5426
 *	tcp:[::1]:601             RFC 5424 and 6587, 3.4.1 (octet counting)
 */
#ifndef WIRE_SYSLOG_ADDRESS_H
#define WIRE_SYSLOG_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/attr.h"

struct syslog_address {
	int                     type;       /* SOCK_DGRAM, SOCK_STREAM; 0: whichever is there */
	bool                    is_local;   /* speaks as syslog(3) does */
	socklen_t               len;
	struct sockaddr_storage to;
};

/* -EINVAL: it is none; -ERANGE: the path is too long for a socket, or no port has that number. */
int syslog_address_parse(const char *text, struct syslog_address *ret) MUST_CHECK;

#endif

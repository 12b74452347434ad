/*
 * Messages as reeve's processes and clients exchange them: one frame each on a unix stream socket or
 * pipe, from the one table in message.def. reeve-protocol(7) is the same for people.
 *
 *	u32 length of the body   u8 version, 1   u8 0   u16 number   u32 id   body
 *
 * little-endian. The id is the asker's; every frame of an answer repeats it. A frame that breaks a
 * rule (version, number, sender, length, descriptors) ends the connection: nothing is guessed.
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "wire/record.h"

enum { WIRE_VERSION = 1, FRAME_HEAD = 12, FRAME_BODY_MAX = 524288 };

/* Who a frame may come from. A client is exactly one of the first three; see peer_may_send(). */
enum {
	FROM_OBSERVER  = 1 << 0,
	FROM_WORKSPACE = 1 << 1,
	FROM_ORG       = 1 << 2,
	FROM_REEVE     = 1 << 3,
	FROM_LAUNCH    = 1 << 4,
	FROM_STORE     = 1 << 5,
	FROM_LOG       = 1 << 6,
	FROM_CLIENTS   = FROM_OBSERVER | FROM_WORKSPACE | FROM_ORG,
};

enum msg {
#define MESSAGE(number, name, who, body_max, fds, record, meaning) MSG_##name = number,
#include "wire/message.def"
#undef MESSAGE
	MSG_LIMIT = 128
};

struct msg_rule {
	const char          *name;      /* NULL: no such message */
	const char          *meaning;
	const struct record *record;    /* NULL: the body is empty */
	uint32_t             body_max;
	uint8_t              fds;
	uint8_t              who;
};

/* The row of a message; its name is NULL where there is none. Any number may be asked for. */
const struct msg_rule *msg_rule(uint32_t number);
const char *msg_name(uint32_t number);

struct frame {
	uint32_t       id;
	uint16_t       type;
	uint32_t       len;
	const uint8_t *body;
	int            fds[4];   /* as many as the rule says; the receiver's to close */
};

/* A whole frame at buf; -ENOBUFS. body is NULL for a message without one. */
int msg_encode(enum msg type, uint32_t id, const void *body, uint8_t *buf, size_t max, size_t *ret_len) MUST_CHECK;

/*
 * The first frame of the len bytes at buf, if it is whole and its header keeps the rules for a peer
 * out of who (FROM_*: all bits that the peer may act as, or FROM_CLIENTS before its role is looked at).
 * Returns the bytes it takes, 0 when more are needed, -EBADMSG when a rule is broken. *ret's fds are -1.
 */
ssize_t msg_frame(const uint8_t *buf, size_t len, unsigned who, struct frame *ret) MUST_CHECK;

/* The body as the struct of its record; -EBADMSG. Texts in it point into the frame. */
int msg_decode(const struct frame *f, void *ret) MUST_CHECK;

#endif

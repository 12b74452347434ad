#include "wire/message.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/types.h>

#include "wire/orders.h"
#include "wire/rows.h"

/* NULL as a record names no struct: record_NULL is that row's pointer. */
#define record_NULL (*(const struct record *)NULL)

static const struct msg_rule rules[MSG_LIMIT] = {
#define MESSAGE(number, msg, from, max, descriptors, rec, what) \
	[number] = { .name = #msg, .meaning = what, .record = &record_##rec, .body_max = max, .fds = descriptors, .who = from },
#include "wire/message.def"
#undef MESSAGE
};

const struct msg_rule *msg_rule(uint32_t number)
{
	return &rules[number < MSG_LIMIT ? number : 0];
}

const char *msg_name(uint32_t number)
{
	const char *name = msg_rule(number)->name;

	return name != NULL ? name : "?";
}

int msg_encode(enum msg type, uint32_t id, const void *body, uint8_t *buf, size_t max, size_t *ret_len)
{
	const struct msg_rule *rule = msg_rule(type);
	size_t len = FRAME_HEAD;

	if (max < len)
		return -ENOBUFS;
	if (rule->record != NULL) {
		int r = record_encode(rule->record, body, buf, max, &len);

		if (r < 0)
			return r;
	}
	if (len - FRAME_HEAD > rule->body_max)
		return -ENOBUFS;

	uint32_t body_len = htole32((uint32_t)(len - FRAME_HEAD));
	uint16_t number = htole16((uint16_t)type);

	id = htole32(id);
	memcpy(buf, &body_len, 4);
	buf[4] = WIRE_VERSION;
	buf[5] = 0;
	memcpy(buf + 6, &number, 2);
	memcpy(buf + 8, &id, 4);
	*ret_len = len;
	return 0;
}

ssize_t msg_frame(const uint8_t *buf, size_t len, unsigned who, struct frame *ret)
{
	const struct msg_rule *rule;
	uint32_t body_len, id;
	uint16_t number;

	if (len < FRAME_HEAD)
		return 0;
	memcpy(&body_len, buf, 4);
	memcpy(&number, buf + 6, 2);
	memcpy(&id, buf + 8, 4);
	body_len = le32toh(body_len);
	number = le16toh(number);
	rule = msg_rule(number);
	if (buf[4] != WIRE_VERSION || buf[5] != 0 || rule->name == NULL || !(rule->who & who) ||
	    body_len > rule->body_max)
		return -EBADMSG;
	if (len - FRAME_HEAD < body_len)
		return 0;
	*ret = (struct frame){
		.id = le32toh(id), .type = number, .len = body_len, .body = buf + FRAME_HEAD,
		.fds = { -1, -1, -1, -1 },
	};
	return (ssize_t)(FRAME_HEAD + body_len);
}

int msg_decode(const struct frame *f, void *ret)
{
	const struct record *record = msg_rule(f->type)->record;

	if (record == NULL)
		return f->len == 0 ? 0 : -EBADMSG;
	return record_decode(record, f->body, f->len, ret);
}

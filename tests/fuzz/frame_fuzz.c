/*
 * Frames off a socket: any bytes, from any kind of peer. What decodes must encode to the same bytes
 * again, so that nothing is read two ways.
 */
#include "fuzz.h"

#include <string.h>

#include "wire/message.h"
#include "wire/orders.h"
#include "wire/rows.h"

static union {
	uint8_t      bytes[4096];
	_Alignas(16) struct launch_order order;
} body;

static void one_frame(const struct frame *f)
{
	static uint8_t again[FRAME_HEAD + FRAME_BODY_MAX];
	size_t len = 0;

	FUZZ_HOLDS(msg_rule(f->type)->name != NULL);
	FUZZ_HOLDS(f->len <= msg_rule(f->type)->body_max);
	if (msg_rule(f->type)->record == NULL || msg_decode(f, &body) < 0)
		return;
	FUZZ_HOLDS(msg_encode((enum msg)f->type, f->id, &body, again, sizeof again, &len) == 0);
	FUZZ_HOLDS(len == FRAME_HEAD + f->len);
	FUZZ_HOLDS(memcmp(again + FRAME_HEAD, f->body, f->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned peers[] = { FROM_CLIENTS, FROM_REEVE, FROM_LAUNCH, FROM_STORE };

	for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
		size_t at = 0;

		while (at < size) {
			struct frame f;
			ssize_t n = msg_frame(data + at, size - at, peers[i], &f);

			FUZZ_HOLDS(n <= (ssize_t)(size - at));
			if (n <= 0)
				break;
			one_frame(&f);
			at += (size_t)n;
		}
	}
	return 0;
}

static size_t encoded(enum msg type, const void *record, uint8_t *buf, size_t max)
{
	size_t len = 0;

	return msg_encode(type, 7, record, buf, max, &len) == 0 ? len : 0;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	uint8_t packed[256];
	struct texts names = { 0 };

	FUZZ_HOLDS(texts_add(&names, packed, sizeof packed, "acme:mail") == 0);
	FUZZ_HOLDS(texts_add(&names, packed, sizeof packed, "globex:*") == 0);
	switch (i) {
	case 0: return encoded(MSG_STATUS, &(struct ask_names){ .names = names }, buf, max);
	case 1: return encoded(MSG_VERSION, NULL, buf, max);
	case 2: return encoded(MSG_TAIL, &(struct ask_tail){ .child = "acme:mail", .lines = 10, .follow = true }, buf, max);
	case 3: return encoded(MSG_LAUNCH_ORDER, &(struct launch_order){
		.name = "acme:mail", .workspace = "acme", .service = "mail", .argv = names, .environment = names,
		.context = { .directory = "/", .user = "", .group = "" }, .cgroup = "", .state_dir = "", .store = "/s",
		.bundle = "acme/mail", .tree = "" }, buf, max);
	case 4: return encoded(MSG_CHILD, &(struct child_row){
		.name = "acme:mail", .workspace = "acme", .service = "mail", .state = "running", .wanted = true,
		.pid = 42, .exit = "", .bundle = "", .version = "", .reason = "" }, buf, max);
	case 5: return encoded(MSG_PROBLEM, &(struct problem_row){
		.subject = "acme:mail", .original = true,
		.problem = { .class = PROBLEM_HOST, .code = "x", .path = "/p", .remedy = "do" } }, buf, max);
	default: return 0;
	}
}

/*
 * store-drive: plays reeve for reeve-store, so that a script can hold a conversation with it.
 *
 *	store-drive store=DIR bundle=acme/mail url=file:///srv key=FILE -- check pull commit list
 *
 * Before "--": what STORE_OPEN says. Behind it requests, each sent when the one before was answered:
 * check, pull[=TO], repair=DIGEST, commit, journal=RECORD, child=NAME, report, recover, gc, in-use=DIGEST,
 * list; and hang-up=SECONDS to leave so long after the next request was sent. Every answer becomes a line,
 * its name and fields. Exit status: 0, 1 after STORE_FAILED, 3 when reeve-store went away, 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "sys/clock.h"
#include "wire/channel.h"
#include "wire/orders.h"
#include "wire/rows.h"

enum { DRIVE_OK, DRIVE_FAILED, DRIVE_USAGE, DRIVE_GONE };
enum { ANSWER_MS = 300000, KEYS_MAX = 4096 };

struct drive {
	struct channel   *channel;
	struct store_open open;
	uint8_t           keys[KEYS_MAX];
	uint32_t          id;
	uint64_t          leave_at_ms;  /* 0: stay */
	pid_t             pid;
};

/* ---- what is printed ---- */

static void print_texts(const struct texts *list)
{
	for (const char *s = NULL; texts_next(list, &s);)
		printf("%s,", s);
}

static void print_field(const struct field *f, const void *body)
{
	const char *at = (const char *)body + f->at;

	printf(" %s=", f->name);
	switch (f->kind) {
	case FIELD_BOOL:   printf("%s", *(const bool *)(const void *)at ? "yes" : "no"); break;
	case FIELD_U32:    printf("%" PRIu32, *(const uint32_t *)(const void *)at); break;
	case FIELD_I32:    printf("%" PRId32, *(const int32_t *)(const void *)at); break;
	case FIELD_U64:    printf("%" PRIu64, *(const uint64_t *)(const void *)at); break;
	case FIELD_DIGEST: printf("%s", digest_to_hex((const struct digest *)(const void *)at).text); break;
	case FIELD_TEXT:   printf("%s", *(const char *const *)(const void *)at); break;
	case FIELD_TEXTS:  print_texts((const struct texts *)(const void *)at); break;
	case FIELD_PROBLEM: {
		const struct problem *p = (const struct problem *)(const void *)at;
		char line[1024];

		problem_format(p, line, sizeof line);
		printf("%s %s: %s", problem_class_name(p->class), p->code, line);
		break;
	}
	}
}

static int print_answer(const struct frame *f)
{
	const struct msg_rule *rule = msg_rule(f->type);
	union { struct problem_row a; struct progress_row b; struct store_staged c; struct store_current d; } body;

	printf("%s", rule->name);
	if (rule->record != NULL) {
		if (msg_decode(f, &body) < 0)
			return DRIVE_GONE;
		for (size_t i = 0; i < rule->record->count; i++)
			print_field(&rule->record->fields[i], &body);
	}
	printf("\n");
	(void)fflush(stdout);
	return f->type == MSG_STORE_FAILED ? DRIVE_FAILED : DRIVE_OK;
}

/* ---- what is asked ---- */

static bool is_last(uint16_t type)
{
	return type != MSG_PROGRESS && type != MSG_STORE_CURRENT;
}

/* Until the answer must be there, or until we leave. */
static int time_left(const struct drive *d)
{
	uint64_t now = sys_now_ms();

	if (d->leave_at_ms == 0)
		return ANSWER_MS;
	return now < d->leave_at_ms ? (int)(d->leave_at_ms - now) : 0;
}

static int await(struct drive *d)
{
	struct frame f;
	int r;

	while ((r = channel_wait_next(d->channel, time_left(d), &f)) == 1) {
		int code = print_answer(&f);

		if (is_last(f.type))
			return code;
	}
	printf("GONE %s\n", strerror(-r));
	return DRIVE_GONE;
}

static int say(struct drive *d, enum msg type, const void *body)
{
	if (channel_send(d->channel, type, ++d->id, body, NULL) < 0 ||
	    channel_wait_sent(d->channel, ANSWER_MS) < 0)
		return DRIVE_GONE;
	return DRIVE_OK;
}

static int ask(struct drive *d, enum msg type, const void *body)
{
	int r = say(d, type, body);

	return r == DRIVE_OK ? await(d) : r;
}

static int ask_plain(struct drive *d, const char *value, enum msg type)
{
	(void)value;
	return ask(d, type, NULL);
}

static int ask_pull(struct drive *d, const char *value, enum msg type)
{
	return ask(d, type, &(struct store_pull){ .to = value });
}

static int ask_repair(struct drive *d, const char *value, enum msg type)
{
	struct store_pull p = { .repair = true, .to = "" };

	return digest_from_text(value, &p.digest) < 0 ? DRIVE_USAGE : ask(d, type, &p);
}

static int ask_journal(struct drive *d, const char *value, enum msg type)
{
	return ask(d, type, &(struct store_journal){ .record = value, .child = "acme:mail", .detail = "told by a test" });
}

static int say_child(struct drive *d, const char *value, enum msg type)
{
	return say(d, type, &(struct upgrade_child_row){ .name = value, .action = "respawn", .ok = true });
}

static int ask_report(struct drive *d, const char *value, enum msg type)
{
	(void)value;
	return ask(d, type, &(struct upgrade_row){ .id = d->open.id, .bundle = d->open.bundle, .strategy = "all",
	                                           .result = "ok", .ok = true });
}

static int say_in_use(struct drive *d, const char *value, enum msg type)
{
	struct store_current c = { .bundle = d->open.bundle };

	return digest_from_text(value, &c.digest) < 0 ? DRIVE_USAGE : say(d, type, &c);
}

static int set_hang_up(struct drive *d, const char *value, enum msg type)
{
	uint64_t ms;

	(void)type;
	if (parse_duration(value, &ms) < 0)
		return DRIVE_USAGE;
	d->leave_at_ms = sys_now_ms() + ms;
	return DRIVE_OK;
}

static const struct {
	const char *word;
	int (*act)(struct drive *d, const char *value, enum msg type);
	enum msg    type;
} requests[] = {
	{ "check", ask_plain, MSG_STORE_CHECK },     { "pull", ask_pull, MSG_STORE_PULL },
	{ "repair", ask_repair, MSG_STORE_PULL },    { "commit", ask_plain, MSG_STORE_COMMIT },
	{ "journal", ask_journal, MSG_STORE_JOURNAL }, { "child", say_child, MSG_STORE_REPORT_CHILD },
	{ "report", ask_report, MSG_STORE_REPORT },  { "recover", ask_plain, MSG_STORE_RECOVER },
	{ "gc", ask_plain, MSG_STORE_GC },           { "in-use", say_in_use, MSG_STORE_IN_USE },
	{ "list", ask_plain, MSG_STORE_LIST },       { "hang-up", set_hang_up, MSG_STORE_LIST },
};

static int request(struct drive *d, const char *arg)
{
	size_t len = strcspn(arg, "=");

	for (size_t i = 0; i < ARRAY_LEN(requests); i++)
		if (strlen(requests[i].word) == len && strncmp(arg, requests[i].word, len) == 0)
			return requests[i].act(d, arg[len] == '=' ? arg + len + 1 : "", requests[i].type);
	return DRIVE_USAGE;
}

/* ---- STORE_OPEN ---- */

static int set_text(struct drive *d, const char *key, const char *value)
{
	const struct { const char *key; const char **at; } texts[] = {
		{ "store", &d->open.store },     { "bundle", &d->open.bundle },    { "url", &d->open.url },
		{ "channel", &d->open.channel }, { "ca", &d->open.ca_file },       { "cert", &d->open.client_cert },
		{ "cert-key", &d->open.client_key }, { "id", &d->open.id },        { "by", &d->open.by },
		{ "reason", &d->open.reason },
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (strcmp(texts[i].key, key) == 0) {
			*texts[i].at = value;
			return 0;
		}
	return -EINVAL;
}

static int set(struct drive *d, char *arg)
{
	char *value = strchr(arg, '=');
	uint64_t n;

	if (value == NULL)
		return -EINVAL;
	*value++ = '\0';
	if (strcmp(arg, "key") == 0)
		return texts_add(&d->open.keys, d->keys, sizeof d->keys, value);
	if (strcmp(arg, "pin") == 0)
		return digest_from_text(value, &d->open.pin);
	if (strcmp(arg, "insecure") == 0)
		return parse_yes(value, &d->open.insecure);
	if (strcmp(arg, "threshold") == 0) {
		int r = parse_u64(value, 16, &n);

		d->open.threshold = r == 0 ? (uint32_t)n : 0;
		return r;
	}
	return set_text(d, arg, value);
}

static int start(struct drive *d)
{
	const char *program = getenv("REEVE_STORE"), *dir = getenv("REEVE_HELPER_DIR");
	char path[4096], *argv[] = { path, NULL };
	int ends[2];

	(void)snprintf(path, sizeof path, program != NULL ? "%s" : "%s/reeve-store",
	               program != NULL ? program : dir != NULL ? dir : ".");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
		return -errno;
	d->pid = fork();
	if (d->pid == 0) {
		if (ends[1] == 3 ? fcntl(3, F_SETFD, 0) < 0 : dup2(ends[1], 3) < 0)
			_exit(126);
		(void)execv(path, argv);
		_exit(127);
	}
	(void)close(ends[1]);
	return d->pid < 0 ? -errno : channel_new(ends[0], FROM_STORE, 1 << 20, 1 << 20, &d->channel);
}

static int converse(struct drive *d, char **requests_at)
{
	int code = DRIVE_OK;

	if (start(d) < 0 || say(d, MSG_STORE_OPEN, &d->open) != DRIVE_OK)
		return DRIVE_GONE;
	for (; *requests_at != NULL && code == DRIVE_OK; requests_at++)
		code = request(d, *requests_at);
	return code;
}

int main(int argc, char **argv)
{
	struct drive d = { .open = { .store = "", .bundle = "", .by = "test", .reason = "upgrade", .id = "test" } };
	int i, status, code;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (set(&d, argv[i]) < 0) {
			fprintf(stderr, "store-drive: do not know %s\n", argv[i]);
			return DRIVE_USAGE;
		}
	if (i >= argc)
		return DRIVE_USAGE;
	code = converse(&d, argv + i + 1);
	channel_free(d.channel);
	if (d.pid > 0 && waitpid(d.pid, &status, 0) == d.pid && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
		printf("DIED status=%d\n", status);
		code = DRIVE_GONE;
	}
	return code;
}

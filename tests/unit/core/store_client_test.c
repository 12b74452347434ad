/*
 * The client of a reeve-store that is not there: the test stands in for helper.c, keeps what is sent
 * and says what comes. Frames are encoded and decoded as on the wire.
 */
#include "core/store_client.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/core.h"
#include "core/helper.h"
#include "fake/stage_clock.h"
#include "wire/message.h"

/* ---- in place of helper.c ---- */

static struct {
	struct helper *helper;
	bool           cannot_start, is_up, is_full;
	unsigned       stops, dones;
	enum msg       sent[80];
	uint32_t       ids[80];
	unsigned       sent_n;
	uint8_t        open[4096];   /* STORE_OPEN as it goes over the wire */
	size_t         open_len;
} peer;

void helper_init(struct helper *h, struct core *core, const struct helper_kind *kind)
{
	*h = (struct helper){ .core = core, .kind = kind };
}

int helper_start(struct helper *h)
{
	if (peer.cannot_start)
		return -EAGAIN;
	peer.helper = h;
	peer.is_up = true;
	return 0;
}

int helper_send(struct helper *h, enum msg type, uint32_t id, const void *body, const int *fds)
{
	assert_ptr_equal(h, peer.helper);
	assert_null(fds);
	if (!peer.is_up)
		return -ENOTCONN;
	if (peer.is_full)
		return -ENOBUFS;
	if (type == MSG_STORE_OPEN)
		assert_int_equal(msg_encode(type, id, body, peer.open, sizeof peer.open, &peer.open_len), 0);
	peer.sent[peer.sent_n] = type;
	peer.ids[peer.sent_n++] = id;
	return 0;
}

void helper_stop(struct helper *h, uint64_t grace_ms)
{
	(void)h, (void)grace_ms;
	peer.stops++;
	peer.is_up = false;
}

void helper_done(struct helper *h)
{
	(void)h;
	peer.dones++;
	peer.is_up = false;
}

/* reeve-store says something. */
static void says(enum msg type, uint32_t id, const void *body)
{
	uint8_t buf[8192];
	struct frame f;
	size_t len;

	assert_int_equal(msg_encode(type, id, body, buf, sizeof buf, &len), 0);
	assert_int_equal(msg_frame(buf, len, FROM_STORE, &f), len);
	peer.helper->kind->frame(peer.helper, &f);
}

static void fails(uint32_t id, const char *code)
{
	struct problem_row row = { .subject = "acme/web", .original = true };

	problem_set(&row.problem, PROBLEM_HOST, code, "registry", "no");
	says(MSG_STORE_FAILED, id, &row);
}

static void dies(void)
{
	const struct exit_status how = { .signalled = true, .code = 9 };

	peer.is_up = false;
	peer.helper->kind->down(peer.helper, &how);
}

void exit_status_format(const struct exit_status *how, char *buf, size_t max)
{
	(void)snprintf(buf, max, "signal %d", how->code);
}

/* ---- who asks ---- */

static const char text[] =
	"[reeve]\nstore = /nowhere/store\n"
	"[registry:main]\nurl = https://registry/\nkey = /nowhere/a.pub /nowhere/b.pub\nthreshold = 2\n"
	"[bundle:acme/web]\nregistry = main\nchannel = beta\n";

static struct core core;
static struct store_client *sc;

static struct told {
	unsigned n;
	bool     ok, died;
	char     code[32];
	uint64_t seq, generation;
} first, second;

static unsigned progress, pointers;
static bool frees_on_answer;

static void take(void *arg, const struct store_answer *a)
{
	struct told *t = arg;

	t->n++;
	t->ok = a->ok;
	t->died = a->died;
	assert_int_equal(a->ok, a->problem == NULL);
	(void)snprintf(t->code, sizeof t->code, "%s", a->problem != NULL ? a->problem->code : "");
	t->seq = a->staged != NULL ? a->staged->to_seq : 0;
	t->generation = a->committed != NULL ? a->committed->generation : 0;
	if (frees_on_answer) {
		store_client_free(sc);
		sc = NULL;
	}
}

static void take_progress(void *arg, const struct progress_row *row)
{
	(void)arg;
	assert_string_equal(row->phase, "fetch");
	progress++;
}

static void take_current(void *arg, const struct store_current *row)
{
	(void)arg;
	assert_string_equal(row->bundle, "acme/web");
	pointers++;
}

static int set_up(void **state)
{
	const struct store_rows rows = { .progress = take_progress, .current = take_current };

	(void)state;
	stage_clock_clear();
	memset(&peer, 0, sizeof peer);
	first = second = (struct told){ .n = 0 };
	progress = pointers = 0;
	frees_on_answer = false;
	core = (struct core){ .loop = NULL };
	list_init(&core.stores);
	if (conf_parse(text, sizeof text - 1, "reeve.ini", NULL, &core.conf) < 0)
		return -1;

	const struct store_errand errand = {
		.bundle = conf_bundle(core.conf, "acme/web"), .id = "u-1", .by = "uid:0", .reason = "upgrade",
	};

	return errand.bundle == NULL ? -1 : store_client_new(&core, &errand, &rows, &sc);
}

static int tear_down(void **state)
{
	(void)state;
	stage_turn();
	store_clients_discard(&core);
	conf_unref(core.conf);
	return 0;
}

static void ask(enum msg type, struct told *t)
{
	const struct store_pull pull = { .to = "" };
	const struct store_journal record = { .record = "plan" };

	assert_int_equal(store_client_ask(sc, type, type == MSG_STORE_PULL ? (const void *)&pull : &record, take, t), 0);
}

/* ---- stories ---- */

static void it_is_opened_with_what_the_configuration_says(void **state)
{
	struct store_open open;
	struct frame f;

	(void)state;
	assert_int_equal(peer.sent_n, 1);
	assert_int_equal(peer.sent[0], MSG_STORE_OPEN);
	assert_true(msg_frame(peer.open, peer.open_len, FROM_REEVE, &f) > 0);
	assert_int_equal(msg_decode(&f, &open), 0);
	assert_string_equal(open.store, "/nowhere/store");
	assert_string_equal(open.bundle, "acme/web");
	assert_string_equal(open.url, "https://registry/");
	assert_string_equal(open.channel, "beta");
	assert_int_equal(open.keys.count, 2);
	assert_int_equal(open.threshold, 2);
	assert_string_equal(open.id, "u-1");
	assert_string_equal(open.by, "uid:0");
	assert_string_equal(open.reason, "upgrade");
	assert_false(open.insecure);
}

static void answers_go_to_who_asked_in_the_order_of_asking(void **state)
{
	const struct store_staged staged = { .to_version = "2.0", .to_seq = 2 };

	(void)state;
	ask(MSG_STORE_PULL, &first);
	ask(MSG_STORE_JOURNAL, &second);
	says(MSG_PROGRESS, 1, &(struct progress_row){ .subject = "acme/web", .phase = "fetch" });
	says(MSG_STORE_STAGED, 1, &staged);
	assert_true(first.ok);
	assert_int_equal(first.seq, 2);
	assert_int_equal(second.n, 0);
	says(MSG_STORE_DONE, 2, NULL);
	assert_true(second.ok);
	assert_int_equal(first.n + second.n, 2);
	assert_int_equal(progress, 1);
}

static void a_commit_tells_its_generation_and_a_list_its_pointers(void **state)
{
	(void)state;
	ask(MSG_STORE_COMMIT, &first);
	says(MSG_STORE_COMMITTED, 1, &(struct store_committed){ .generation = 7 });
	assert_int_equal(first.generation, 7);
	ask(MSG_STORE_LIST, &second);
	says(MSG_STORE_CURRENT, 2, &(struct store_current){ .bundle = "acme/web" });
	says(MSG_STORE_DONE, 2, NULL);
	assert_int_equal(pointers, 1);
	assert_true(second.ok);
}

/* Nobody waits for STORE_OPEN: its failure is what every later request is answered with. */
static void a_store_that_cannot_be_opened_is_the_reason_of_all_that_follows(void **state)
{
	(void)state;
	ask(MSG_STORE_PULL, &first);
	ask(MSG_STORE_JOURNAL, &second);
	fails(0, "store-owner");
	assert_int_equal(first.n, 0);
	fails(1, "bad-request");
	fails(2, "bad-request");
	assert_string_equal(first.code, "store-owner");
	assert_string_equal(second.code, "store-owner");
}

static void a_failure_of_what_was_only_told_is_nobodys_answer(void **state)
{
	(void)state;
	assert_int_equal(store_client_tell(sc, MSG_STORE_IN_USE, &(struct store_current){ .bundle = "b" }), 0);
	ask(MSG_STORE_JOURNAL, &first);
	fails(77, "bad-request");
	assert_int_equal(first.n, 0);
	says(MSG_STORE_DONE, 1, NULL);
	assert_true(first.ok);
}

static void an_answer_to_another_question_ends_it(void **state)
{
	(void)state;
	ask(MSG_STORE_PULL, &first);
	says(MSG_STORE_COMMITTED, 1, &(struct store_committed){ .generation = 1 });
	assert_int_equal(peer.stops, 1);
	assert_int_equal(first.n, 0);
	dies();
	assert_true(first.died);
}

static void a_body_that_cannot_be_read_ends_it(void **state)
{
	const uint8_t nonsense[FRAME_HEAD + 3] = { 3, 0, 0, 0, 1, 0, MSG_STORE_STAGED, 0, 1, 0, 0, 0, 1, 2, 3 };
	struct frame f;

	(void)state;
	ask(MSG_STORE_PULL, &first);
	assert_true(msg_frame(nonsense, sizeof nonsense, FROM_STORE, &f) > 0);
	peer.helper->kind->frame(peer.helper, &f);
	assert_int_equal(peer.stops, 1);
	dies();
	assert_true(first.died);
}

static void its_death_is_told_to_everybody_who_waits_and_to_nobody_twice(void **state)
{
	(void)state;
	ask(MSG_STORE_PULL, &first);
	ask(MSG_STORE_JOURNAL, &second);
	dies();
	assert_true(first.died && second.died);
	assert_string_equal(first.code, "store-died");
	assert_int_equal(first.n + second.n, 2);
	assert_true(store_client_is_dead(sc));
	assert_int_equal(store_client_ask(sc, MSG_STORE_COMMIT, NULL, take, &first), -ENOTCONN);
}

static void whoever_frees_it_in_an_answer_hears_no_more(void **state)
{
	(void)state;
	ask(MSG_STORE_PULL, &first);
	ask(MSG_STORE_JOURNAL, &second);
	frees_on_answer = true;
	dies();
	assert_int_equal(first.n, 1);
	assert_int_equal(second.n, 0);
}

static void one_that_is_freed_ends_and_its_last_words_are_not_heard(void **state)
{
	(void)state;
	ask(MSG_STORE_PULL, &first);
	store_client_free(sc);
	assert_int_equal(peer.stops, 1);
	says(MSG_STORE_STAGED, 1, &(struct store_staged){ .to_seq = 2 });
	dies();
	assert_int_equal(first.n, 0);
	store_client_free(NULL);
}

static void one_that_says_nothing_for_ten_minutes_is_ended(void **state)
{
	(void)state;
	stage_advance(20 * 60 * 1000);
	assert_int_equal(peer.stops, 0); /* nobody waits */
	ask(MSG_STORE_PULL, &first);
	stage_advance(9 * 60 * 1000);
	says(MSG_PROGRESS, 1, &(struct progress_row){ .subject = "acme/web", .phase = "fetch" });
	stage_advance(9 * 60 * 1000);
	assert_int_equal(peer.stops, 0);
	stage_advance(60 * 1000);
	assert_int_equal(peer.stops, 1);
}

static void no_more_is_asked_than_there_is_room_for(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STORE_PENDING_MAX; i++)
		ask(MSG_STORE_JOURNAL, &first);
	assert_int_equal(store_client_ask(sc, MSG_STORE_COMMIT, NULL, take, &first), -ENOBUFS);
	says(MSG_STORE_DONE, 1, NULL);
	peer.is_full = true;
	assert_int_equal(store_client_ask(sc, MSG_STORE_COMMIT, NULL, take, &first), -ENOBUFS);
	peer.is_full = false;
	ask(MSG_STORE_COMMIT, &second);
	for (uint32_t id = 2; id <= STORE_PENDING_MAX; id++)
		says(MSG_STORE_DONE, id, NULL);
	assert_int_equal(first.n, STORE_PENDING_MAX);
	assert_int_equal(second.n, 0);
	assert_int_equal(peer.ids[peer.sent_n - 1], STORE_PENDING_MAX + 1);
}

static void one_that_cannot_be_started_leaves_nothing_behind(void **state)
{
	const struct store_errand errand = { .bundle = NULL };
	struct store_client *none = NULL;

	(void)state;
	peer.cannot_start = true;
	assert_int_equal(store_client_new(&core, &errand, NULL, &none), -EAGAIN);
	assert_null(none);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(it_is_opened_with_what_the_configuration_says),
		STORY(answers_go_to_who_asked_in_the_order_of_asking),
		STORY(a_commit_tells_its_generation_and_a_list_its_pointers),
		STORY(a_store_that_cannot_be_opened_is_the_reason_of_all_that_follows),
		STORY(a_failure_of_what_was_only_told_is_nobodys_answer),
		STORY(an_answer_to_another_question_ends_it),
		STORY(a_body_that_cannot_be_read_ends_it),
		STORY(its_death_is_told_to_everybody_who_waits_and_to_nobody_twice),
		STORY(whoever_frees_it_in_an_answer_hears_no_more),
		STORY(one_that_is_freed_ends_and_its_last_words_are_not_heard),
		STORY(one_that_says_nothing_for_ten_minutes_is_ended),
		STORY(no_more_is_asked_than_there_is_room_for),
		STORY(one_that_cannot_be_started_leaves_nothing_behind),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/store_client.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "core/core.h"
#include "core/helper.h"

enum { IN_MAX = 8192, OUT_MAX = 192 * 1024, GRACE_MS = 5000 };

/* A request on its way. */
struct pending {
	uint32_t         id;
	enum msg         answer;     /* what it is answered with when it is done */
	store_answer_fn *fn;
	void            *arg;
};

struct store_client {
	struct list       link;       /* core->stores */
	struct helper     helper;
	struct loop_timer silence;
	struct loop_timer burial;
	struct store_rows rows;
	struct pending    pending[STORE_PENDING_MAX];  /* a ring: asked in this order, answered in it */
	uint32_t          first, count;
	uint32_t          last_id;    /* 0: STORE_OPEN's */
	struct problem    open_failed; /* what answers everything then; code "" it did not fail */
	bool              dead;       /* it is waited for */
	bool              freed;      /* by its user; the memory goes when the process is waited for */
};

static struct store_client *of(struct helper *h)
{
	return container_of(h, struct store_client, helper);
}

/* ---- its end ---- */

static void destroy(struct store_client *sc)
{
	list_remove(&sc->link);
	loop_timer_stop(&sc->silence);
	loop_timer_stop(&sc->burial);
	free(sc);
}

static void on_burial(void *arg)
{
	destroy(arg);
}

/* From the loop: whoever is up the stack may still look at it. */
static void bury(struct store_client *sc)
{
	loop_timer_start(sc->helper.core->loop, &sc->burial, 0, on_burial, sc);
}

void store_clients_discard(struct core *core)
{
	list_each(&core->stores, it) {
		struct store_client *sc = container_of(it, struct store_client, link);

		helper_done(&sc->helper);
		destroy(sc);
	}
}

/* ---- silence ---- */

static void on_silence(void *arg)
{
	struct store_client *sc = arg;

	log_event(LOG_ERROR, "reeve-store", "helper.hung", "silent_ms=%d", STORE_SILENCE_MS);
	helper_stop(&sc->helper, 0);
}

/* Somebody waits and it was just heard of, or nobody waits any more. */
static void watch_silence(struct store_client *sc)
{
	if (sc->count > 0 && !sc->dead)
		loop_timer_start(sc->helper.core->loop, &sc->silence, STORE_SILENCE_MS, on_silence, sc);
	else
		loop_timer_stop(&sc->silence);
}

/* ---- what comes ---- */

static void answer_first(struct store_client *sc, const struct store_answer *answer)
{
	struct pending p = sc->pending[sc->first];

	sc->first = (sc->first + 1) % STORE_PENDING_MAX;
	sc->count--;
	watch_silence(sc);
	p.fn(p.arg, answer);
}

union body {
	struct store_staged    staged;
	struct store_committed committed;
	struct store_current   current;
	struct progress_row    progress;
	struct problem_row     problem;
};

/* The answer that a frame is to a request that expects one of this type. */
static void read_answer(const struct store_client *sc, uint16_t type, const union body *body,
                        struct store_answer *ret)
{
	*ret = (struct store_answer){ .ok = type == sc->pending[sc->first].answer };
	if (!ret->ok)
		ret->problem = sc->open_failed.code[0] != '\0' ? &sc->open_failed : &body->problem.problem;
	ret->staged = ret->ok && type == MSG_STORE_STAGED ? &body->staged : NULL;
	ret->committed = ret->ok && type == MSG_STORE_COMMITTED ? &body->committed : NULL;
}

static void confused(struct store_client *sc, uint16_t type)
{
	log_event(LOG_ERROR, "reeve-store", "helper.confused", "message=%s", msg_name(type));
	helper_stop(&sc->helper, 0);
}

/* STORE_OPEN is answered only when it fails, and what is told not even then: nobody waits for those. */
static void take_answer(struct store_client *sc, const struct frame *f, const union body *body)
{
	struct store_answer answer;
	const struct pending *p = sc->count > 0 ? &sc->pending[sc->first] : NULL;

	if (f->type == MSG_STORE_FAILED && f->id == 0)
		sc->open_failed = body->problem.problem;
	if (p == NULL || p->id != f->id)
		return;
	if (f->type != MSG_STORE_FAILED && f->type != p->answer) {
		confused(sc, f->type);
		return;
	}
	read_answer(sc, f->type, body, &answer);
	answer_first(sc, &answer);
}

static void pass_row(struct store_client *sc, uint16_t type, const union body *body)
{
	if (type == MSG_PROGRESS && sc->rows.progress != NULL)
		sc->rows.progress(sc->rows.arg, &body->progress);
	if (type == MSG_STORE_CURRENT && sc->rows.current != NULL)
		sc->rows.current(sc->rows.arg, &body->current);
}

static void on_frame(struct helper *h, const struct frame *f)
{
	struct store_client *sc = of(h);
	union body body;

	if (sc->freed)
		return;
	if (msg_rule(f->type)->record != NULL && msg_decode(f, &body) < 0) {
		confused(sc, f->type);
		return;
	}
	watch_silence(sc);
	if (f->type == MSG_PROGRESS || f->type == MSG_STORE_CURRENT)
		pass_row(sc, f->type, &body);
	else
		take_answer(sc, f, &body);
}

static void on_down(struct helper *h, const struct exit_status *how)
{
	struct store_client *sc = of(h);
	struct problem why;
	struct store_answer answer = { .died = true, .problem = &why };
	char ended[32] = "could not be started";

	sc->dead = true;
	loop_timer_stop(&sc->silence);
	if (how != NULL)
		exit_status_format(how, ended, sizeof ended);
	problem_set(&why, PROBLEM_HOST, "store-died", "reeve-store", "ended before it answered: %s", ended);
	problem_remedy(&why, "look into the log, then try again");
	while (sc->count > 0 && !sc->freed)
		answer_first(sc, &answer);
	loop_timer_stop(&sc->silence);
	if (sc->freed)
		bury(sc);
}

bool store_client_is_dead(const struct store_client *sc)
{
	return sc->dead;
}

static const struct helper_kind kind = {
	.program  = "reeve-store",
	.may_send = FROM_STORE,
	.in_max   = IN_MAX,
	.out_max  = OUT_MAX,
	.frame    = on_frame,
	.down     = on_down,
};

/* ---- what is asked ---- */

int store_client_tell(struct store_client *sc, enum msg type, const void *body)
{
	return helper_send(&sc->helper, type, sc->last_id, body, NULL);
}

static enum msg answer_to(enum msg request)
{
	if (request == MSG_STORE_CHECK || request == MSG_STORE_PULL)
		return MSG_STORE_STAGED;
	return request == MSG_STORE_COMMIT ? MSG_STORE_COMMITTED : MSG_STORE_DONE;
}

int store_client_ask(struct store_client *sc, enum msg type, const void *body, store_answer_fn *fn,
                     void *arg)
{
	if (sc->count == STORE_PENDING_MAX)
		return -ENOBUFS;

	uint32_t id = sc->last_id + 1;
	int r = helper_send(&sc->helper, type, id, body, NULL);

	if (r < 0)
		return r;
	sc->pending[(sc->first + sc->count) % STORE_PENDING_MAX] =
		(struct pending){ id, answer_to(type), fn, arg };
	sc->last_id = id;
	sc->count++;
	watch_silence(sc);
	return 0;
}

/* STORE_OPEN out of the configuration. */
static int open_store(struct store_client *sc, const struct store_errand *e)
{
	const struct org_conf *org = &sc->helper.core->conf->org;
	const struct bundle_conf *b = e->bundle;
	struct store_open open = { .store = org->store, .id = e->id, .by = e->by, .reason = e->reason };

	if (b != NULL) {
		open.bundle = b->name;
		open.channel = b->channel;
		open.pin = b->digest;
	}
	if (b != NULL && b->registry != NULL) {
		open.url = b->registry->url;
		open.keys = b->registry->keys;
		open.threshold = b->registry->threshold;
		open.ca_file = b->registry->ca_file;
		open.client_cert = b->registry->client_cert;
		open.client_key = b->registry->client_key;
		open.insecure = b->registry->insecure;
	}
	return store_client_tell(sc, MSG_STORE_OPEN, &open);
}

int store_client_new(struct core *core, const struct store_errand *errand, const struct store_rows *rows,
                     struct store_client **ret)
{
	struct store_client *sc = calloc(1, sizeof *sc);

	if (sc == NULL)
		return -ENOMEM;
	if (rows != NULL)
		sc->rows = *rows;
	helper_init(&sc->helper, core, &kind);
	list_append(&core->stores, &sc->link);

	int r = helper_start(&sc->helper);

	if (r < 0) {
		destroy(sc);
		return r;
	}
	r = open_store(sc, errand);
	if (r < 0) {
		store_client_free(sc);
		return r;
	}
	*ret = sc;
	return 0;
}

void store_client_free(struct store_client *sc)
{
	if (sc == NULL)
		return;
	sc->freed = true;
	sc->count = 0;
	loop_timer_stop(&sc->silence);
	if (sc->dead)
		bury(sc);
	else
		helper_stop(&sc->helper, GRACE_MS);
}

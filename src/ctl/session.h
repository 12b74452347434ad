/*
 * One question to reeve and its answer: connects, asks, and hands every row to whoever shows it. Errors
 * of the way there are told here, in one line each that says what to do.
 */
#ifndef CTL_SESSION_H
#define CTL_SESSION_H

#include "base/attr.h"
#include "ctl/ctl.h"
#include "wire/message.h"
#include "wire/rows.h"

struct json;

/* A row of an answer; which one, its message says. Texts are good for the one call. */
union row {
	struct child_row         child;
	struct problem_row       problem;
	struct outcome_row       outcome;
	struct change_row        change;
	struct bundle_row        bundle;
	struct update_row        update;
	struct progress_row      progress;
	struct upgrade_child_row upgrade_child;
	struct upgrade_row       upgrade;
	struct event_row         event;
	struct version_row       version;
	struct error_row         error;
	struct end_row           end;
};

/* How an answer is shown to a person. */
struct view {
	/* A row that is not ERROR or END; NULL: none is shown. */
	void (*row)(struct ctl *c, enum msg type, const union row *row, void *arg);
	/* Any row but END, with --json too, before it is shown; may be NULL. */
	void (*judge)(enum msg type, const union row *row, void *arg);
	/* What to exit with in place of reeve's word; NULL: that. */
	int  (*verdict)(uint32_t exit_code, void *arg);
	/* With --json: the answer is complete, what the document has beside its rows; may be NULL. */
	void (*extend)(struct ctl *c, struct json *json, void *arg);
	/* The answer is complete; NULL: nothing to add. */
	void (*done)(struct ctl *c, uint32_t exit_code, void *arg);
	/* The descriptor of a STREAM, which it closes; NULL: none can come. */
	void (*stream)(struct ctl *c, int fd, void *arg);
	void  *arg;
	int    limit_ms; /* for each frame of the answer to come; 0: for ever */
	bool   lines;   /* --json: one object a line as they come, not one document at the end */
};

/*
 * Asks and shows the answer, as JSON where that was asked for. What to exit with: reeve's word for it,
 * or EXIT_UNTOUCHED and its like.
 */
int session_ask(struct ctl *c, enum msg type, const void *body, const struct view *view);

/* The same for a message of names: the words of the command line from `from` on. */
int session_ask_names(struct ctl *c, enum msg type, int from, const struct view *view);

/* Packs words[from..] into buf; -ENOBUFS when there are too many, having said so. */
int session_pack_words(const struct ctl *c, int from, uint8_t *buf, size_t max, struct texts *ret) MUST_CHECK;

#endif

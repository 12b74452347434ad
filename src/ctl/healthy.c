/*
 * `healthy`, for whoever asks every few seconds (HEALTHCHECK of a container, a probe): one question,
 * an exit status, and a line for each child that is not as it should be.
 */
#include <string.h>

#include "ctl/command.h"
#include "ctl/screen.h"
#include "ctl/session.h"

enum { ANSWER_MS = 5000 }; /* a reeve that says nothing for so long is not healthy either */

struct health {
	const struct ctl *ctl;
	unsigned          bad;
};

/* Who is named has to run; of the others, whoever is wanted and did not end in order by itself. */
static bool is_bad(const struct ctl *c, const struct child_row *row)
{
	if (strcmp(row->state, "running") == 0)
		return false;
	return c->words_n > 0 || (row->wanted && strcmp(row->state, "exited") != 0);
}

static void say(const struct child_row *child)
{
	const char *why = child->reason[0] != '\0' ? child->reason : child->exit;

	screen_put(stdout, child->name);
	printf(" is %s%s", child->state, why[0] != '\0' ? ": " : "");
	screen_put(stdout, why);
	putchar('\n');
}

static void judge(enum msg type, const union row *row, void *arg)
{
	struct health *h = arg;

	if (type != MSG_CHILD || !is_bad(h->ctl, &row->child))
		return;
	h->bad++;
	if (!h->ctl->json)
		say(&row->child);
}

/* How reeve itself puts it, all running or not, is about more than was asked. */
static int verdict(uint32_t exit_code, void *arg)
{
	const struct health *h = arg;

	if (exit_code != EXIT_DONE && exit_code != EXIT_SOME_DOWN)
		return (int)exit_code;
	return h->bad > 0 ? EXIT_PARTIAL : EXIT_DONE;
}

int run_healthy(struct ctl *c)
{
	struct health health = { .ctl = c };
	const struct view view = {
		.judge = judge, .verdict = verdict, .limit_ms = ANSWER_MS, .arg = &health,
	};

	return session_ask_names(c, MSG_STATUS, 0, &view);
}

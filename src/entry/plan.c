#include "entry/plan.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/parse.h"

enum { REWRITE_MAX = 31, DIGITS_MAX = 8 };

void plan_init(struct plan *plan, const struct plan *defaults)
{
	*plan = *defaults;
	memset(plan->rewrite, PLAN_AS_IT_IS, sizeof plan->rewrite);
}

/*
 * A session of its own is an orphaned group, in which the kernel stops nobody for these three
 * (setpgid(2)); SIGSTOP it always obeys.
 */
static uint8_t usual(const struct plan *plan, int signo)
{
	bool is_stop = signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU;

	if (signo > 0 && (plan->drops >> (signo - 1) & 1) != 0)
		return 0;
	return (uint8_t)(is_stop && plan->group == PLAN_SESSION ? SIGSTOP : signo);
}

void plan_settle(struct plan *plan)
{
	for (int signo = 0; signo < SOLO_SIGNALS; signo++)
		if (plan->rewrite[signo] == PLAN_AS_IT_IS)
			plan->rewrite[signo] = usual(plan, signo);
}

int plan_add_rewrite(struct plan *plan, const char *pair)
{
	const char *colon = strchr(pair, ':');
	char from_text[DIGITS_MAX];
	uint64_t from, to;
	size_t len;

	if (colon == NULL || (len = (size_t)(colon - pair)) >= sizeof from_text)
		return -EINVAL;
	memcpy(from_text, pair, len);
	from_text[len] = '\0';
	if (parse_u64(from_text, REWRITE_MAX, &from) < 0 || from == 0 || parse_u64(colon + 1, REWRITE_MAX, &to) < 0)
		return -EINVAL;
	plan->rewrite[from] = (uint8_t)to;
	return 0;
}

int plan_add_zero(struct plan *plan, const char *code)
{
	uint64_t n;

	if (parse_u64(code, 255, &n) < 0)
		return -EINVAL;
	plan->as_zero[n] = 1;
	return 0;
}

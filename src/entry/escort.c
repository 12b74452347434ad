#include "entry/escort.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "entry/personality.h"
#include "entry/plan.h"
#include "entry/program.h"
#include "entry/say.h"
#include "solo/solo.h"
#include "solo/terminal.h"

static int refuse_program(const struct personality *p, const char *program, int error)
{
	static const char *const remedies[] = {
		[ENOENT] = "; give its path, or a name that is in PATH, and see that its interpreter is there",
		[EACCES] = "; make it executable, and its folders open, for this user",
		[ENOEXEC] = "; it is for another machine, or a script for which there is no /bin/sh",
	};
	const char *remedy = (size_t)error < ARRAY_LEN(remedies) ? remedies[error] : NULL;

	SAY(p->names[0], "cannot execute ", program, ": ", strerror(error), remedy != NULL ? remedy : "");
	if (error == ENOENT)
		return p->exit.not_found;
	return error == EACCES ? p->exit.not_executable : p->exit.other;
}

/* The personality and the plan that solo's observer speaks for. */
struct run {
	struct solo               solo;
	const struct personality *personality;
	const struct plan        *plan;
};

static void tell(void *arg, enum solo_event event, pid_t who, int n)
{
	const struct run *run = arg;
	const char *name = run->personality->names[0];
	bool all = run->plan->talk >= TALK_EVERYTHING;
	char pid[SAY_NUMBER_MAX], number[SAY_NUMBER_MAX];
	const char *child = say_number(pid, who);

	if (event == SOLO_HEARD && all)
		SAY(name, "signal ", say_number(number, n), " goes to ", child);
	else if (event == SOLO_REAPED && who == run->solo.child && run->plan->talk >= TALK_STEPS)
		SAY(name, "the child ", child, " ended, as exit code ", say_number(number, solo_exit_code(n)));
	else if (event == SOLO_REAPED && who != run->solo.child && (all || run->plan->tells_reaped) && run->plan->talk > 0)
		SAY(name, "reaped the orphan ", child);
}

/* What is asked of the kernel before there is a child. */
static int prepare(const struct personality *p, const struct plan *plan)
{
	const char *what = NULL;

	if (plan->death_signal != 0 && prctl(PR_SET_PDEATHSIG, (unsigned long)plan->death_signal, 0UL, 0UL, 0UL) < 0)
		what = "cannot ask for a signal at the end of the parent: ";
	else if (plan->subreaper && getpid() != 1 && prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) < 0)
		what = "cannot be a subreaper, which needs Linux 3.4: ";
	if (what != NULL) {
		SAY(p->names[0], what, strerror(errno));
		return p->exit.cannot;
	}
	if (!plan->subreaper && getpid() != 1 && plan->talk >= TALK_WARNINGS)
		SAY(p->names[0], "not process 1 and not a subreaper: orphans go elsewhere; run it as process 1, or with -s");
	return 0;
}

/* With its signals taken: from the start of the child to the exit code. */
static int accompany(struct run *run, const struct solo_signals *were)
{
	const struct personality *p = run->personality;
	struct solo_terminal terminal = { .fd = -1 };
	const char *program = run->plan->command[0];
	enum program_stage failed;
	int r, code;

	run->solo.arg = run;
	if (run->plan->group == PLAN_GROUP)
		solo_terminal_open(&terminal);
	run->solo.terminal = terminal.fd >= 0 ? &terminal : NULL;
	r = program_start(run->plan, were, &terminal, &run->solo.child, &failed);
	if (r < 0 && failed == PROGRAM_EXECUTE)
		return refuse_program(p, program, -r);
	if (r < 0) {
		SAY(p->names[0], "cannot make a process: ", strerror(-r), "; see the limits on processes and memory");
		return p->exit.cannot;
	}
	program_let_go(terminal.fd);
	code = solo_exit_code(solo_run(&run->solo));
	return run->plan->as_zero[code] ? 0 : code;
}

int escort(const struct personality *p, const struct plan *plan)
{
	struct solo_signals were;
	struct run run = {
		.solo = {
			.to_group = plan->to_group, .suspends = plan->suspends, .rewrite = plan->rewrite,
			.after = plan->after, .grace_ms = plan->grace_ms,
			.tell = plan->talk >= TALK_STEPS || plan->tells_reaped ? tell : NULL,
		},
		.personality = p,
		.plan = plan,
	};
	int code = prepare(p, plan);

	if (code != 0)
		return code;
	solo_take_signals(&were);
	if (plan->task == PLAN_RUN)
		return accompany(&run, &were);
	program_let_go(-1);
	solo_pause();
	return 0;
}

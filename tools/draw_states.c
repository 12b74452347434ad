/*
 * Prints the life of a child as a graph, out of the table that decides it: `make states`.
 * ARCHITECTURE.md carries the same text, and tools/check-docs compares the two.
 */
#include <stdio.h>

#include "core/state.h"

/* The events that lead from one state to another, in one line; moves that stay put without effect are left out. */
static void draw_edge(enum svc_state from, enum svc_state to)
{
	const char *between = "";

	for (int on = 0; on < SVC_EVENT_COUNT; on++) {
		const struct move *m = state_move(from, (enum svc_event)on);

		if (m->then == DO_IMPOSSIBLE || m->then == DO_stay || m->to != to)
			continue;
		if (*between == '\0')
			printf("    %s --> %s : ", state_name(from), state_name(to));
		printf("%s%s", between, event_name((enum svc_event)on));
		between = ", ";
	}
	if (*between != '\0')
		printf("\n");
}

int main(void)
{
	printf("stateDiagram-v2\n    [*] --> %s\n", state_name(SVC_STOPPED));
	for (int from = 0; from < SVC_STATE_COUNT; from++)
		for (int to = 0; to < SVC_STATE_COUNT; to++)
			draw_edge((enum svc_state)from, (enum svc_state)to);
	return 0;
}

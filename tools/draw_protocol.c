/*
 * Prints the messages and their fields as mdoc(7), out of the tables that decide them: `make protocol`.
 * man/reeve-protocol.7 carries the same text between its two marks, and tools/check-docs compares them.
 */
#include <stdio.h>

#include "wire/message.h"

static const char *const kinds[] = {
	[FIELD_BOOL] = "BOOL", [FIELD_U32] = "U32", [FIELD_I32] = "I32", [FIELD_U64] = "U64",
	[FIELD_DIGEST] = "DIGEST", [FIELD_TEXT] = "TEXT", [FIELD_TEXTS] = "TEXTS", [FIELD_PROBLEM] = "PROBLEM",
};

static const struct {
	unsigned    bit;
	const char *name;
} senders[] = {
	{ FROM_OBSERVER, "observer" }, { FROM_WORKSPACE, "workspace admin" }, { FROM_ORG, "org admin" },
	{ FROM_REEVE, "reeve" }, { FROM_LAUNCH, "reeve-launch" }, { FROM_STORE, "reeve-store" },
	{ FROM_LOG, "reeve-log" },
};

static void draw_senders(unsigned who)
{
	const char *between = "";

	for (size_t i = 0; i < ARRAY_LEN(senders); i++)
		if (who & senders[i].bit) {
			printf("%s%s", between, senders[i].name);
			between = ", ";
		}
}

static void draw_message(uint32_t number, const struct msg_rule *rule)
{
	printf(".It %u Sy %s\n%s.\n.br\nFrom: ", number, rule->name, rule->meaning);
	draw_senders(rule->who);
	printf(".\nBody: at most %u bytes", rule->body_max);
	if (rule->fds > 0)
		printf(", with %u descriptor%s", rule->fds, rule->fds == 1 ? "" : "s");
	printf(".\n");
	if (rule->record == NULL)
		return;
	printf(".br\nFields: ");
	for (size_t i = 0; i < rule->record->count; i++)
		printf("%s%s %s", i > 0 ? ", " : "", kinds[rule->record->fields[i].kind], rule->record->fields[i].name);
	printf(".\n");
}

int main(void)
{
	printf(".Bl -tag -width Ds\n");
	for (uint32_t n = 0; n < MSG_LIMIT; n++)
		if (msg_rule(n)->name != NULL)
			draw_message(n, msg_rule(n));
	printf(".El\n");
	return 0;
}

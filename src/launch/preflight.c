#include "launch/preflight.h"

#include "launch/checks.h"
#include "launch/env_file.h"
#include "launch/start.h"

static const struct {
	unsigned number;              /* P1 to P15: the order in which findings are told */
	void   (*run)(struct start *s);
} checks[] = {
	{  1, check_manifest },
	{  2, check_gate },
	{  3, check_tree },           /* P4, P5 and P6 in the same walk */
	{  7, check_ancestors },
	{  8, check_program },
	{  9, check_elf },
	{ 10, check_script },
	{ 11, check_needs },
	{ 12, check_environment },
	{ 13, check_folders },
	{ 14, check_ports },
	{ 15, check_room },
};

void preflight_run(struct start *s)
{
	s->report.check = checks[0].number;
	pin_tree(&s->order, &s->report, &s->pin);
	s->report.check = 12;
	env_file_read_all(s);      /* PATH may come from there, and what P12 asks for */
	identity_find(&s->order, &s->identity); /* P8 and P13 ask as that user, P11 tells */
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		s->report.check = checks[i].number;
		checks[i].run(s);
	}
}

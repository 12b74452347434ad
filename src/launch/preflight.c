#include "launch/preflight.h"

#include "launch/checks.h"
#include "launch/env_file.h"
#include "launch/root.h"
#include "launch/start.h"

static const struct {
	unsigned number;              /* P1 to P15: the order in which findings are told */
	void   (*run)(struct start *s);
	bool     is_inside;           /* asked in the child's own root, where it has one */
} checks[] = {
	{  1, check_manifest },
	{  2, check_gate },
	{  3, check_tree },           /* P4, P5 and P6 in the same walk */
	{  7, check_ancestors },
	{  8, check_program, true },
	{  9, check_elf, true },
	{ 10, check_script, true },
	{ 11, check_needs },
	{ 12, check_environment },
	{ 13, check_directory, true },
	{ 13, check_folders },
	{ 13, check_view, true },
	{ 14, check_ports },
	{ 15, check_room },
	{ 15, check_namespaces },
};

static void run(struct start *s, size_t i)
{
	if (!checks[i].is_inside) {
		checks[i].run(s);
		return;
	}
	if (root_is_lost(s))
		return; /* there is nothing to look at: one problem, told by root_find(), is enough */
	root_lend(s);
	checks[i].run(s);
	root_return(s);
}

void preflight_run(struct start *s)
{
	s->program.fd = -1;
	s->report.check = checks[0].number;
	pin_tree(&s->order, &s->report, &s->pin);
	s->report.check = 12;
	env_file_read_all(s);      /* PATH may come from there, and what P12 asks for */
	credentials_read(s);
	s->report.check = 13;
	root_find(s);
	identity_find(&s->order, &s->identity); /* P8 and P13 ask as that user, P11 tells */
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		s->report.check = checks[i].number;
		run(s, i);
	}
}

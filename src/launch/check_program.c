#include "launch/checks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "launch/elf.h"
#include "launch/environment.h"
#include "launch/libraries.h"
#include "launch/script.h"
#include "launch/start.h"

/* A file of ours is the bundle's to mend, any other the host's. */
static enum problem_class class_of(const struct start *s)
{
	return s->program.in_tree && s->pin.in_store ? PROBLEM_BUNDLE : PROBLEM_HOST;
}

static const char *program_name(const struct start *s)
{
	const char *name = texts_at(&s->order.argv, 0);

	return s->program.path[0] != '\0' ? s->program.path : name != NULL ? name : "";
}

static bool is_on_noexec(const char *path)
{
	struct statvfs fs;

	return statvfs(path, &fs) == 0 && (fs.f_flag & ST_NOEXEC);
}

/* Whether the manifest lists what the command names, so that P3 told that the disk has it not. */
static bool is_told_by_tree(const struct start *s)
{
	uint32_t i;

	return s->program.in_tree && s->pin.index != NULL &&
	       index_find(s->pin.index, texts_at(&s->order.argv, 0), &i);
}

/* Nothing was found under the name that was configured. */
static void tell_missing(struct start *s, int error)
{
	struct problem *p = report_problem(&s->report);
	const char *name = program_name(s);
	const char *path = environment_path(&s->order.environment);

	if (error == -EINVAL) {
		problem_set(p, PROBLEM_CONFIG, "command-empty", "", "there is no command to execute");
	} else if (s->program.in_tree) {
		problem_set(p, PROBLEM_CONFIG, "command-missing", name, "the bundle has no such file (%s)",
		            strerrordesc_np(-error));
		problem_expect(p, "a file of bundle %s", s->order.bundle);
	} else if (strchr(name, '/') == NULL) {
		problem_set(p, PROBLEM_HOST, "command-missing", name, "not found in PATH");
		problem_expect(p, "a program in %s", path);
		problem_remedy(p, "Install %s, or correct command = in [service:%s]", name, s->order.service);
		return;
	} else {
		problem_set(p, PROBLEM_HOST, "command-missing", name, "%s", strerrordesc_np(-error));
	}
	problem_remedy(p, "Correct command = in [service:%s]", s->order.service);
}

/* It is there, and the kernel would not execute it for the child's user. */
static void tell_forbidden(struct start *s, int error)
{
	const char *path = s->program.path;
	struct problem *p = report_problem(&s->report);
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		problem_set(p, class_of(s), "command-not-a-file", path, "not a regular file");
		problem_remedy(p, "Correct command = in [service:%s]", s->order.service);
	} else if (is_on_noexec(path)) {
		problem_set(p, PROBLEM_HOST, "command-noexec", path, "its filesystem is mounted noexec");
		problem_remedy(p, "Mount it with exec, or move the file elsewhere");
	} else if (stat(path, &st) == 0 && (st.st_mode & 0111) == 0) {
		problem_set(p, class_of(s), "command-not-executable", path, "mode %04o", st.st_mode & 07777);
		problem_expect(p, "an executable file");
		if (s->pin.in_store && s->program.in_tree)
			problem_remedy(p, "Run: reevectl upgrade %s", s->order.bundle);
		else
			problem_remedy(p, "Run: chmod +x %s", path);
	} else {
		/* What a damaged tree brings about is the bundle's to mend. */
		problem_set(p, s->program.in_tree && s->damages > 0 ? PROBLEM_BUNDLE : PROBLEM_HOST,
		            "command-forbidden", path, "user %u may not execute it: %s", (unsigned)s->identity.uid, strerrordesc_np(-error));
		problem_remedy(p, "Let the user of [service:%s] reach and execute it", s->order.service);
	}
}

void check_program(struct start *s)
{
	int r;

	if (s->order.bundle[0] != '\0' && s->pin.tree < 0) {
		s->program.fd = -1;
		return; /* there is no tree to look in: one problem, told by P1, is enough */
	}
	r = program_find(s);
	if (r < 0 && !is_told_by_tree(s))
		tell_missing(s, r);
	if (r < 0)
		return;
	identity_lend(&s->identity);
	r = program_may_execute(s->program.path);
	identity_return(&s->identity);
	if (r < 0)
		tell_forbidden(s, r);
}

static bool is_of_bundle(const struct start *s, const char *library)
{
	uint32_t count = s->pin.index != NULL ? index_count(s->pin.index) : 0;

	for (uint32_t i = 0; i < count; i++) {
		struct index_entry e;
		const char *base;

		index_entry(s->pin.index, i, &e);
		base = strrchr(e.path, '/');
		if (strcmp(base != NULL ? base + 1 : e.path, library) == 0)
			return true;
	}
	return false;
}

static void tell_library(void *arg, const char *library, const char *wanted_by, bool certain)
{
	struct start *s = arg;
	struct problem *p = certain ? report_problem(&s->report) : report_advice(&s->report);

	problem_set(p, is_of_bundle(s, library) ? PROBLEM_BUNDLE : PROBLEM_HOST, "library-missing", wanted_by,
	            "%s not found", library);
	problem_expect(p, "%s", library);
	problem_remedy(p, "Install %s%s", library,
	               s->order.bundle[0] != '\0' ? ", or add it to the bundle" : "");
}

static void check_loader(struct start *s, const struct elf *e)
{
	const char *loader = e->texts + e->interpreter;
	int r = program_may_execute(loader);
	struct problem *p;

	if (r == 0)
		return;
	p = report_problem(&s->report);
	problem_set(p, PROBLEM_HOST, "loader-missing", program_name(s), "its loader: %s", strerrordesc_np(-r));
	problem_expect(p, "%s", loader);
	problem_remedy(p, "Install the C library that has %s, or build the program for this host's", loader);
}

static void tell_broken(struct start *s)
{
	struct problem *p = report_problem(&s->report);

	problem_set(p, class_of(s), "elf-broken", program_name(s), "not a sound ELF file");
	if (s->pin.in_store && s->program.in_tree)
		problem_remedy(p, "Run: reevectl upgrade %s", s->order.bundle);
	else
		problem_remedy(p, "Install it again: it is truncated or overwritten");
}

static void tell_machine(struct start *s, const struct elf *e)
{
	struct problem *p = report_problem(&s->report);

	problem_set(p, PROBLEM_HOST, "elf-machine", program_name(s), "built for %s, %u bits",
	            elf_machine_name(e->machine), e->bits);
	problem_expect(p, "a program for this processor");
	problem_remedy(p, "Install the build for this machine");
}

void check_elf(struct start *s)
{
	struct library_search search = {
		.environment = &s->order.environment, .directory = start_directory(s),
		.missing = tell_library, .arg = s,
	};
	OWN(mem) struct elf *e = malloc(sizeof *e); /* large, and hardly touched */
	int r = s->program.fd < 0 || e == NULL ? -ENOEXEC : elf_read(s->program.fd, e);

	if (r == -ENOEXEC || r == -EISDIR) /* a script, perhaps: P10 */
		return;
	if (r < 0) {
		tell_broken(s);
		return;
	}
	s->program.is_elf = true;
	if (!elf_is_native(e)) {
		tell_machine(s, e);
	} else if (e->interpreter != 0) {
		check_loader(s, e);
		libraries_check(&search, s->program.path, e);
	}
}

static void tell_line(struct start *s, int error)
{
	static const struct { int error; const char *code, *got, *remedy; } rows[] = {
		{ -ENOEXEC,      "format-unknown",   "neither a program of this system nor a script",
		  "Begin scripts with #! and their interpreter" },
		{ -ENODATA,      "script-line",      "#! without an interpreter", "Name the interpreter after #!" },
		{ -ENAMETOOLONG, "script-line",      "the interpreter's path is longer than the kernel reads",
		  "Use a path of less than 254 bytes" },
		{ -EILSEQ,       "script-line",      "the first line ends with a carriage return",
		  "Convert the file to unix line ends: sed -i 's/\\r$//'" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].error != error)
			continue;
		struct problem *p = report_problem(&s->report);

		problem_set(p, class_of(s), rows[i].code, program_name(s), "%s", rows[i].got);
		problem_remedy(p, "%s", rows[i].remedy);
	}
}

static void tell_interpreter(struct start *s, const char *name, int error)
{
	struct problem *p = report_problem(&s->report);

	problem_set(p, PROBLEM_HOST, "interpreter-missing", program_name(s), "%s: %s", name, strerrordesc_np(-error));
	problem_expect(p, "%s", name);
	problem_remedy(p, "Install %s, or correct the first line of the script", name);
}

void check_script(struct start *s)
{
	char path[PATH_MAX], name[SCRIPT_LINE_MAX];
	struct script script;
	struct stat st;
	int r;

	if (s->program.fd < 0 || s->program.is_elf || fstat(s->program.fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	r = script_read(s->program.fd, &script);
	if (r < 0) {
		tell_line(s, r);
		return;
	}
	r = path_join(path, sizeof path, start_directory(s), script.interpreter);
	if (r == 0)
		r = program_may_execute(path);
	if (r < 0)
		tell_interpreter(s, script.interpreter, r);
	script_env_name(&script, name);
	if (name[0] == '\0' || strchr(name, '/') != NULL)
		return;
	r = program_search(environment_path(&s->order.environment), name, path, sizeof path);
	if (r < 0)
		tell_interpreter(s, name, r);
}

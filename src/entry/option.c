#include "entry/option.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "entry/plan.h"

/* Where in the command line we are. */
struct reader {
	const struct option_row *rows;
	char                   **next;  /* the argument to be read */
	struct plan             *plan;
	struct option_wrong      wrong;
};

static int refuse(struct reader *r, const char *what, const char *which)
{
	r->wrong = (struct option_wrong){ what, which };
	return -EINVAL;
}

static bool is_last(const struct option_row *row)
{
	return row->letter == '\0' && row->name == NULL;
}

static const struct option_row *find_letter(const struct option_row *rows, char letter)
{
	for (; !is_last(rows); rows++)
		if (rows->letter == letter)
			return rows;
	return NULL;
}

/* The row of that whole name, else the only one whose name begins so. */
static const struct option_row *find_name(const struct option_row *rows, const char *name, size_t len)
{
	const struct option_row *found = NULL;
	bool is_clear = true;

	for (; !is_last(rows); rows++) {
		if (rows->name == NULL || strncmp(rows->name, name, len) != 0)
			continue;
		if (rows->name[len] == '\0')
			return rows;
		is_clear = found == NULL;
		found = rows;
	}
	return is_clear ? found : NULL;
}

/* With the value that stands in the same argument, or NULL. Returns 1 when no more is to be read. */
static int set(struct reader *r, const struct option_row *row, const char *value, const char *which)
{
	int done;

	if (row->takes_value && value == NULL) {
		value = *r->next;
		if (value == NULL)
			return refuse(r, "a value is missing after ", which);
		r->next++;
	}
	if (!row->takes_value && value != NULL)
		return refuse(r, "no value is expected in ", which);
	done = row->set(r->plan, value);
	return done < 0 ? refuse(r, "this is no value for the option: ", value != NULL ? value : which) : done;
}

static int read_long(struct reader *r, const char *argument)
{
	const char *name = argument + 2, *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
	const struct option_row *row = len > 0 ? find_name(r->rows, name, len) : NULL;

	if (row == NULL)
		return refuse(r, "unknown option ", argument);
	return set(r, row, equals != NULL ? equals + 1 : NULL, argument);
}

static int read_letters(struct reader *r, const char *argument)
{
	int done = 0;

	for (const char *p = argument + 1; *p != '\0' && done == 0; p++) {
		const struct option_row *row = find_letter(r->rows, *p);

		if (row == NULL)
			return refuse(r, "unknown option in ", argument);
		if (row->takes_value && p[1] != '\0')
			return set(r, row, p + 1, argument);
		done = set(r, row, NULL, argument);
	}
	return done;
}

int option_read(const struct option_row *rows, bool mixed, char **argv, struct plan *plan,
                struct option_wrong *ret_wrong)
{
	struct reader r = { .rows = rows, .next = argv + 1, .plan = plan };
	char **operand = argv + 1;
	bool dashes = false;
	int done = 0;

	while (done == 0 && *r.next != NULL && !dashes) {
		char *argument = *r.next;

		if (argument[0] != '-' || argument[1] == '\0') {
			if (!mixed)
				break;
			*operand++ = *r.next++;
			continue;
		}
		r.next++;
		dashes = strcmp(argument, "--") == 0;
		if (!dashes)
			done = argument[1] == '-' ? read_long(&r, argument) : read_letters(&r, argument);
	}
	if (done < 0) {
		*ret_wrong = r.wrong;
		return done;
	}
	plan->command = operand == argv + 1 ? r.next : argv + 1;
	while (plan->command != r.next && (*operand++ = *r.next++) != NULL)
		;
	return dashes;
}

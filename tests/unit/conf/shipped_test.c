/* What comes with reeve says what the tables say: the manual page, and the files that are installed. */
#include "conf_world.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/text.h"
#include "conf/keyword.h"

static char *read_shipped(const char *name)
{
	char *text;
	size_t len;
	OWN(fd) int tree = open(SHIPPED_FROM, O_PATH | O_DIRECTORY | O_CLOEXEC);

	assert_true(tree >= 0);
	assert_int_equal(io_read_file(tree, name, 1 << 20, &text, &len), 0);
	return text;
}

/* The part of the page about one kind of section, cut out of it. */
static char *page_section(char *page, const char *kind)
{
	char head[64], *at, *end;

	(void)snprintf(head, sizeof head, ".Ss [%s", kind);
	at = strstr(page, head);
	assert_non_null(at);
	end = strstr(at + 1, "\n.S");
	while (end != NULL && end[3] == 'x') /* a reference, no heading */
		end = strstr(end + 1, "\n.S");
	assert_non_null(end);
	return strndup(at, (size_t)(end - at));
}

static void the_manual_has_every_setting_and_its_default(void **state)
{
	OWN(mem) char *page = read_shipped("man/reeve.ini.5");
	size_t n;

	(void)state;
	for (size_t k = 0; conf_kind(k) != NULL; k++) {
		OWN(mem) char *section = page_section(page, conf_kind(k));
		const struct keyword *rows = conf_keywords(conf_kind(k), &n);

		for (size_t i = 0; i < n; i++) {
			const char *fallback = rows[i].fallback != NULL ? rows[i].fallback : "";
			bool is_built_in = fallback[0] == '/'; /* configure chose it */
			char entry[256];
			const char *at;

			/* A setting without a default may share its entry with others. */
			(void)snprintf(entry, sizeof entry, is_built_in ? "Ic %s = /" : fallback[0] != '\0' ? "Ic %s = %s\n" : "Ic %s",
			               rows[i].name, fallback);
			at = strstr(section, entry);
			if (at == NULL || (fallback[0] == '\0' && strchr("\n ", at[strlen(entry)]) == NULL))
				fail_msg("reeve.ini(5), [%s]: no \"%s\"", conf_kind(k), entry);
		}
	}
}

/* Takes the comment sign off every line that would be a header or a setting. */
static void enable(char *text)
{
	char *to = text;

	for (const char *line = text; *line != '\0';) {
		size_t len = strcspn(line, "\n"), word = strspn(line + 1, "abcdefghijklmnopqrstuvwxyz_");

		len += line[len] == '\n';
		if (line[0] == ';' && (line[1] == '[' || (word > 0 && line[1 + word + strspn(line + 1 + word, " ")] == '='))) {
			line++;
			len--;
		}
		memmove(to, line, len);
		to += len;
		line += len;
	}
	*to = '\0';
}

/* Both files as one text, without the [include] that only files may have. */
static struct conf *parse_shipped(bool enabled)
{
	OWN(mem) char *main_file = read_shipped("conf/reeve.ini"), *service = read_shipped("conf/services.d/hello.ini");
	OWN(mem) char *all = malloc(1 << 16);
	char *include = strstr(main_file, "[include]\n"), *after;
	struct text t;

	assert_non_null(include);
	after = strstr(include, "\n\n");
	assert_non_null(after);
	*include = '\0';
	text_init(&t, all, 1 << 16);
	text_add(&t, main_file);
	text_add(&t, after);
	text_add(&t, service);
	assert_false(t.full);
	if (enabled)
		enable(all);
	return parse(all);
}

static void the_installed_files_run_nothing_as_they_come(void **state)
{
	struct conf *c = parse_shipped(false);

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->services_n, 0);
	conf_unref(c);
}

static void the_installed_examples_are_good(void **state)
{
	struct conf *c = parse_shipped(true);

	(void)state;
	assert_no_mistake(c);
	assert_non_null(conf_child(c, "acme:mail"));
	assert_non_null(conf_child(c, "default:hello-01"));
	conf_unref(c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_has_every_setting_and_its_default),
		cmocka_unit_test(the_installed_files_run_nothing_as_they_come),
		cmocka_unit_test(the_installed_examples_are_good),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

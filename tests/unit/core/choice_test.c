#include "core/choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/core.h"
#include "core/service.h"

/* conf's counting, without its parser. */
struct conf *conf_ref(struct conf *c)
{
	return c;
}

void conf_unref(struct conf *c)
{
	(void)c;
}

static const char *const names[] = { "acme-two:mail", "acme:mail", "acme:web-01", "acme:web-02", "globex:mail" };

struct house {
	struct core           core;
	struct conf           conf;
	struct workspace_conf workspaces[3];
	struct child_conf     confs[ARRAY_LEN(names)];
	struct service        services[ARRAY_LEN(names)];
	struct service       *all[ARRAY_LEN(names)];
	uint8_t               packed[2][64];
	struct rights        *rights;
};

/* uid 1000 is an admin of acme; uid 1001 observes globex. */
static void make_house(struct house *h)
{
	static const unsigned place[] = { 1, 0, 0, 0, 2 };

	*h = (struct house){ .workspaces = { { .name = "acme" }, { .name = "acme-two" }, { .name = "globex" } } };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		h->confs[i] = (struct child_conf){ .name = names[i], .workspace = &h->workspaces[place[i]] };
		h->services[i].conf = &h->confs[i];
		h->all[i] = &h->services[i];
	}
	h->core.roster = (struct roster){ .all = h->all, .count = ARRAY_LEN(names), .room = ARRAY_LEN(names) };
	assert_int_equal(texts_add(&h->workspaces[0].admins, h->packed[0], 64, "uid:1000"), 0);
	assert_int_equal(texts_add(&h->workspaces[2].observers, h->packed[1], 64, "uid:1001"), 0);
	h->conf.workspaces = h->workspaces;
	h->conf.workspaces_n = 3;
	assert_int_equal(rights_from(&h->conf, &(struct accounts_text){ NULL, NULL }, &h->rights), 0);
}

/* The names chosen, joined by blanks; or the refusal's code. */
static const char *choose(struct house *h, uid_t uid, bool acts, const char *const *asked)
{
	static char said[512];
	struct peer peer = { .uid = uid };
	struct asker asker = { h->rights, &peer, acts };
	struct texts list = { .packed = NULL };
	struct refusal_text why;
	struct choice choice;
	uint8_t packed[1024];
	struct text t;

	for (; *asked != NULL; asked++)
		assert_int_equal(texts_add(&list, packed, sizeof packed, *asked), 0);
	text_init(&t, said, sizeof said);
	if (choice_make(&h->core, &asker, &list, &choice, &why) < 0) {
		assert_true(why.text[0] != '\0');
		text_addf(&t, "%s%s%s", why.code, why.needs[0] != '\0' ? " " : "", why.needs);
		return said;
	}
	for (size_t i = 0; i < choice.count; i++)
		text_addf(&t, "%s%s", i > 0 ? " " : "", service_name(choice.all[i]));
	choice_done(&choice);
	return said;
}

#define ASK(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NOTHING  ((const char *const[]){ NULL })
#define ALL      "acme-two:mail acme:mail acme:web-01 acme:web-02 globex:mail"

static void names_and_patterns_choose_each_child_once_and_in_order(void **state)
{
	struct house h;

	(void)state;
	make_house(&h);
	assert_string_equal(choose(&h, 0, true, ASK("globex:mail", "acme:mail", "acme:mail")), "acme:mail globex:mail");
	assert_string_equal(choose(&h, 0, true, ASK("acme:*")), "acme:mail acme:web-01 acme:web-02");
	assert_string_equal(choose(&h, 0, true, ASK("acme:*", "acme:web-01")), "acme:mail acme:web-01 acme:web-02");
	assert_string_equal(choose(&h, 0, true, ASK("acme-two:*")), "acme-two:mail");
	assert_string_equal(choose(&h, 0, true, ASK("all")), ALL);
	assert_string_equal(choose(&h, 0, true, ASK("*")), ALL);
	assert_string_equal(choose(&h, 0, false, NOTHING), ALL);
	rights_free(h.rights);
}

static void a_name_that_is_nobodys_refuses_the_whole(void **state)
{
	static const char *const wrong[] = {
		"", "acme", "acme:", ":*", "acme:web", "acme:web-*", "acme:mail:*", "nosuch:*", "ACME:*", "acme:mail ",
	};
	struct house h;

	(void)state;
	make_house(&h);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_string_equal(choose(&h, 0, true, ASK("acme:mail", wrong[i])), "no_such_child");
	rights_free(h.rights);
}

static void one_child_of_others_denies_the_whole(void **state)
{
	struct house h;

	(void)state;
	make_house(&h);
	assert_string_equal(choose(&h, 1000, true, ASK("acme:*")), "acme:mail acme:web-01 acme:web-02");
	assert_string_equal(choose(&h, 1000, true, ASK("acme:*", "globex:mail")),
	                    "permission_denied workspace admin of globex");
	assert_string_equal(choose(&h, 1000, true, ASK("all")), "permission_denied workspace admin of acme-two");
	assert_string_equal(choose(&h, 1000, false, ASK("globex:*")), "permission_denied observer of globex");
	assert_string_equal(choose(&h, 1001, true, ASK("globex:mail")), "permission_denied workspace admin of globex");
	assert_string_equal(choose(&h, 1001, false, ASK("globex:mail")), "globex:mail");
	rights_free(h.rights);
}

static void without_names_each_gets_what_is_his(void **state)
{
	struct house h;

	(void)state;
	make_house(&h);
	assert_string_equal(choose(&h, 1000, false, NOTHING), "acme:mail acme:web-01 acme:web-02");
	assert_string_equal(choose(&h, 1001, false, NOTHING), "globex:mail");
	assert_string_equal(choose(&h, 1001, true, NOTHING), "");
	rights_free(h.rights);
}

static void a_stranger_does_not_even_learn_which_names_exist(void **state)
{
	struct house h;

	(void)state;
	make_house(&h);
	assert_string_equal(choose(&h, 7, false, ASK("acme:mail")), "permission_denied observer");
	assert_string_equal(choose(&h, 7, false, ASK("nosuch:child")), "permission_denied observer");
	assert_string_equal(choose(&h, 7, false, NOTHING), "permission_denied observer");
	rights_free(h.rights);
}

static void an_empty_house_has_nobody_and_that_is_fine(void **state)
{
	struct house h;

	(void)state;
	make_house(&h);
	h.core.roster.count = 0;
	assert_string_equal(choose(&h, 0, false, NOTHING), "");
	assert_string_equal(choose(&h, 0, true, ASK("all")), "");
	assert_string_equal(choose(&h, 0, true, ASK("acme:*")), "no_such_child");
	rights_free(h.rights);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_patterns_choose_each_child_once_and_in_order),
		cmocka_unit_test(a_name_that_is_nobodys_refuses_the_whole),
		cmocka_unit_test(one_child_of_others_denies_the_whole),
		cmocka_unit_test(without_names_each_gets_what_is_his),
		cmocka_unit_test(a_stranger_does_not_even_learn_which_names_exist),
		cmocka_unit_test(an_empty_house_has_nobody_and_that_is_fine),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "core/rights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* conf's counting, without its parser. */
struct conf *conf_ref(struct conf *c)
{
	c->refs++;
	return c;
}

void conf_unref(struct conf *c)
{
	c->refs--;
}

static const struct accounts_text accounts = {
	.passwd = "alice:x:1000:1000::/:\nolga:x:1001:1001::/:\nsame:x:500:500::/:\n",
	.group  = "ops:x:2000:alice\nacme-ops:x:2001:\n",
};

struct house {
	struct conf           conf;
	struct workspace_conf workspaces[2];
	uint8_t               packed[6][128];
	struct rights        *rights;
};

static void put(struct texts *list, uint8_t *buf, const char *const *names)
{
	for (; *names != NULL; names++)
		assert_int_equal(texts_add(list, buf, 128, *names), 0);
}

static void make_house(struct house *h)
{
	*h = (struct house){ .workspaces = { { .name = "acme" }, { .name = "globex" } } };
	put(&h->conf.org.admins, h->packed[0], (const char *const[]){ "group:ops", "uid:77", NULL });
	put(&h->conf.org.observers, h->packed[1], (const char *const[]){ "user:olga", "user:ghost", NULL });
	put(&h->workspaces[0].admins, h->packed[2], (const char *const[]){ "user:alice", "group:acme-ops", NULL });
	put(&h->workspaces[1].observers, h->packed[3], (const char *const[]){ "user:alice", "gid:3000", NULL });
	put(&h->workspaces[1].admins, h->packed[4], (const char *const[]){ "alice", "user:", "uid:", "uid:-1",
	    "uid:4294967295", "USER:alice", "group:alice", NULL });
	h->conf.workspaces = h->workspaces;
	h->conf.workspaces_n = 2;
	assert_int_equal(rights_from(&h->conf, &accounts, &h->rights), 0);
}

static void end_house(struct house *h)
{
	rights_free(h->rights);
	assert_int_equal(h->conf.refs, 0);
}

static struct peer user(uid_t uid)
{
	return (struct peer){ .uid = uid, .groups = { 60000 }, .groups_n = 1 };
}

static void root_and_the_own_user_do_everything(void **state)
{
	struct peer root = user(0), own = user(geteuid());
	struct house h;

	(void)state;
	make_house(&h);
	assert_true(rights_is_org_admin(h.rights, &root));
	assert_true(rights_is_org_admin(h.rights, &own));
	assert_true(rights_may_act(h.rights, &root, "acme"));
	assert_true(rights_may_see(h.rights, &root, NULL));
	end_house(&h);
}

static void a_stranger_may_nothing(void **state)
{
	struct peer stranger = user(4242);
	struct house h;

	(void)state;
	make_house(&h);
	assert_false(rights_is_known(h.rights, &stranger));
	assert_false(rights_is_org_admin(h.rights, &stranger));
	assert_false(rights_may_act(h.rights, &stranger, "acme"));
	assert_false(rights_may_see(h.rights, &stranger, "acme"));
	assert_false(rights_may_see(h.rights, &stranger, NULL));
	end_house(&h);
}

static void a_workspace_admin_acts_in_his_workspace_alone(void **state)
{
	struct peer alice = user(1000);
	struct house h;

	(void)state;
	make_house(&h);
	assert_true(rights_is_known(h.rights, &alice));
	assert_true(rights_may_act(h.rights, &alice, "acme"));
	assert_true(rights_may_see(h.rights, &alice, "acme"));
	assert_false(rights_may_act(h.rights, &alice, "globex"));
	assert_true(rights_may_see(h.rights, &alice, "globex")); /* where he is an observer */
	assert_false(rights_may_act(h.rights, &alice, "acm"));
	assert_false(rights_may_act(h.rights, &alice, ""));
	assert_false(rights_may_see(h.rights, &alice, NULL));
	assert_false(rights_is_org_admin(h.rights, &alice));
	end_house(&h);
}

static void an_observer_looks_everywhere_and_acts_nowhere(void **state)
{
	struct peer olga = user(1001);
	struct house h;

	(void)state;
	make_house(&h);
	assert_true(rights_may_see(h.rights, &olga, NULL));
	assert_true(rights_may_see(h.rights, &olga, "globex"));
	assert_false(rights_may_act(h.rights, &olga, "globex"));
	assert_false(rights_is_org_admin(h.rights, &olga));
	end_house(&h);
}

static void groups_count_whether_own_or_supplementary(void **state)
{
	struct peer by_gid = { .uid = 5, .groups = { 2000 }, .groups_n = 1 };
	struct peer by_more = { .uid = 5, .groups = { 9, 8, 2001 }, .groups_n = 3 };
	struct house h;

	(void)state;
	make_house(&h);
	assert_true(rights_is_org_admin(h.rights, &by_gid));
	assert_true(rights_may_act(h.rights, &by_more, "acme"));
	assert_false(rights_is_org_admin(h.rights, &by_more));
	by_more.groups_n = 2; /* what lies behind the count is not his */
	assert_false(rights_may_act(h.rights, &by_more, "acme"));
	end_house(&h);
}

static void a_user_and_a_group_of_one_number_are_two(void **state)
{
	struct peer uid_2000 = user(2000), gid_77 = { .uid = 5, .groups = { 77 }, .groups_n = 1 };
	struct house h;

	(void)state;
	make_house(&h);
	assert_false(rights_is_org_admin(h.rights, &uid_2000));
	assert_false(rights_is_org_admin(h.rights, &gid_77));
	end_house(&h);
}

static void entries_that_make_no_sense_grant_nothing(void **state)
{
	struct peer nobody = user((uid_t)-1), alice = user(1000);
	struct house h;

	(void)state;
	make_house(&h);
	assert_false(rights_may_act(h.rights, &nobody, "globex"));
	assert_false(rights_may_act(h.rights, &alice, "globex"));
	end_house(&h);
}

static void without_accounts_only_numbers_count(void **state)
{
	static const struct accounts_text none = { NULL, NULL };
	struct peer by_uid = user(77), alice = user(1000);
	struct rights *r;
	struct house h;

	(void)state;
	make_house(&h);
	assert_int_equal(rights_from(&h.conf, &none, &r), 0);
	assert_true(rights_is_org_admin(r, &by_uid));
	assert_false(rights_may_act(r, &alice, "acme"));
	rights_free(r);
	end_house(&h);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_and_the_own_user_do_everything),
		cmocka_unit_test(a_stranger_may_nothing),
		cmocka_unit_test(a_workspace_admin_acts_in_his_workspace_alone),
		cmocka_unit_test(an_observer_looks_everywhere_and_acts_nowhere),
		cmocka_unit_test(groups_count_whether_own_or_supplementary),
		cmocka_unit_test(a_user_and_a_group_of_one_number_are_two),
		cmocka_unit_test(entries_that_make_no_sense_grant_nothing),
		cmocka_unit_test(without_accounts_only_numbers_count),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

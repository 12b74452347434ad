
UNIT_CONTROL    = %D%/accounts_test %D%/choice_test %D%/client_test %D%/events_test %D%/jobs_test %D%/rights_test
check_PROGRAMS += $(UNIT_CONTROL)
TESTS          += $(UNIT_CONTROL)
%C%_accounts_test_CFLAGS = $(TEST_CFLAGS)
%C%_accounts_test_LDADD  = $(LIB_CORE) $(LIB_BASE) $(TEST_LIBS)
%C%_choice_test_CFLAGS   = $(TEST_CFLAGS)
%C%_choice_test_LDADD    = $(LIB_CORE) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)
%C%_client_test_CFLAGS   = $(TEST_CFLAGS)
%C%_client_test_LDADD    = $(LIB_CORE) $(LIB_WIRE) $(LIB_LOOP) $(LIB_SYS) $(LIB_BASE) $(EV_LIBS) $(TEST_LIBS)
%C%_events_test_CFLAGS   = $(TEST_CFLAGS)
%C%_events_test_LDADD    = $(LIB_CORE) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)
%C%_jobs_test_CFLAGS     = $(TEST_CFLAGS)
%C%_jobs_test_LDADD      = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)
%C%_rights_test_CFLAGS   = $(TEST_CFLAGS)
%C%_rights_test_LDADD    = $(LIB_CORE) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)

# Bundles: what is known of them, heal, upgrade.
UNIT_CORE_BUNDLES = %D%/heal_test %D%/pointers_test %D%/refusals_test %D%/store_client_test \
	%D%/updates_test %D%/upgrade_plan_test %D%/upgrade_roll_test %D%/upgrade_test
check_PROGRAMS += $(UNIT_CORE_BUNDLES)
TESTS          += $(UNIT_CORE_BUNDLES)
STAGE_CLOCK     = tests/fake/stage_clock.c tests/fake/stage_clock.h
UPGRADE_STORY   = tests/fake/upgrade_story.c tests/fake/upgrade_story.h $(FAKE_ENGINES)
FAKE_ENGINES    = tests/fake/engines.c tests/fake/engines.h $(STAGE_CLOCK)
%C%_heal_test_SOURCES        = %D%/heal_test.c $(FAKE_ENGINES)
%C%_heal_test_CFLAGS         = $(TEST_CFLAGS) -I$(top_srcdir)/tests
%C%_heal_test_LDADD          = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)
%C%_pointers_test_CFLAGS     = $(TEST_CFLAGS)
%C%_pointers_test_LDADD      = $(LIB_CORE) $(LIB_BASE) $(TEST_LIBS)
%C%_refusals_test_CFLAGS     = $(TEST_CFLAGS)
%C%_refusals_test_LDADD      = $(LIB_CORE) $(LIB_BASE) $(TEST_LIBS)
%C%_upgrade_plan_test_CFLAGS = $(TEST_CFLAGS)
%C%_upgrade_plan_test_LDADD  = $(LIB_CORE) $(LIB_BASE) $(TEST_LIBS)
%C%_upgrade_test_SOURCES     = %D%/upgrade_test.c $(UPGRADE_STORY)
%C%_upgrade_test_CFLAGS      = $(TEST_CFLAGS) -I$(top_srcdir)/tests
%C%_upgrade_test_LDADD       = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)

# The machine, and the pure decisions beside it.
UNIT_CORE_PURE  = %D%/sinks_test %D%/budget_test %D%/ending_test %D%/helper_test %D%/policy_test %D%/service_test %D%/state_test
check_PROGRAMS += $(UNIT_CORE_PURE)
TESTS          += $(UNIT_CORE_PURE)
%C%_budget_test_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests
%C%_budget_test_LDADD  = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_FAKE) $(LIB_BASE) $(TEST_LIBS) $(INIH_LIBS)
CHILDREN_STORY  = tests/fake/children_story.c tests/fake/children_story.h
%C%_ending_test_SOURCES = %D%/ending_test.c $(CHILDREN_STORY)
%C%_ending_test_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests
%C%_ending_test_LDADD  = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_FAKE) $(LIB_BASE) $(TEST_LIBS) $(INIH_LIBS)
%C%_helper_test_SOURCES = %D%/helper_test.c $(CHILDREN_STORY)
%C%_helper_test_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests
%C%_helper_test_LDADD  = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_FAKE) $(LIB_BASE) $(TEST_LIBS) $(INIH_LIBS)
%C%_policy_test_CFLAGS = $(TEST_CFLAGS)
%C%_policy_test_LDADD  = $(LIB_CORE) $(LIB_BASE) $(TEST_LIBS)
%C%_service_test_CFLAGS = $(TEST_CFLAGS) -I$(top_srcdir)/tests
%C%_service_test_LDADD  = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_FAKE) $(LIB_BASE) $(TEST_LIBS) $(INIH_LIBS)
%C%_state_test_CFLAGS  = $(TEST_CFLAGS)
%C%_state_test_LDADD   = $(LIB_CORE) $(LIB_BASE) $(TEST_LIBS)
%C%_store_client_test_SOURCES = %D%/store_client_test.c $(STAGE_CLOCK)
%C%_store_client_test_CFLAGS  = $(TEST_CFLAGS) -I$(top_srcdir)/tests
%C%_store_client_test_LDADD   = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)
%C%_updates_test_SOURCES      = %D%/updates_test.c $(FAKE_ENGINES)
%C%_updates_test_CFLAGS       = $(TEST_CFLAGS) -I$(top_srcdir)/tests
%C%_updates_test_LDADD        = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)
%C%_upgrade_roll_test_SOURCES = %D%/upgrade_roll_test.c $(UPGRADE_STORY)
%C%_upgrade_roll_test_CFLAGS  = $(TEST_CFLAGS) -I$(top_srcdir)/tests
%C%_upgrade_roll_test_LDADD   = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)
%C%_sinks_test_CFLAGS = $(TEST_CFLAGS)
%C%_sinks_test_LDADD  = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_BASE) $(TEST_LIBS)

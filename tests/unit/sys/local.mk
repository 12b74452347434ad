UNIT_SYS        = %D%/cgroup_find_test
check_PROGRAMS += $(UNIT_SYS)
TESTS          += $(UNIT_SYS)
%C%_cgroup_find_test_CFLAGS = $(TEST_CFLAGS)
%C%_cgroup_find_test_LDADD  = $(LIB_SYS) $(LIB_BASE) $(TEST_LIBS)

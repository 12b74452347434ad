UNIT_CONF = %D%/load_test
check_PROGRAMS += $(UNIT_CONF)
TESTS          += $(UNIT_CONF)
%C%_load_test_CFLAGS = $(TEST_CFLAGS)
%C%_load_test_LDADD  = $(LIB_CONF) $(LIB_WIRE) $(LIB_BASE) $(TEST_LIBS)
EXTRA_DIST += %D%/conf_world.h

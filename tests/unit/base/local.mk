UNIT_BASE = %D%/parse_test
check_PROGRAMS += $(UNIT_BASE)
TESTS          += $(UNIT_BASE)
%C%_parse_test_CFLAGS = $(TEST_CFLAGS)
%C%_parse_test_LDADD  = $(LIB_BASE) $(TEST_LIBS)

UNIT_LOG = %D%/lines_test %D%/ring_test
check_PROGRAMS += $(UNIT_LOG)
TESTS          += $(UNIT_LOG)
%C%_lines_test_CFLAGS = $(TEST_CFLAGS)
%C%_lines_test_LDADD  = $(LIB_LOG) $(LIB_BASE) $(TEST_LIBS)
%C%_ring_test_CFLAGS  = $(TEST_CFLAGS)
%C%_ring_test_LDADD   = $(LIB_LOG) $(LIB_BASE) $(TEST_LIBS)

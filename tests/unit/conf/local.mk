UNIT_CONF = %D%/load_test %D%/reader_test %D%/value_test %D%/text_test %D%/section_test %D%/compare_test %D%/source_test %D%/shipped_test %D%/memory_test %D%/context_test
check_PROGRAMS += $(UNIT_CONF)
TESTS          += $(UNIT_CONF)
CONF_TEST_LIBS  = $(LIB_CONF) $(LIB_WIRE) $(LIB_BASE) $(TEST_LIBS)
%C%_load_test_CFLAGS = $(TEST_CFLAGS)
%C%_load_test_LDADD  = $(CONF_TEST_LIBS)
%C%_reader_test_CFLAGS = $(TEST_CFLAGS)
%C%_reader_test_LDADD  = $(CONF_TEST_LIBS)
%C%_value_test_CFLAGS = $(TEST_CFLAGS)
%C%_value_test_LDADD  = $(CONF_TEST_LIBS)
%C%_text_test_CFLAGS = $(TEST_CFLAGS)
%C%_text_test_LDADD  = $(CONF_TEST_LIBS)
%C%_section_test_CFLAGS = $(TEST_CFLAGS)
%C%_section_test_LDADD  = $(CONF_TEST_LIBS)
%C%_compare_test_CFLAGS = $(TEST_CFLAGS)
%C%_compare_test_LDADD  = $(CONF_TEST_LIBS)
%C%_source_test_CFLAGS = $(TEST_CFLAGS)
%C%_source_test_LDADD  = $(CONF_TEST_LIBS)
%C%_shipped_test_CFLAGS = $(TEST_CFLAGS) -DSHIPPED_FROM='"$(abs_top_srcdir)"'
%C%_shipped_test_LDADD  = $(CONF_TEST_LIBS)
%C%_context_test_CFLAGS = $(TEST_CFLAGS)
%C%_context_test_LDADD  = $(CONF_TEST_LIBS)
%C%_memory_test_CFLAGS  = $(TEST_CFLAGS)
%C%_memory_test_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=mmap,--wrap=munmap
%C%_memory_test_LDADD   = $(CONF_TEST_LIBS)
EXTRA_DIST += %D%/conf_world.h

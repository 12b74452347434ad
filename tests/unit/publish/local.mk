UNIT_PUBLISH = %D%/options_test %D%/payload_test
check_PROGRAMS += $(UNIT_PUBLISH)
TESTS          += $(UNIT_PUBLISH)

%C%_options_test_SOURCES = %D%/options_test.c src/publish/options.c
%C%_options_test_CFLAGS  = $(TEST_CFLAGS)
%C%_options_test_LDADD   = $(LIB_BASE) $(TEST_LIBS)

%C%_payload_test_SOURCES = %D%/payload_test.c src/publish/newfile.c src/publish/payload_read.c \
	src/publish/payload_write.c src/publish/scan.c src/publish/wrong.c
%C%_payload_test_CFLAGS  = $(TEST_CFLAGS) $(ARCHIVE_CFLAGS)
%C%_payload_test_LDADD   = $(LIB_BUNDLE) $(LIB_TREE) $(LIB_BASE) $(ARCHIVE_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) \
	$(TEST_LIBS)

# What unit tests link: cmocka, and the real archives or the fakes that stand in for them.
TEST_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
TEST_LIBS   = $(CMOCKA_LIBS)

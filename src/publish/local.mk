bin_PROGRAMS += reeve-bundle
reeve_bundle_SOURCES = \
	%D%/command.h %D%/draft.c %D%/draft.h %D%/inspect.c %D%/keyfile.c %D%/keyfile.h %D%/keygen.c \
	%D%/main.c %D%/newfile.c %D%/newfile.h %D%/options.c %D%/options.h %D%/pack.c %D%/payload.h \
	%D%/payload_read.c %D%/payload_write.c %D%/publish.c %D%/say.c %D%/say.h %D%/scan.c %D%/scan.h \
	%D%/sign.c %D%/source.c %D%/source.h %D%/verify.c %D%/walk.c %D%/walk.h %D%/wrong.c %D%/wrong.h
reeve_bundle_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(ARCHIVE_CFLAGS)
reeve_bundle_LDADD  = $(LIB_BUNDLE) $(LIB_TREE) $(LIB_BASE) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(ARCHIVE_LIBS)

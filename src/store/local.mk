helper_PROGRAMS  += %D%/reeve-store
noinst_LIBRARIES += %D%/libstore.a
%C%_libstore_a_SOURCES = \
	%D%/asker.c %D%/asker.h %D%/contents.c %D%/contents.h %D%/fault.c %D%/fault.h %D%/faults.def \
	%D%/digests.c %D%/digests.h %D%/fetch.c %D%/fetch.h %D%/fetch_order.h %D%/fetch_role.c %D%/generation.c %D%/generation.h \
	%D%/gc.c %D%/gc.h \
	%D%/job.c %D%/job.h %D%/journal.c %D%/journal.h %D%/json.c %D%/json.h %D%/limits.h %D%/list.c %D%/list.h \
	%D%/mark.c %D%/mark.h %D%/object.c %D%/object.h %D%/offer.h %D%/partial.c %D%/partial.h \
	%D%/place.c %D%/place.h %D%/pull.c %D%/pull.h %D%/recover.c %D%/recover.h %D%/registry.c %D%/registry.h %D%/relink.c %D%/relink.h \
	%D%/release.c %D%/release.h \
	%D%/resolve.c %D%/resolve.h %D%/role.c %D%/role.h %D%/sandbox.c %D%/sandbox.h %D%/sapling.c %D%/sapling.h \
	%D%/seccomp.c %D%/seccomp.h \
	%D%/store.c %D%/store.h %D%/unpack.c %D%/unpack.h %D%/unpack_role.c
%C%_libstore_a_CFLAGS  = $(AM_CFLAGS) $(CURL_CFLAGS) $(ARCHIVE_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)

# Everything but limits.c, which tests replace by a hastier one.
LIB_STORE  = %D%/libstore.a
STORE_LIBS = $(LIB_STORE) $(LIB_BUNDLE) $(LIB_TREE) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) \
	$(CURL_LIBS) $(ARCHIVE_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS)
%C%_reeve_store_SOURCES = %D%/main.c %D%/limits.c
%C%_reeve_store_CFLAGS  = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_reeve_store_LDADD   = $(STORE_LIBS)

# Two archives, so that reeve-launch takes what a tree is without what JSON and signing need.
noinst_LIBRARIES      += %D%/libtree.a
%C%_libtree_a_SOURCES  = \
	%D%/gate.c %D%/gate.h %D%/hash.c %D%/hash.h %D%/index.c %D%/index.h %D%/index_build.c %D%/index_file.h \
	%D%/signatures.c %D%/signatures.h %D%/tree.c %D%/tree.h
LIB_TREE = %D%/libtree.a

noinst_LIBRARIES        += %D%/libbundle.a
%C%_libbundle_a_SOURCES  = \
	%D%/base64.c %D%/base64.h %D%/channel.c %D%/channel.h \
	%D%/compile.c %D%/date.c %D%/date.h %D%/document.c %D%/document.h %D%/manifest.c \
	%D%/manifest.h %D%/manifest_files.c %D%/manifest_needs.c %D%/manifest_parts.h %D%/minisign.c %D%/minisign.h \
	%D%/minisign_file.h %D%/minisign_secret.c %D%/minisign_secret.h
%C%_libbundle_a_CFLAGS   = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
LIB_BUNDLE = %D%/libbundle.a

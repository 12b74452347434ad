# Two archives, so that reeve-launch takes what a tree is without what JSON and signing need.
noinst_LIBRARIES      += %D%/libtree.a
%C%_libtree_a_SOURCES  = \
	%D%/gate.c %D%/gate.h %D%/hash.c %D%/hash.h %D%/index.c %D%/index.h %D%/index_build.c %D%/index_file.h \
	%D%/signatures.c %D%/signatures.h %D%/tree.c %D%/tree.h
LIB_TREE = %D%/libtree.a

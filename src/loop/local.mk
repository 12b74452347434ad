noinst_LIBRARIES      += %D%/libloop.a
%C%_libloop_a_SOURCES  = %D%/loop.h %D%/loop_ev.c
# libev's own header casts between its watcher types; that is its business.
%C%_libloop_a_CFLAGS   = $(AM_CFLAGS) -Wno-cast-qual -Wno-strict-aliasing
LIB_LOOP = %D%/libloop.a

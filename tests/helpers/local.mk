# Programs that integration tests use as fixtures.
HELPERS         = %D%/calls %D%/enter_box %D%/knobs %D%/launch_driver %D%/log_drive %D%/make_tree %D%/refuse_calls %D%/store-drive
check_PROGRAMS += $(HELPERS)
%C%_knobs_SOURCES        = %D%/knobs.c %D%/knobs.h %D%/knobs_context.c
%C%_knobs_CFLAGS         = $(AM_CFLAGS) -I$(top_srcdir)/tests
%C%_knobs_LDADD          = $(LIB_BASE)
%C%_calls_LDADD          =
%C%_enter_box_LDADD      = $(LIB_BASE)
%C%_launch_driver_LDADD  = $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)
%C%_log_drive_LDADD      = $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)
%C%_make_tree_LDADD      = $(LIB_TREE) $(LIB_BASE) $(SHA256_LIBS)
%C%_store_drive_SOURCES  = %D%/store-drive.c
%C%_store_drive_LDADD    = $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)
# reeve-store as it is, but for its patience.
check_PROGRAMS                += %D%/reeve-store-hasty
%C%_reeve_store_hasty_SOURCES  = src/store/main.c %D%/limits_hasty.c
%C%_reeve_store_hasty_CFLAGS   = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_reeve_store_hasty_LDADD    = $(STORE_LIBS)

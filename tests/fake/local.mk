
# A small world in place of sys/ and loop/.
check_LIBRARIES      += %D%/libfake.a
%C%_libfake_a_SOURCES = \
	%D%/cgroup.c %D%/clock.c %D%/family.c %D%/fd.c %D%/launch.c %D%/log.c %D%/loop.c %D%/parts.h %D%/process.c %D%/store.c \
	%D%/world.c %D%/world.h
%C%_libfake_a_CFLAGS  = $(AM_CFLAGS) -I$(top_srcdir)/tests
LIB_FAKE = %D%/libfake.a

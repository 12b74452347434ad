# Everything but main is an archive of its own, for the unit tests.
noinst_LIBRARIES       += %D%/liblaunch.a
%C%_liblaunch_a_SOURCES = \
	%D%/capabilities.c %D%/capabilities.h %D%/cgroup.c %D%/cgroup.h \
	%D%/check_bundle.c \
	%D%/check_host.c \
	%D%/check_program.c \
	%D%/check_room.c \
	%D%/check_view.c \
	%D%/checks.h \
	%D%/credentials.c %D%/credentials.h \
	%D%/denial.c %D%/denial.h \
	%D%/elf.c %D%/elf.h \
	%D%/env_file.c %D%/env_file.h \
	%D%/environment.c %D%/environment.h \
	%D%/identity.c %D%/identity.h \
	%D%/init.c %D%/init.h \
	%D%/ldcache.c %D%/ldcache.h \
	%D%/libraries.c %D%/libraries.h \
	%D%/limits.c %D%/limits.h \
	%D%/mounts.c %D%/mounts.h \
	%D%/namespaces.c %D%/namespaces.h \
	%D%/pin.c %D%/pin.h \
	%D%/preflight.c %D%/preflight.h \
	%D%/program.c %D%/program.h \
	%D%/remount.c %D%/remount.h \
	%D%/report.c %D%/report.h \
	%D%/root.c %D%/root.h \
	%D%/schedule.c %D%/schedule.h \
	%D%/script.c %D%/script.h \
	%D%/seen.c %D%/seen.h \
	%D%/start.c %D%/start.h %D%/sweep.c %D%/sweep.h \
	%D%/steps.c %D%/steps.h \
	%D%/way.c %D%/way.h
LIB_LAUNCH = %D%/liblaunch.a

helper_PROGRAMS       += reeve-launch
reeve_launch_SOURCES   = %D%/main.c
reeve_launch_LDADD     = $(LIB_LAUNCH) $(LIB_SOLO) $(LIB_TREE) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(SHA256_LIBS)

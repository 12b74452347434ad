# Everything but main(), so that the unit tests link what reevectl is made of.
noinst_LIBRARIES    += %D%/libctl.a
%C%_libctl_a_SOURCES = \
	%D%/bundles.c %D%/command.c %D%/command.h %D%/ctl.h %D%/events.c %D%/feed.c %D%/feed.h %D%/healthy.c \
	%D%/json.c %D%/json.h %D%/last.c %D%/last.h %D%/log.c %D%/moment.c %D%/moment.h %D%/names.c %D%/names.h %D%/options.c \
	%D%/options.h %D%/problems.c %D%/problems.h %D%/progress.c %D%/progress.h %D%/reach.c %D%/reach.h %D%/screen.c %D%/screen.h \
	%D%/session.c %D%/session.h %D%/status.c %D%/steer.c %D%/table.c %D%/table.h \
	%D%/upgrade.c %D%/version.c
%C%_libctl_a_CFLAGS  = $(AM_CFLAGS) $(JANSSON_CFLAGS)
LIB_CTL = %D%/libctl.a

bin_PROGRAMS += reevectl
reevectl_SOURCES = %D%/main.c
reevectl_LDADD   = $(LIB_CTL) $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE) $(JANSSON_LIBS)

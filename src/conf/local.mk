noinst_LIBRARIES      += %D%/libconf.a
%C%_libconf_a_CFLAGS   = $(AM_CFLAGS) $(INIH_CFLAGS)
%C%_libconf_a_SOURCES  = \
	%D%/arena.c %D%/arena.h %D%/bundle.c %D%/child.c %D%/compare.c %D%/conf.c %D%/conf.h %D%/draft.c \
	%D%/expand.c %D%/expand.h %D%/keyword.h %D%/kind.c %D%/load.c %D%/load.h %D%/loggers.c %D%/mistake.c %D%/quote.c %D%/quote.h \
	%D%/reader.c %D%/reader.h %D%/reeve.c %D%/registry.c %D%/service.c %D%/setting.c %D%/source.c %D%/type.h \
	%D%/type_cgroup.c \
	%D%/type_file.c \
	%D%/type_list.c \
	%D%/type_log.c \
	%D%/type_number.c \
	%D%/type_one.c \
	%D%/type_reference.c \
	%D%/type_schedule.c \
	%D%/type_set.c \
	%D%/workspace.c
LIB_CONF = %D%/libconf.a $(INIH_LIBS)

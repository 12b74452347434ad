noinst_LIBRARIES     += %D%/liblog.a
%C%_liblog_a_SOURCES  = \
	%D%/follower.c %D%/follower.h %D%/json.c %D%/json.h %D%/lines.c %D%/lines.h %D%/logfile.c %D%/logfile.h %D%/mover.c %D%/mover.h \
	%D%/output.c %D%/output.h %D%/privilege.c %D%/privilege.h %D%/ring.c %D%/ring.h %D%/source.c %D%/source.h \
	%D%/stamp.c %D%/stamp.h %D%/stream.c %D%/stream.h
LIB_LOG = %D%/liblog.a

helper_PROGRAMS     += reeve-log
reeve_log_SOURCES    = %D%/main.c
reeve_log_LDADD      = $(LIB_LOG) $(LIB_WIRE) $(LIB_LOOP) $(LIB_SYS) $(LIB_BASE) $(EV_LIBS)

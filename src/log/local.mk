noinst_LIBRARIES     += %D%/liblog.a
%C%_liblog_a_SOURCES  = \
	%D%/file_sink.c %D%/file_sink.h %D%/follower.c %D%/follower.h %D%/json.c %D%/json.h %D%/lines.c \
	%D%/lines.h %D%/logfile.c %D%/logfile.h %D%/mover.c %D%/mover.h %D%/output.c %D%/output.h %D%/parcel.c \
	%D%/parcel.h %D%/places.c %D%/places.h %D%/privilege.c %D%/privilege.h %D%/ring.c %D%/ring.h %D%/sink.c \
	%D%/sink.h %D%/source.c %D%/source.h %D%/stamp.c %D%/stamp.h %D%/stream.c %D%/stream.h %D%/timeline.c \
	%D%/timeline.h %D%/turns.c %D%/turns.h
LIB_LOG = %D%/liblog.a

helper_PROGRAMS     += reeve-log
reeve_log_SOURCES    = %D%/main.c
reeve_log_LDADD      = $(LIB_LOG) $(LIB_WIRE) $(LIB_LOOP) $(LIB_SYS) $(LIB_BASE) $(EV_LIBS)

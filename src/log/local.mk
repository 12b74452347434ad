noinst_LIBRARIES     += %D%/liblog.a
%C%_liblog_a_SOURCES  = \
	%D%/backups.c %D%/backups.h %D%/file_sink.c %D%/file_sink.h %D%/follower.c %D%/follower.h \
	%D%/frames.c %D%/frames.h %D%/json.c %D%/json.h %D%/keeper.c %D%/keeper.h %D%/lines.c %D%/lines.h \
	%D%/logfile.c %D%/logfile.h %D%/message.c %D%/message.h %D%/mover.c %D%/mover.h %D%/output.c \
	%D%/output.h %D%/parcel.c %D%/parcel.h %D%/part.c %D%/part.h %D%/places.c %D%/places.h %D%/press.c \
	%D%/press.h %D%/privilege.c %D%/privilege.h %D%/ring.c %D%/ring.h %D%/sink.c %D%/sink.h \
	%D%/source.c %D%/source.h %D%/stamp.c %D%/stamp.h %D%/stream.c %D%/stream.h %D%/syslog.c %D%/syslog.h %D%/timeline.c \
	%D%/timeline.h %D%/turns.c %D%/turns.h
LIB_LOG = %D%/liblog.a

helper_PROGRAMS     += reeve-log
reeve_log_SOURCES    = %D%/main.c
reeve_log_LDADD      = $(LIB_LOG) $(LIB_WIRE) $(LIB_LOOP) $(LIB_SYS) $(LIB_BASE) $(EV_LIBS) $(ZSTD_LIBS)

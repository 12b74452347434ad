noinst_LIBRARIES      += %D%/libwire.a
%C%_libwire_a_SOURCES  = \
	%D%/callgroup.c %D%/callgroup.h %D%/channel.c %D%/channel.h %D%/context.h \
	%D%/message.c %D%/message.def %D%/message.h %D%/orders.c %D%/orders.h \
	%D%/record.c %D%/record.h %D%/rows.c %D%/rows.h %D%/schedule.c %D%/schedule.h %D%/socket_path.c %D%/socket_path.h \
	%D%/syslog_address.c %D%/syslog_address.h
LIB_WIRE = %D%/libwire.a

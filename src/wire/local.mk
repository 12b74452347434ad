noinst_LIBRARIES      += %D%/libwire.a
%C%_libwire_a_SOURCES  = \
	%D%/channel.c %D%/channel.h %D%/message.c %D%/message.def %D%/message.h %D%/orders.c %D%/orders.h \
	%D%/record.c %D%/record.h %D%/rows.c %D%/rows.h
LIB_WIRE = %D%/libwire.a

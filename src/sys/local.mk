noinst_LIBRARIES     += %D%/libsys.a
%C%_libsys_a_SOURCES  = %D%/capability.h %D%/clock.h %D%/fd.h %D%/filter.h %D%/process.h \
	%D%/linux/capability.c %D%/linux/clock.c %D%/linux/fd.c %D%/linux/filter.c %D%/linux/process.c
LIB_SYS = %D%/libsys.a

noinst_LIBRARIES     += %D%/libsys.a
%C%_libsys_a_SOURCES  = %D%/clock.h %D%/fd.h %D%/linux/clock.c %D%/linux/fd.c
LIB_SYS = %D%/libsys.a

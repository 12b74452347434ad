noinst_LIBRARIES     += %D%/libsys.a
%C%_libsys_a_SOURCES  = %D%/capability.h %D%/cgroup.h %D%/clock.h %D%/fd.h %D%/filter.h %D%/machine.h %D%/process.h \
	%D%/linux/capability.c %D%/linux/cgroup.c %D%/linux/cgroup_find.c %D%/linux/cgroup_find.h \
	%D%/linux/clock.c %D%/linux/fd.c %D%/linux/filter.c %D%/linux/machine.c %D%/linux/process.c
LIB_SYS = %D%/libsys.a

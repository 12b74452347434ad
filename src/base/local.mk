noinst_LIBRARIES      += %D%/libbase.a
%C%_libbase_a_SOURCES  = \
	%D%/attr.h %D%/capname.c %D%/capname.h %D%/digest.h %D%/io.c %D%/io.h %D%/list.h %D%/log.c %D%/log.h \
	%D%/map.c %D%/map.h %D%/name.c %D%/name.h %D%/own.h %D%/parse.c %D%/parse.h %D%/path.c %D%/path.h \
	%D%/problem.c %D%/problem.h %D%/text.c %D%/text.h
LIB_BASE = %D%/libbase.a

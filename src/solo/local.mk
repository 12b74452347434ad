# For reeve-launch; the front compiles the sources itself, with its own C library.
SOLO_SOURCES = %D%/leftover.c %D%/leftover.h %D%/solo.c %D%/solo.h %D%/terminal.c %D%/terminal.h
noinst_LIBRARIES      += %D%/libsolo.a
%C%_libsolo_a_SOURCES  = $(SOLO_SOURCES)
LIB_SOLO = %D%/libsolo.a

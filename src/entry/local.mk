# The front, one small file: linked statically with musl where configure found it, so it compiles what it
# needs of base and solo itself. (Target-specific variables are GNU make's, as is the rest of this tree.)
sbin_PROGRAMS += reeve
reeve_SOURCES  = \
	%D%/escort.c %D%/escort.h %D%/main.c %D%/option.c %D%/option.h %D%/personality.c %D%/personality.h \
	%D%/plan.c %D%/plan.h %D%/program.c %D%/program.h %D%/say.c %D%/say.h %D%/supervisor.c %D%/supervisor.h \
	$(SOLO_SOURCES) src/base/io.c src/base/parse.c src/base/text.c
reeve_CFLAGS   = $(AM_CFLAGS) $(ENTRY_CFLAGS)
reeve_LDFLAGS  = $(AM_LDFLAGS) $(ENTRY_LDFLAGS)
reeve$(EXEEXT) $(reeve_OBJECTS): CC = $(ENTRY_CC)

# The parts that a unit test can ask.
noinst_LIBRARIES       += %D%/libentry.a
%C%_libentry_a_SOURCES  = \
	%D%/option.c %D%/option.h %D%/personality.c %D%/personality.h %D%/plan.c %D%/plan.h
LIB_ENTRY = %D%/libentry.a

# The names of the inits whose place it can take, only when somebody asks for them.
INIT_NAMES = tini docker-init dumb-init catatonit
.PHONY: install-init-links uninstall-init-links
install-init-links: install-sbinPROGRAMS
	for name in $(INIT_NAMES); do $(LN_S) -f reeve '$(DESTDIR)$(sbindir)'/$$name || exit 1; done
uninstall-init-links:
	cd '$(DESTDIR)$(sbindir)' && for name in $(INIT_NAMES); do \
		test "`readlink $$name`" != reeve || rm -f $$name || exit 1; done

# `make bench`: the project's own numbers, a yardstick beside each, in one run.
BENCHES         = %D%/boot %D%/preflight %D%/trivial
EXTRA_PROGRAMS += $(BENCHES)
CLEANFILES     += $(BENCHES)
EXTRA_DIST     += %D%/run

%C%_boot_SOURCES    = %D%/boot.c
%C%_boot_LDADD      = $(LIB_BASE)
%C%_preflight_SOURCES = %D%/preflight.c
%C%_preflight_LDADD   = $(LIB_TREE) $(LIB_BASE) $(SHA256_LIBS)
%C%_trivial_SOURCES = %D%/trivial.c
%C%_trivial_CFLAGS  = -O2 -ffreestanding -fno-stack-protector
%C%_trivial_LDFLAGS = -nostdlib -static

.PHONY: bench
bench: all $(BENCHES)
	$(srcdir)/bench/run $(abs_builddir)

# `make bench`: the project's own numbers, a yardstick beside each, in one run.
BENCHES         = %D%/boot %D%/flow %D%/least_init %D%/orphans %D%/preflight %D%/runs %D%/stop %D%/trivial
EXTRA_PROGRAMS += $(BENCHES)
CLEANFILES     += $(BENCHES)
EXTRA_DIST     += %D%/README.md %D%/run %D%/entry.sh %D%/lib.sh %D%/log.sh %D%/orphans.sh %D%/status.sh %D%/upgrade.sh

%C%_boot_SOURCES    = %D%/boot.c
%C%_boot_LDADD      = $(LIB_BASE)
%C%_flow_SOURCES    = %D%/flow.c
%C%_flow_LDADD      = $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)
%C%_least_init_SOURCES = %D%/least_init.c
%C%_least_init_CFLAGS  = $(AM_CFLAGS) $(ENTRY_CFLAGS)
%C%_least_init_LDFLAGS = $(AM_LDFLAGS) $(ENTRY_LDFLAGS)
$(%C%_least_init_OBJECTS) %D%/least_init$(EXEEXT): CC = $(ENTRY_CC)
%C%_orphans_SOURCES = %D%/orphans.c
%C%_orphans_LDADD   = $(LIB_BASE)
%C%_preflight_SOURCES = %D%/preflight.c
%C%_preflight_LDADD   = $(LIB_TREE) $(LIB_BASE) $(SHA256_LIBS)
%C%_runs_SOURCES    = %D%/runs.c
%C%_runs_LDADD      = $(LIB_BASE)
%C%_stop_SOURCES    = %D%/stop.c
%C%_stop_LDADD      = $(LIB_BASE)
%C%_trivial_SOURCES = %D%/trivial.c
%C%_trivial_CFLAGS  = -O2 -ffreestanding -fno-stack-protector
%C%_trivial_LDFLAGS = -nostdlib -static

.PHONY: bench
bench: all $(BENCHES) tests/helpers/log_drive
	$(srcdir)/bench/run $(abs_builddir)

# `make bench`: the project's own numbers, a yardstick beside each, in one run.
BENCHES         = %D%/boot %D%/flow %D%/preflight %D%/runs %D%/trivial
EXTRA_PROGRAMS += $(BENCHES)
CLEANFILES     += $(BENCHES)
EXTRA_DIST     += %D%/README.md %D%/run %D%/lib.sh %D%/log.sh %D%/status.sh %D%/upgrade.sh

%C%_boot_SOURCES    = %D%/boot.c
%C%_boot_LDADD      = $(LIB_BASE)
%C%_flow_SOURCES    = %D%/flow.c
%C%_flow_LDADD      = $(LIB_WIRE) $(LIB_SYS) $(LIB_BASE)
%C%_preflight_SOURCES = %D%/preflight.c
%C%_preflight_LDADD   = $(LIB_TREE) $(LIB_BASE) $(SHA256_LIBS)
%C%_runs_SOURCES    = %D%/runs.c
%C%_runs_LDADD      = $(LIB_BASE)
%C%_trivial_SOURCES = %D%/trivial.c
%C%_trivial_CFLAGS  = -O2 -ffreestanding -fno-stack-protector
%C%_trivial_LDFLAGS = -nostdlib -static

.PHONY: bench
bench: all $(BENCHES) tests/helpers/log_drive
	$(srcdir)/bench/run $(abs_builddir)

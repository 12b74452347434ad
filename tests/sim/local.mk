# The whole core on fakes, from a seed: `make sim SEED=n ROUNDS=n`.
SIM = %D%/sim
check_PROGRAMS      += %D%/sim
TESTS               += %D%/sim
%C%_sim_SOURCES      = %D%/invariants.c %D%/requests.c %D%/settings.c %D%/sim.c %D%/sim.h %D%/upgrades.c
%C%_sim_CFLAGS       = $(AM_CFLAGS) -I$(top_srcdir)/tests
%C%_sim_LDADD        = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_FAKE) $(LIB_BASE) $(INIH_LIBS)

# The rules that are programs; each runs in make check, and self-test shows each of them a mistake.
CHECKERS = %D%/check-layers %D%/check-links %D%/check-docs %D%/check-size %D%/check-banned \
	%D%/check-allocation
TESTS      += $(CHECKERS) %D%/self-test
EXTRA_DIST += $(CHECKERS) %D%/self-test %D%/fuzz %D%/lint

# The graph of a child's states, out of the table that decides them.
check_PROGRAMS += %D%/draw_states
%C%_draw_states_SOURCES = %D%/draw_states.c
%C%_draw_states_LDADD   = $(LIB_CORE)

# The messages and their fields, for reeve-protocol(7).
check_PROGRAMS += %D%/draw_protocol
%C%_draw_protocol_SOURCES = %D%/draw_protocol.c
%C%_draw_protocol_LDADD   = $(LIB_WIRE) $(LIB_BASE)

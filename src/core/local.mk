noinst_LIBRARIES      += %D%/libcore.a
%C%_libcore_a_SOURCES  = \
	%D%/action.c %D%/action.h %D%/announce.c %D%/announce.h %D%/attempt.c %D%/attempt.h \
	%D%/budget.c %D%/budget.h %D%/cgroups.c %D%/cgroups.h %D%/check.c %D%/check.h %D%/core.c %D%/core.h %D%/ending.c %D%/ending.h %D%/exit_code.h \
	%D%/feed.c %D%/feed.h %D%/heal.h \
	%D%/helper.c %D%/helper.h %D%/launcher.c %D%/launcher.h %D%/logger.c %D%/logger.h %D%/observer.h \
	%D%/order.c %D%/order.h %D%/policy.c %D%/policy.h %D%/problems.c %D%/problems.h \
	%D%/process.c %D%/process.h %D%/reap.c %D%/reap.h %D%/reload.c %D%/reload.h %D%/reply.c %D%/reply.h \
	%D%/roster.c %D%/roster.h %D%/scope.c %D%/scope.h %D%/sweep.c %D%/sweep.h %D%/service.c %D%/service.h %D%/shutdown.c %D%/shutdown.h \
	%D%/strangers.c %D%/strangers.h \
	%D%/signals.c %D%/signals.h %D%/sinks.c %D%/sinks.h \
	%D%/state.c %D%/state.def %D%/state.h %D%/stream.c %D%/stream.h
# Bundles: what is known of them, heal, upgrade.
%C%_libcore_a_SOURCES += \
	%D%/bundle_list.c %D%/bundle_list.h %D%/bundle_set.c %D%/bundle_set.h %D%/bundles.c %D%/bundles.h \
	%D%/heal.c %D%/heal_parts.h %D%/heal_steps.c %D%/pointers.c %D%/pointers.h %D%/refusals.c %D%/refusals.h \
	%D%/store_client.c %D%/store_client.h %D%/updates.c %D%/updates.h \
	%D%/upgrade.c %D%/upgrade.h %D%/upgrade_child.c %D%/upgrade_gate.c %D%/upgrade_journal.c \
	%D%/upgrade_parts.h %D%/upgrade_plan.c %D%/upgrade_plan.h %D%/upgrade_roll.c %D%/upgrade_steps.c \
	%D%/upgrade_tell.c
# Control: who may ask what, and what is announced.
%C%_libcore_a_SOURCES += \
	%D%/accounts.c %D%/accounts.h %D%/announce.c %D%/asks.c %D%/asks.h %D%/choice.c %D%/choice.h \
	%D%/client.c %D%/client.h %D%/control.c %D%/control.h %D%/events.c %D%/events.h \
	%D%/job_verdict.c %D%/job_verdict.h %D%/jobs.c %D%/jobs.h %D%/reply.c %D%/reply.h \
	%D%/rights.c %D%/rights.h %D%/service_row.c %D%/service_row.h
LIB_CORE = %D%/libcore.a

helper_PROGRAMS    += reeve-core
reeve_core_SOURCES  = \
	%D%/check_config.c %D%/check_config.h %D%/check_startup.c %D%/check_startup.h %D%/main.c \
	%D%/machine.c %D%/machine.h %D%/options.c %D%/options.h
reeve_core_LDADD    = $(LIB_CORE) $(LIB_CONF) $(LIB_WIRE) $(LIB_LOOP) $(LIB_SYS) $(LIB_BASE) $(INIH_LIBS) $(EV_LIBS)

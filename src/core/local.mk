noinst_LIBRARIES      += %D%/libcore.a
%C%_libcore_a_SOURCES  = \
	%D%/announce.h %D%/attempt.h %D%/budget.h %D%/check.h %D%/core.h %D%/heal.h %D%/helper.h \
	%D%/launcher.h %D%/logger.h %D%/observer.h %D%/order.h %D%/policy.h %D%/problems.h %D%/process.h \
	%D%/reap.h %D%/reload.h %D%/roster.h %D%/service.h %D%/shutdown.h %D%/state.c %D%/state.def %D%/state.h
# Bundles: what is known of them, heal, upgrade.
%C%_libcore_a_SOURCES += \
	%D%/bundle_list.c %D%/bundle_list.h %D%/bundle_set.c %D%/bundle_set.h %D%/bundles.c %D%/bundles.h \
	%D%/heal.c %D%/pointers.c %D%/pointers.h %D%/refusals.c %D%/refusals.h \
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

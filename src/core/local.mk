noinst_LIBRARIES      += %D%/libcore.a
%C%_libcore_a_SOURCES  = \
	%D%/announce.h %D%/attempt.h %D%/budget.h %D%/check.h %D%/core.h %D%/heal.h %D%/helper.h \
	%D%/launcher.h %D%/logger.h %D%/observer.h %D%/order.h %D%/policy.h %D%/problems.h %D%/process.h \
	%D%/reap.h %D%/reload.h %D%/roster.h %D%/service.h %D%/shutdown.h %D%/state.c %D%/state.def %D%/state.h
LIB_CORE = %D%/libcore.a

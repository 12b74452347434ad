# Real processes, one script a story. A line each; lib.sh is what they share.
INTEGRATION = %D%/launch_host.sh
TESTS      += $(INTEGRATION)
EXTRA_DIST += %D%/lib.sh $(INTEGRATION)

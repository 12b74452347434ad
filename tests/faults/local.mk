# Scripts that break things half-way; `make faults` runs them in full, make check a few of their steps.
FAULTS = %D%/log_faults.sh %D%/publish_faults.sh %D%/store_faults.sh
TESTS += $(FAULTS)
EXTRA_DIST += $(FAULTS)

# Real processes, one script a story. A line each; lib.sh is what they share.
INTEGRATION  =
INTEGRATION += %D%/launch_bundle.sh
INTEGRATION += %D%/launch_host.sh
INTEGRATION += %D%/log.sh
INTEGRATION += %D%/store_keep.sh
INTEGRATION += %D%/store_pull.sh
INTEGRATION += %D%/registry_hostile.sh
INTEGRATION += %D%/registry_https.sh
INTEGRATION += %D%/registry_trust.sh
INTEGRATION += %D%/ctl.sh %D%/frames.sh %D%/rights.sh
INTEGRATION += %D%/publish.sh
INTEGRATION += %D%/publish_minisign.sh
TESTS      += $(INTEGRATION)
EXTRA_DIST += %D%/lib.sh %D%/org.sh $(INTEGRATION)
EXTRA_DIST += %D%/registry/store.sh %D%/registry/publish.py %D%/registry/hostile.py

# The rules that are programs; each runs in make check, and self-test shows each of them a mistake.
CHECKERS = %D%/check-layers %D%/check-links %D%/check-docs %D%/check-size %D%/check-banned
TESTS      += $(CHECKERS) %D%/self-test
EXTRA_DIST += $(CHECKERS) %D%/self-test

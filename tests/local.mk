# What unit tests link: cmocka, and the real archives or the fakes that stand in for them.
TEST_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
TEST_LIBS   = $(CMOCKA_LIBS)

# How a test is run: programs as they are, .sh with bash, each within a time limit of its own.
# REEVE_HELPER_DIR holds links to every program of this build, and stands first in PATH.
TEST_EXTENSIONS = .sh
LOG_COMPILER    = timeout -k 5 120
SH_LOG_COMPILER = timeout -k 5 300 bash
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	REEVE_HELPER_DIR='$(abs_top_builddir)/helpers'; export REEVE_HELPER_DIR; \
	PATH='$(abs_top_builddir)/helpers':"$$PATH"; export PATH; \
	SANITIZE='$(SANITIZE)'; export SANITIZE; \
	CC='$(CC)'; export CC;

noinst_DATA = helpers/all-linked
helpers/all-linked: $(helper_PROGRAMS) $(sbin_PROGRAMS) $(bin_PROGRAMS) Makefile
	@mkdir -p helpers
	$(AM_V_GEN)for program in $(helper_PROGRAMS) $(sbin_PROGRAMS) $(bin_PROGRAMS); do \
		ln -sf '$(abs_top_builddir)'/$$program helpers/ || exit 1; \
	done; touch $@

# What is shown where: check-docs holds every story of it against the tests.
EXTRA_DIST += %D%/README.md

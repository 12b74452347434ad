# The admin's own files are never overwritten, and only what is still as it came is taken away again.
CONF_FILES = %D%/reeve.ini %D%/services.d/hello.ini
EXTRA_DIST += $(CONF_FILES)
install-data-local: install-conf
uninstall-local: uninstall-conf
install-conf:
	$(MKDIR_P) "$(DESTDIR)$(confdir)/services.d"
	for f in $(CONF_FILES); do \
		to="$(DESTDIR)$(confdir)/$${f#%D%/}"; \
		test -e "$$to" || $(INSTALL_DATA) "$(srcdir)/$$f" "$$to" || exit 1; \
	done
uninstall-conf:
	for f in $(CONF_FILES); do \
		at="$(DESTDIR)$(confdir)/$${f#%D%/}"; \
		if cmp -s "$(srcdir)/$$f" "$$at"; then rm -f "$$at"; fi; \
	done
	-rmdir "$(DESTDIR)$(confdir)/services.d" "$(DESTDIR)$(confdir)" 2>/dev/null
.PHONY: install-conf uninstall-conf

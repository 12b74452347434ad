#!/bin/bash
# bundles and check-updates: who runs what, and four answers of which none is hidden.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

for i in 1 2; do make_version "v$i" "word $i"; done
publish 1.0 1 v1 > /dev/null
org
mkdir "$work/plain" && cp -r "$work/v1/bin" "$work/plain/"
cat >> "$conf" <<-INI
	[bundle:acme/plain]
	path = $work/plain
	[bundle:acme/broken]
	registry = main
	[bundle:acme/unused]
	registry = main
	[service:plain]
	bundle = acme/plain
	command = bin/web
	workspaces = acme
	[service:broken]
	bundle = acme/broken
	command = bin/web
	workspaces = acme
	autostart = no
	INI
org_start
until_ok 10 is initech:web running

note "one row per bundle that somebody depends on"
equal "names" "$(ask bundles "[b['name'] for b in a['bundles']]")" "['acme/broken', 'acme/plain', 'acme/web']"
equal "children" "$(ask bundles "[(b['children'], b['running']) for b in a['bundles'] if b['name'] == 'acme/web']")" "[(3, 3)]"
equal "workspaces" "$(ask bundles acme/web "a['bundles'][0]['workspaces']")" "['acme', 'globex', 'initech']"
equal "sources" "$(ask bundles "[b['source'] for b in a['bundles']]")" "['registry', 'path', 'registry']"
equal "unknown" "$(exit_of reevectl bundles acme/none)" 4

note "nothing newer"
equal "exit" "$(exit_of reevectl check-updates acme/web)" 0

note "something newer, and nothing is changed by asking"
publish 2.0 2 v2 > /dev/null
state=$(store_state)
equal "exit" "$(exit_of reevectl check-updates acme/web)" 10
equal "verdict" "$(ask check-updates acme/web "[(u['verdict'], u['to_version']) for u in a['updates']]")" "[('newer', '2.0')]"
equal "the store" "$(store_state)" "$state"

note "what could not be asked says so, and what is no registry's is excluded with the reason"
equal "exit" "$(exit_of reevectl check-updates)" 11
equal "verdicts" "$(ask check-updates "[(u['bundle'], u['verdict']) for u in a['updates']]")" \
	"[('acme/broken', 'refused'), ('acme/plain', 'excluded'), ('acme/web', 'newer')]"
equal "reasons" "$(ask check-updates "[len(u['reason']) > 10 for u in a['updates']]")" "[True, True, False]"
mv "$registry" "$registry.away"
equal "offline" "$(exit_of reevectl check-updates acme/web)" 11
equal "offline is not up to date" "$(ask check-updates acme/web "a['updates'][0]['verdict'] in ('unknown', 'refused')")" True
mv "$registry.away" "$registry"

note "an upgrade of what comes from a path is refused with the reason"
plain=$(of acme:plain pid)
equal "exit" "$(exit_of reevectl --json upgrade acme/plain)" 4
contains "reason" "$(cat "$work/out")" not-registry
equal "the child runs on" "$(of acme:plain pid)" "$plain"
org_stop

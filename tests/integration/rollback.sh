#!/bin/bash
# Generations: back by one, back by number, and again forward.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

for i in 1 2 3; do make_version "v$i" "word $i"; done
publish 1.0 1 v1 > /dev/null
org
org_start
until_ok 10 all_run 1.0
equal "nothing before the first" "$(exit_of reevectl rollback acme/web)" 4
publish 2.0 2 v2 > /dev/null; upgrade 0
publish 3.0 3 v3 > /dev/null; upgrade 0

note "back to the generation before, with the registry gone"
mv "$registry" "$registry.away"
reevectl --json rollback acme/web > "$work/answer"
equal "result" "$(answered "a['upgrade']['result']")" ok
equal "actions" "$(rows action)" "respawn respawn respawn"
all_run 2.0 || fail "not everybody is on 2.0"
grep -q '"reason": *"rollback"' "$store/names/acme+web/gen/4.json" || fail "the generation does not say rollback"

note "back to one by its number"
reevectl rollback acme/web --to 1 > /dev/null
all_run 1.0 || fail "not everybody is on 1.0"

note "an upgrade goes forward again"
mv "$registry.away" "$registry"
upgrade 0
all_run 3.0 || fail "not everybody is on 3.0"
equal "generation" "$(ask bundles "a['bundles'][0]['generation']")" 6

note "a name with dots is no way out of the store"
equal "traversal" "$(exit_of reevectl rollback ../acme --to 1)" 4
equal "nonsense" "$(exit_of reevectl rollback acme/web --to ..)" 4
all_run 3.0 || fail "somebody moved"
org_stop

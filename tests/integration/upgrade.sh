#!/bin/bash
# One upgrade for the whole org: a row for every child, and what is refused touches nobody.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

for i in 1 2 3 4; do make_version "v$i" "word $i"; done
rm "$work/v4/bin/web" # a release without its own program
v1=$(publish 1.0 1 v1)
org
org_start
until_ok 10 all_run 1.0

note "everybody moves after one pull, a stopped child stays stopped and says deferred"
reevectl stop initech:web > /dev/null
old_pid=$(of acme:web pid)
old_tree=$(tree)
before=$(cd "$old_tree" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
v2=$(publish 2.0 2 v2)
upgrade 0
equal "result" "$(answered "a['upgrade']['result']")" ok
equal "actions" "$(rows action)" "respawn respawn deferred"
equal "outcomes" "$(rows ok)" "True True True"
equal "from" "$(answered "a['upgrade']['from']")" "sha256:$v1"
equal "to" "$(answered "a['upgrade']['to']")" "sha256:$v2"
equal "counts" "$(answered "[a['upgrade'][k] for k in ('respawned','failed','deferred','current')]")" "[2, 0, 1, 0]"
equal "time without service is measured" "$(answered "all(c['gap_ms'] > 0 for c in a['children'] if c['action'] == 'respawn')")" True
[ "$(of acme:web pid)" != "$old_pid" ] || fail "acme:web has its old process"
equal "acme:web" "$(of acme:web version)" 2.0
equal "initech:web" "$(of initech:web state)" stopped
equal "the old tree is bit for bit what it was" "$(cd "$old_tree" && find . -type f -print0 | sort -z | xargs -0 sha256sum)" "$before"

note "it adopts the version when it is next started"
reevectl start initech:web > /dev/null
until_ok 10 all_run 2.0

note "one event per child that moved"
equal "events" "$(grep -c 'bundle.upgraded bundle=acme/web from=1.0 to=2.0' "$work/log")" 2

note "nothing newer is a success that does nothing"
pids=$(ask status all "[c['pid'] for c in a['children']]")
upgrade 0
equal "result" "$(answered "a['upgrade']['result']")" noop
equal "actions" "$(rows action)" "current current current"
equal "nobody was touched" "$(ask status all "[c['pid'] for c in a['children']]")" "$pids"
equal "events" "$(grep -c bundle.upgraded "$work/log")" 2

note "a release that cannot run is refused by the gate: nobody is stopped, the pointer stays"
publish 4.0 4 v4 > /dev/null
upgrade 4
equal "result" "$(answered "a['upgrade']['result']")" refused
contains "a word about why" "$(answered "a['upgrade']['error']")" bin/web
equal "nobody was touched" "$(ask status all "[c['pid'] for c in a['children']]")" "$pids"
equal "the pointer" "$(ask bundles "a['bundles'][0]['version']")" 2.0
equal "no generation" "$(ls "$store/names/acme+web/gen" | wc -l)" 2

note "what nobody installed is refused, and so is nonsense"
equal "unknown" "$(exit_of reevectl upgrade acme/none)" 4
contains "unknown" "$(cat "$work/out")" "not installed in any workspace"
equal "traversal" "$(exit_of reevectl upgrade ../../etc)" 4
equal "no such generation" "$(exit_of reevectl rollback acme/web --to 77)" 4

note "the report is kept with its rows"
report=$(ls -t "$store"/upgrades/*/report.json | tail -1)
equal "rows in the report" "$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["children"]))' "$report")" 3
org_stop
! grep -q '(null)\|undefined' "$work/log" || fail "a word is missing in the log"

#!/bin/bash
# reeve-store or reeve itself is killed in the middle of an upgrade: old or new, never between, and the next one converges.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

for i in 1 2 3; do make_version "v$i" "word $i"; done
sed -i 's/^exec sleep/trap "" TERM\nwhile :; do read -r _ < \/dev\/zero; done\n&/' "$work/v1/bin/web"
publish 1.0 1 v1 > /dev/null
org
org_start
until_ok 10 all_run 1.0
publish 2.0 2 v2 > /dev/null

# store_pid: the reeve-store that reeve started.
store_pid() { pgrep -P "$org_pid" -x reeve-store; }

note "reeve-store dies during the roll: the roll goes on"
reevectl --json upgrade acme/web > "$work/answer" & asking=$!
mine "$asking"
until_ok 10 has_seen 'bundle.flipped version=2.0'
kill -KILL "$(store_pid)"
got=0; wait "$asking" || got=$?
equal "exit" "$got" 0
equal "outcomes" "$(rows ok)" "True True True"
all_run 2.0 || fail "not everybody is on 2.0"

note "reeve is killed during the roll: whoever starts next comes up on the pointer, and the journal is closed"
publish 3.0 3 v3 > /dev/null
reevectl stop globex:web > /dev/null
reevectl --json upgrade acme/web > "$work/answer" 2>&1 & asking=$!
mine "$asking"
until_ok 10 has_seen 'bundle.flipped version=3.0'
kill -KILL "$org_pid"
wait "$org_pid" 2> /dev/null || true
pkill -KILL -f "^/bin/sh $store/" || true
org_start
until_ok 10 all_run 3.0
for journal in "$store"/upgrades/*/journal; do
	[ -e "${journal%journal}report.json" ] || fail "$journal was left open"
done
equal "nothing staged is left" "$(find "$store/tmp" -mindepth 1 | wc -l)" 0
upgrade 0
equal "result" "$(answered "a['upgrade']['result']")" noop
org_stop

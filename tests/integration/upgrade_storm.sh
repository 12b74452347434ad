#!/bin/bash
# Every helper is stopped and killed at random while upgrades run: each of them ends, with the version before or the new
# one and never between, and afterwards everybody gets to the newest.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"
need pgrep

helpers() { pgrep -P "$org_pid" -x "$1" || true; }

# blow NAME: kills, or stops, whoever has that name; how often reeve-store was hit is in $store_hit.
store_hit=0
blow() {
	local pid how=STOP
	[ $((RANDOM % 10)) -ne 0 ] || how=KILL
	for pid in $(helpers "$1"); do
		kill "-$how" "$pid" 2> /dev/null || continue
		[ "$1" != reeve-store ] || store_hit=$((store_hit + 1))
	done
}

# fits OLD NEW: everybody has one of the two versions or is on the way to it, and what the pointer names is whole.
fits() {
	equal "versions" "$(ask status all "set(c['version'] for c in a['children']) <= set(['$1', '$2', ''])")" True
	equal "what is named is whole" "$(exit_of reeve -c "$conf" --check-startup --full)" 0
}

for i in 1 2 3 4 5 6; do make_version "v$i" "word $i"; done
publish 1.0 1 v1 > /dev/null
org "backoff = 20ms" "backoff_max = 200ms"
sed -i 's/^\[reeve\]/&\nrestart_rate = 1000/' "$conf"
org_start
until_ok 10 all_run 1.0

RANDOM=4711
at=1
for i in 2 3 4 5; do
	note "a storm over the upgrade to $i.0"
	publish "$i.0" "$i" "v$i" > /dev/null
	reevectl --json upgrade "$bundle" > "$work/answer.$i" 2>&1 & asked=$!
	mine "$asked"
	until gone "$asked"; do
		case $((RANDOM % 4)) in 0) blow reeve-launch ;; 1) blow reeve-log ;; *) blow reeve-store ;; esac
	done
	wait "$asked" || true # refused, or partly done: what counts is what is there
	fits "$at.0" "$i.0"
	[ "$(ask bundles "a['bundles'][0]['version']")" != "$i.0" ] || at=$i
done
[ "$store_hit" -gt 0 ] || fail "reeve-store was never hit"

note "afterwards everybody gets to the newest"
publish 6.0 6 v6 > /dev/null
upgraded() { reevectl upgrade "$bundle" > /dev/null 2>&1; }
until_ok 60 upgraded
until_ok 30 all_run 6.0
! grep -qi ' bug ' "$work/log" || fail "a bug was met: $(grep -i ' bug ' "$work/log" | head -3)"
org_stop
note "reeve-store was hit $store_hit times"

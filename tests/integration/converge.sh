#!/bin/bash
# What matters is the digest that runs: an org that is mixed becomes one, and an install adopts what the org has.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

for i in 1 2; do make_version "v$i" "word $i"; done
publish 1.0 1 v1 > /dev/null
org
org_start
until_ok 10 all_run 1.0

note "a start takes what the pointer names, and asks no registry, whatever is published"
publish 2.0 2 v2 > /dev/null
mv "$registry" "$registry.away"
reevectl restart acme:web > /dev/null
until_ok 10 is acme:web running
equal "version" "$(of acme:web version)" 1.0

note "a new workspace adopts the org's version"
printf '[workspace:hooli]\n' >> "$conf"
sed -i 's/^workspaces = acme, globex, initech/&, hooli/' "$conf"
reevectl reload > /dev/null
until_ok 10 is hooli:web running
equal "version" "$(of hooli:web version)" 1.0
equal "one flip so far" "$(seen bundle.flipped)" 1
mv "$registry.away" "$registry"

note "the pointer moved, but some still run the old one: mixed is shown, and an upgrade converges"
upgrade 0
"$top_builddir/tests/helpers/store-drive" store="$store" bundle="$bundle" url="$url" key="$work/main.pub" \
	-- pull=1 commit > "$work/out" || fail "store-drive: $(cat "$work/out")"
reevectl restart acme:web > /dev/null
until_ok 10 is acme:web running
equal "mixed" "$(ask status all "sorted(c['version'] for c in a['children'])")" "['1.0', '2.0', '2.0', '2.0']"
upgrade 0
all_run 2.0 || fail "not everybody is on 2.0"

note "the same version with a damaged tree is repaired, not skipped"
chmod u+w "$(tree)/share/page"; echo tampered > "$(tree)/share/page"
upgrade 0
contains "the page" "$(cat "$(tree)/share/page")" "page of word 2"
org_stop

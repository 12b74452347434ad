#!/bin/bash
# A damaged tree is repaired once before a start; what cannot be repaired is refused with the original problem.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/bundle_org.sh"

for i in 1 2; do make_version "v$i" "word $i"; done
v1=$(publish 1.0 1 v1)
capabilities=gpu=2 org
org_start
until_ok 10 all_run 1.0
equal "one install for three children" "$(seen 'bundle.flipped')" 1

# damage PATH: writes to it as nobody should.
damage() {
	chmod u+w "$(tree)/$1"
	printf 'tampered\n' > "$(tree)/$1"
}

note "a damaged file is named, repaired from the registry, and the child runs; the others are not touched"
pid=$(of globex:web pid)
good=$(sha256sum < "$(tree)/share/page")
damage share/page
damage share/same
reevectl restart acme:web > /dev/null
until_ok 10 is acme:web running
equal "the file" "$(sha256sum < "$(tree)/share/page")" "$good"
equal "globex:web" "$(of globex:web pid)" "$pid"
equal "version" "$(of acme:web version)" 1.0
equal "a recovery is no error" "$(grep -c 'error.*bundle.healed' "$work/log" || true)" 0
has_seen 'bundle.healed kind=repair' || fail "no word about the repair"

note "a file that is missing and one that nobody listed are damage too"
chmod u+w "$(tree)/share" && rm -f "$(tree)/share/same"
echo x > "$(tree)/share/extra"
reevectl restart acme:web > /dev/null
until_ok 10 is acme:web running
[ -e "$(tree)/share/same" ] && [ ! -e "$(tree)/share/extra" ] || fail "the tree was not rebuilt"

note "problems of the host or the configuration ask no registry"
before=$(seen bundle.heal-began)
printf 'required_environment = NEEDED\n' >> "$conf"
reevectl reload > /dev/null
until_ok 10 is globex:web dead
contains "reason" "$(of globex:web reason)" NEEDED
equal "heals" "$(seen bundle.heal-began)" "$before"
sed -i '/required_environment/d' "$conf"
reevectl reload > /dev/null
until_ok 10 all_run 1.0

note "the registry is gone: refused with the original problem, ours beside it, and the tree as it was"
mv "$registry" "$registry.away"
find "$store/objects" -type f -exec rm -f {} +
damage share/page
reevectl restart acme:web > /dev/null 2>&1 || true
until_ok 10 is acme:web dead
reevectl --json status acme:web > "$work/answer" || true
equal "the original comes first" "$(answered "[(p['original'], p['problem']['class']) for p in a['problems']][0]" 2>/dev/null ||
	answered "[(p['original'], p['class']) for p in a['children'][0]['problems']][0]")" "(True, 'bundle')"
contains "the path" "$(of acme:web reason)" share/page
equal "the pointer" "$(basename "$(tree)")" "$v1"
reevectl start acme:web > /dev/null 2>&1 || true
until_ok 10 is acme:web dead
equal "asked again because a person asked" "$(seen 'bundle.heal-failed')" 2
mv "$registry.away" "$registry"

note "a version that the host no longer takes is replaced by one that it does"
make_version v3 "word 3"; make_version v4 "word 4"
echo '{"host":{"requires":{"gpu":{"level":2}}}}' > "$work/needs-gpu"
publish 3.0 3 v3 --meta "$work/needs-gpu" > /dev/null
upgrade 0
until_ok 10 all_run 3.0
sed -i '/^capabilities/d' "$conf"
publish 4.0 4 v4 > /dev/null
org_stop
org_start
until_ok 10 all_run 4.0
has_seen 'bundle.healed kind=replace version=4.0' || fail "no word about the replacement"
grep -q '"reason": *"heal"' "$store"/names/acme+web/gen/*.json || fail "the generation does not say heal"
org_stop

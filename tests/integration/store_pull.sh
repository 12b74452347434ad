#!/bin/bash
# One pull from a folder into an empty store, its commit, a second version, and the way back.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
need python3

make_version v1 one
make_version v2 two
first=$(publish acme/mail 1.0.0 1 v1)

note "a check says what there is, and fetches nothing"
drive -- check
contains "check" "$out" "STORE_STAGED same=no"
contains "check" "$out" "to_version=1.0.0 to_seq=1 to=$first"
[ ! -e "$store/trees/acme+mail/$first" ] || fail "a check brought the tree"

note "a pull brings the tree; nothing names it yet"
drive -- pull list
contains "pull" "$out" "objects_new=3 objects_reused=0"
case $out in *STORE_CURRENT*) fail "the pointer stands before the commit" ;; esac
[ ! -e "$store/names/acme+mail/current" ] || fail "the pointer stands before the commit"

note "a commit flips the pointer"
drive -- pull commit list
contains "commit" "$out" "STORE_COMMITTED generation=1"
contains "list" "$out" "STORE_CURRENT bundle=acme/mail version=1.0.0 seq=1 digest=$first generation=1"
tree=$(readlink -f "$store/names/acme+mail/current")
equal "pointer" "$tree" "$(readlink -f "$store/trees/acme+mail/$first")"
same_bytes "an executable" "$tree/bin/mail" "$work/v1/bin/mail"
equal "modes" "$(stat -c %a "$tree" "$tree/bin" "$tree/bin/mail" "$tree/lib/a" | tr '\n' ' ')" "555 555 555 444 "
equal "link" "$(readlink "$tree/lib/link")" a

note "the same again is no work"
drive -- pull commit
contains "same" "$out" "STORE_STAGED same=yes"
contains "same" "$out" "STORE_COMMITTED generation=1"

note "the next version shares what did not change"
second=$(publish acme/mail 2.0.0 2 v2)
drive -- pull commit list
contains "second" "$out" "from_version=1.0.0 from_seq=1 from=$first to_version=2.0.0 to_seq=2 to=$second"
contains "second" "$out" "objects_new=1 objects_reused=2"
contains "second" "$out" "digest=$second generation=2"
equal "shared" "$(stat -c %h "$store/trees/acme+mail/$first/lib/a")" 3

note "back to generation 1 without the registry; the mark stays"
mv "$work/registry" "$work/away"
drive reason=rollback -- pull=1 commit list
contains "rollback" "$out" "to_version=1.0.0"
contains "rollback" "$out" "STORE_COMMITTED generation=3"
contains "rollback" "$out" "digest=$first generation=3"
grep -q '"seq": 2' "$store/names/acme+mail/state.json" || fail "the mark was lowered"
grep -q '"reason": "rollback"' "$store/names/acme+mail/gen/3.json" || fail "the reason is not kept"
mv "$work/away" "$work/registry"

note "without a registry a pull fails, and says what to do"
refused offline offline "url=file://$work/nowhere" -- pull

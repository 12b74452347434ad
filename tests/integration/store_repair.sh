#!/bin/bash
# A damaged tree is made whole again: from objects where they are sound, from the registry where they
# are not, and not at all, with the reason, where neither will do. The version never changes.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
need python3

make_version v1 one
first=$(publish acme/mail 1.0.0 1 v1)
drive -- pull commit
tree=$store/trees/acme+mail/$first
whole() {
	diff -r --no-dereference "$tree" "$work/v1" || fail "$1: the tree is not whole"
	equal "$1: modes" "$(find "$tree" -printf '%m %y\n' | sort -u | tr '\n' ' ')" "444 f 555 d 555 f 777 l "
	equal "$1: pointer" "$(readlink "$store/names/acme+mail/current")" "../../trees/acme+mail/$first"
	equal "$1: staging" "$(find "$store/tmp" "$store/trash" -mindepth 1)" ""
}

# damaged WHAT COMMAND: done to the tree, then repaired.
damaged() {
	note "$1"
	chmod -R u+w "$tree"
	(cd "$tree" && eval "$2")
	[ "${3:-}" = writable ] || { find "$tree" -type d -exec chmod 555 {} +; }
	drive -- repair="$first" commit list
	contains "$1" "$out" "STORE_COMMITTED generation=1"
	whole "$1"
}

mv "$registry" "$work/away"
damaged "a file is gone (offline)" "rm lib/a; chmod 444 lib/deep/b; chmod 555 bin/mail"
damaged "a file more (offline)" "echo x > lib/extra; chmod 444 lib/a lib/deep/b; chmod 555 bin/mail"
damaged "a file in the place of a folder (offline)" "rm -r lib/deep; echo x > lib/deep; chmod 444 lib/a; chmod 555 bin/mail"
damaged "a link that leads elsewhere (offline)" "ln -sfn /etc lib/link; chmod 444 lib/a lib/deep/b; chmod 555 bin/mail"
damaged "a file replaced, not changed (offline)" "rm bin/mail; echo evil > bin/mail; chmod 555 bin/mail; chmod 444 lib/a lib/deep/b"
damaged "folders that can be written (offline)" "chmod 444 lib/a lib/deep/b; chmod 555 bin/mail; chmod 777 lib" writable
damaged "the whole tree gone (offline)" "rm -rf ./* ; true"

note "without the tree's folder, index and signatures (offline)"
wipe "$tree" "$tree.index" "$tree.stat"
drive -- repair="$first"
whole "no tree"

note "changed in place, the object is changed too: offline it cannot be cured, and nothing moves"
chmod u+w "$tree/lib/a"; echo evil >> "$tree/lib/a"; chmod 444 "$tree/lib/a"
before=$(state_of "$store")
refused "nothing to cure with" offline -- repair="$first"
equal "the store" "$(state_of "$store")" "$before"
url=https://127.0.0.1:9/; refused "nobody there" offline -- repair="$first"; url=file://$registry
equal "the store" "$(state_of "$store")" "$before"

note "with the registry it can: the one object comes alone"
mv "$work/away" "$registry"
rm -rf "$work/payloads"; mkdir "$work/payloads"; mv "$registry/b/acme/mail/$first"/payload* "$work/payloads"
drive -- repair="$first" list
contains "one object" "$out" "objects_new=1 objects_reused=2"
whole "changed in place"

note "without single objects the payload does"
mv "$work/payloads"/* "$registry/b/acme/mail/$first/"; rm -r "$registry/o"
chmod u+w "$tree/lib/a"; echo evil >> "$tree/lib/a"
drive -- repair="$first"
whole "by the payload"

note "a manifest that is damaged is fetched anew; an index is compiled anew"
chmod u+w "$store/manifests/$first"; echo x >> "$store/manifests/$first"
chmod u+w "$tree.index"; echo x > "$tree.index"
drive -- repair="$first" list
contains "index" "$out" "version=1.0.0"
equal "manifest" "$(sha256sum < "$store/manifests/$first")" "$first  -"
whole "manifest"

note "an upgrade to the version that is there repairs it, and is not skipped"
chmod u+w "$tree" "$tree/lib"; rm -f "$tree/lib/a"; chmod 555 "$tree" "$tree/lib"
drive -- pull commit
contains "the same, repaired" "$out" "same=yes"
whole "the same version"

note "after all that, and another version that shares files, nobody has anything to hash"
make_version v2 two
publish acme/mail 2.0.0 2 v2 > /dev/null
drive -- pull commit
if command -v strace > /dev/null && strace -o /dev/null true 2>/dev/null && [ -z "${SANITIZE:-}" ]; then
	printf '#!/bin/sh\nexec strace -o %s/trace -e trace=open,openat,openat2 %s/reeve-store\n' "$work" "$REEVE_HELPER_DIR" > "$work/traced"
	chmod +x "$work/traced"
	mv "$registry" "$work/away"
	REEVE_STORE=$work/traced drive -- pull=1
	! grep -E '"(a|b|mail)"' "$work/trace" || fail "a file was read again although only links changed"
	mv "$work/away" "$registry"
fi

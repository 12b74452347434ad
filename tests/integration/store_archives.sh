#!/bin/bash
# Archives that an honest packer never makes, correctly signed: the manifest decides, the store stays as
# it was, and nothing appears anywhere else. Then a large one.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
need python3

make_version v0 zero; echo other > "$work/v0/lib/a"; echo else > "$work/v0/lib/deep/b"
publish acme/mail 0.1.0 1 v0 > /dev/null
drive -- pull commit
before=$(state_of "$store")
cp -a "$store" "$work/pristine"
make_version v1 one
python3 "$top_srcdir/tests/integration/registry/archives.py" "$work/v1" "$work/archives"

seq=1 refusals=0
while read -r name code; do
	seq=$((seq + 1))
	rm -rf "$registry"
	digest=$(publish acme/mail "1.0.$seq" "$seq" v1 --rev "$seq" --no-objects --payload "$work/archives/$name.tar.gz")
	if try -- pull; then
		case $code in ok|any) ;; *) fail "$name: accepted, and should be $code" ;; esac
		tree=$store/trees/acme+mail/$digest
		for f in bin/mail lib/a lib/deep/b; do same_bytes "$name: $f" "$tree/$f" "$work/v1/$f"; done
		equal "$name: modes" "$(stat -c %a:%u "$tree/bin/mail" "$tree/lib/a" "$tree/lib" | tr '\n' ' ')" \
			"555:$(id -u) 444:$(id -u) 555:$(id -u) "
		wipe "$store"; cp -a "$work/pristine" "$store"
	else
		refusals=$((refusals + 1))
		contains "$name" "$out" STORE_FAILED
		case $code in any) ;; *) contains "$name" "$out" " $code: " ;; esac
		equal "$name: the store" "$(state_of "$store")" "$before"
		equal "$name: staging" "$(ls -A "$store/tmp")" ""
	fi
	[ ! -e /tmp/reeve-evil ] && [ ! -e "$work/evil" ] || fail "$name: something was written outside"
	rm -rf "$store/partial/"*
done < "$work/archives/list"
note "$((seq - 1)) archives, $refusals refused"
[ "$refusals" -gt 60 ] || fail "hardly anything was refused"

note "names in UTF-8, in folders of their own"
rm -rf "$registry"
mkdir -p "$work/u/ünï çødé/漢字"; echo hello > "$work/u/ünï çødé/漢字/ß"
seq=$((seq + 1)); digest=$(publish acme/mail 2.0.0 "$seq" u --rev "$seq" --no-objects)
drive -- pull
same_bytes "UTF-8" "$store/trees/acme+mail/$digest/ünï çødé/漢字/ß" "$work/u/ünï çødé/漢字/ß"

note "ten thousand entries"
python3 - "$work/many" <<-'P'
	import os, sys
	for d in range(20):
	    os.makedirs(f"{sys.argv[1]}/d{d:02}")
	    for f in range(500):
	        with open(f"{sys.argv[1]}/d{d:02}/f{f:03}", "w") as o: o.write(f"{f}\n")
	P
seq=$((seq + 1)); digest=$(publish acme/mail 3.0.0 "$seq" many --rev "$seq" --no-objects)
drive -- pull commit
equal "entries" "$(find "$store/trees/acme+mail/$digest" -mindepth 1 | wc -l)" 10020
contains "shared contents" "$(stat -c %h "$store/trees/acme+mail/$digest/d00/f000")" 21

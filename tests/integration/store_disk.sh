#!/bin/bash
# Disks that are full, have no inodes left, are read-only or are two: a clear line, and a store as before.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
need python3 unshare mount
if [ "${1:-}" != inside ]; then
	[ "$(id -u)" = 0 ] || skip "mounts need root"
	unshare -m true 2>/dev/null || skip "no mount namespace to be had here"
	tidy; trap - EXIT
	exec unshare -m bash "$0" inside
fi
mount --make-rprivate /

# on_disk OPTIONS: $store on a tmpfs of its own, with version 1 in it.
on_disk() {
	umount "$store" 2>/dev/null || true
	mkdir -p "$store"
	mount -t tmpfs -o "mode=755,$1" none "$store"
	rm -rf "$registry"; publish acme/mail 1.0.0 1 v1 > /dev/null
	drive -- pull commit
	before=$(state_of "$store")
}
make_version v1 one
make_version v2 two; head -c 30000000 /dev/urandom > "$work/v2/lib/big"
make_version v3 three; for i in $(seq 300); do echo "$i" > "$work/v3/lib/$i"; done

note "full: known before a byte is fetched"
on_disk size=40m
publish acme/mail 2.0.0 2 v2 > /dev/null
refused "too little room" nospace -- pull
contains "how much is missing" "$out" "bytes are needed"
equal "the store" "$(state_of "$store")" "$before"
equal "staging" "$(find "$store/tmp" "$store/partial" -mindepth 1)" ""

note "full: found out on the way"
on_disk size=120m
publish acme/mail 2.0.0 2 v2 --no-objects > /dev/null
head -c 25000000 /dev/zero > "$store/tmp/ballast"
mount -o remount,size=30m "$store"
refused "no room" nospace -- pull
equal "the store" "$(state_of "$store")" "$before"
mount -o remount,size=300m "$store"; rm "$store/tmp/ballast"
drive -- pull commit

note "no inodes"
on_disk size=300m,nr_inodes=400
publish acme/mail 2.0.0 2 v3 > /dev/null
refused "no inodes" nospace -- pull
equal "the store" "$(state_of "$store")" "$before"

note "read-only: what is there can be listed by nobody, and nothing breaks"
on_disk size=300m
publish acme/mail 2.0.0 2 v3 > /dev/null
mount -o remount,ro "$store"
refused "read-only" read-only -- pull
mount -o remount,rw "$store"
equal "the store" "$(state_of "$store")" "$before"
drive -- pull commit

note "staging on another file system"
mount -t tmpfs none "$store/tmp"
refused "two file systems" store-split -- list
umount "$store/tmp"
umount "$store"

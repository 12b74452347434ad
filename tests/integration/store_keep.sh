#!/bin/bash
# What the store keeps: journals and reports, generations after a crash, and what a clean-up may take.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
need python3

for i in 1 2 3 4; do
	make_version "v$i" "word $i"
	digest[i]=$(publish acme/mail "$i.0.0" "$i" "v$i")
	drive -- pull commit
done

note "a journal record is there when it is acknowledged, and the report closes it"
drive id=up-1 -- journal=plan journal=child-begin child=acme:mail child=globex:mail report
equal "answers" "$(printf '%s\n' "$out" | grep -c STORE_DONE)" 3
equal "records" "$(grep -c '"record":"' "$store/upgrades/up-1/journal")" 2
python3 - "$store/upgrades/up-1/report.json" <<-'P' || fail "the report is not what was told"
	import json, sys
	r = json.load(open(sys.argv[1]))
	assert r["result"] == "ok" and r["ok"] is True and r["bundle"] == "acme/mail"
	assert [c["name"] for c in r["children"]] == ["acme:mail", "globex:mail"]
	P
refused "a bad id" bad-request id=../../etc -- journal=plan

note "recovery closes an open journal, sweeps, and marks generations by the pointer"
drive id=up-2 -- journal=plan
[ ! -e "$store/upgrades/up-2/report.json" ] || fail "a report without an end"
mkdir "$store/tmp/999999.0" "$store/trash/999999.0" "$store/trees/acme+mail/.${digest[1]}"
echo x > "$store/tmp/999999.0/17"; chmod 555 "$store/tmp/999999.0"
ln -s nowhere "$store/names/acme+mail/.current.999999"
sed 's/"generation": 4/"generation": 5/; s/committed/pending/' "$store/names/acme+mail/gen/4.json" > "$store/names/acme+mail/gen/6.json"
sed -i 's/"generation": 5/"generation": 6/; s/"digest": "[^"]*"/"digest": "sha256:'"${digest[1]}"'"/' "$store/names/acme+mail/gen/6.json"
sed -i 's/committed/pending/' "$store/names/acme+mail/gen/4.json"
drive bundle= url= -- recover list
contains "recover" "$out" STORE_DONE
contains "the pointer is as it was" "$out" "digest=${digest[4]}"
grep -q interrupted "$store/upgrades/up-2/report.json" || fail "the open journal was not closed"
grep -q abandoned "$store/names/acme+mail/gen/6.json" || fail "a generation that the pointer does not name is not abandoned"
equal "leftovers" "$(find "$store/tmp" "$store/trash" "$store/trees" "$store/names" -mindepth 1 \( -name '.*' -o -name '999999*' \))" ""

note "staging of a living process is left alone"
mkdir "$store/tmp/888888.0"
flock "$store/tmp/888888.0" "$top_builddir/tests/helpers/store-drive" store="$store" -- recover > /dev/null ||
	fail "recovery beside a living staging"
[ -d "$store/tmp/888888.0" ] || fail "a living process's staging was swept"

note "a clean-up keeps what is young"
drive bundle= -- gc
for i in 1 2 3 4; do [ -d "$store/trees/acme+mail/${digest[i]}" ] || fail "tree $i went while it was young"; done

note "of the old it keeps the current, the one before, and what a child runs from"
old=$(date -d '3 days ago' +%Y%m%d%H%M)
touch -t "$old" "$store"/trees/acme+mail/*.index "$store"/manifests/*
drive -- in-use="${digest[1]}" gc
for i in 1 3 4; do
	drive -- repair="${digest[i]}" 2>/dev/null || fail "tree $i does not verify after the clean-up"
done
[ ! -e "$store/trees/acme+mail/${digest[2]}" ] || fail "tree 2 is needed by nobody and stays"
[ ! -e "$store/trees/acme+mail/${digest[2]}.index" ] || fail "tree 2's index stays"
[ ! -e "$store/manifests/${digest[2]}" ] || fail "tree 2's manifest stays"
equal "objects" "$(find "$store/objects" -type f | wc -l)" 5

note "a clean-up waits for no pull, and a pull in flight stops it"
python3 - "$store/lock" "$top_builddir/tests/helpers/store-drive" "$store" <<-'P' || fail "a clean-up beside a pull"
	import fcntl, os, struct, subprocess, sys
	fd = os.open(sys.argv[1], os.O_RDWR)
	fcntl.fcntl(fd, 37, struct.pack("hhqqi", fcntl.F_RDLCK, 0, 0, 0, 0))  # F_OFD_SETLK
	r = subprocess.run([sys.argv[2], "store=" + sys.argv[3], "--", "gc"], capture_output=True, text=True)
	assert r.returncode == 1 and " busy: " in r.stdout, r
	P

note "a second upgrade of the same bundle is refused while one is in flight"
python3 - "$store/names/acme+mail/lock" "$top_builddir/tests/helpers/store-drive" "$store" "$url" <<-'P' || fail "two upgrades of one bundle"
	import fcntl, os, struct, subprocess, sys
	fd = os.open(sys.argv[1], os.O_RDWR)
	fcntl.fcntl(fd, 37, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))
	r = subprocess.run([sys.argv[2], "store=" + sys.argv[3], "bundle=acme/mail", "url=" + sys.argv[4], "insecure=yes",
	                    "--", "pull"], capture_output=True, text=True)
	assert r.returncode == 1 and " busy: " in r.stdout, r
	P

note "a store that is not ours, of another version or open to others is refused"
mkdir "$work/other"; echo hello > "$work/other/file"
refused "a foreign folder" store-foreign store="$work/other" -- list
chmod 777 "$store"; refused "a store open to all" store-owner -- list; chmod 755 "$store"
echo 99 > "$store/VERSION"; refused "another version" store-version -- list

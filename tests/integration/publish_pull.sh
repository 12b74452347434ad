#!/bin/bash
# From a publisher's folder to a tree on a host: what reeve-bundle publishes, reeve-store pulls and trusts.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
need reeve-bundle
cd "$work"
cafe=caf$(printf '\303\251')

# A program with the libraries that it is linked with, as a publisher would bring them.
make_app() {
	local lib
	mkdir -p app/bin app/lib "app/$cafe"
	cp -L "$(type -P bash)" app/bin/shell
	for lib in $(ldd app/bin/shell | awk '$3 ~ /^\// {print $3}'); do
		cp -L "$lib" "app/lib/${lib##*/}.real"
		ln -sfn "${lib##*/}.real" "app/lib/${lib##*/}"
	done
	printf '%s\n' "$1" > "app/$cafe/page $1.html"
}

release() { # release SEQ: packs and publishes it
	make_app "$1"
	reeve-bundle pack app --name acme/mail --version "1.$1" --seq "$1" -o "packed$1" > /dev/null
	reeve-bundle publish "packed$1" "$registry" --key main.key > /dev/null
}

pull() { drive -- pull commit list; tree=$(readlink -f "$store/names/acme+mail/current"); }

reeve-bundle keygen --public main.pub --secret main.key > /dev/null
trust=(key="$work/main.pub")
release 1

note "a signed release arrives whole, and runs with its own libraries"
pull
contains "version" "$out" "version=1.1 seq=1"
(cd app && find . -type f -print0 | sort -z | xargs -0 sha256sum) > want
(cd "$tree" && find . -type f -print0 | sort -z | xargs -0 sha256sum) > got
same_bytes "the tree" want got
equal "it runs" "$(LD_LIBRARY_PATH=$tree/lib "$tree/bin/shell" -c 'echo well')" well

note "only what changed is fetched, file by file or as an archive"
release 2
drive -- pull commit
contains "objects" "$out" "objects_new=1 "
equal "the page" "$(cat "$store/names/acme+mail/current/$cafe/page 2.html")" 2

note "archives alone are enough, of either kind"
only() { # only KIND SEQ: a release that comes as one archive and without objects
	make_app "$2"
	reeve-bundle pack app --name acme/mail --version "1.$2" --seq "$2" -o "packed$2" > /dev/null
	python3 -c 'import json, sys
path, kind = sys.argv[1] + "/bundle.json", sys.argv[2]
manifest = json.load(open(path))
manifest["payloads"] = [p for p in manifest["payloads"] if p["media"].endswith("+" + kind)]
json.dump(manifest, open(path, "w"))
sys.exit(not manifest["payloads"])' "packed$2" "$1" || { note "no $1 in this libarchive"; return 0; }
	reeve-bundle publish "packed$2" "$registry" --key main.key > /dev/null
	mv "$registry/o" objects
	wipe "$store"
	pull
	equal "from an archive by $1" "$(cat "$tree/$cafe/page $2.html")" "$2"
	mv objects "$registry/o"
}
only gzip 3
only zstd 4

note "a publisher that dies between any two steps of signing leaves a channel that installs"
channel=$registry/b/acme/mail/channel/stable.json
id=$(sed -n '1s/.* //p' main.pub)
mkdir old new
cp "$channel" "$channel".* old/
release 5
cp "$channel" "$channel".* new/
cp old/* "${channel%/*}/"
cp "new/stable.json.$id.minisig" "${channel%/*}/"
drive -- pull
contains "before the channel" "$out" "to_version=1.4"
cp new/stable.json "${channel%/*}/"
drive -- pull
contains "after the channel" "$out" "to_version=1.5"
cp new/* "${channel%/*}/"
drive -- pull commit
contains "in the end" "$out" "to_version=1.5"

note "two publishers, where a host asks for two"
reeve-bundle keygen --public other.pub --secret other.key > /dev/null
trust=(key="$work/main.pub" key="$work/other.pub" threshold=2)
release 6
refused "one of two" signature -- pull
reeve-bundle sign "$channel" --key other.key > /dev/null
drive -- pull commit
contains "two of two" "$out" "to_version=1.6"

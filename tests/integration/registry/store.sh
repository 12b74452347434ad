# What the store's tests share beside lib.sh: a registry to publish to, and store-drive to ask with.
# shellcheck shell=bash

store=$work/store
registry=$work/registry
url=file://$registry
bundle=acme/mail
trust=(insecure=yes)
out=

# make_version FOLDER WORD: a small bundle whose files differ by WORD only in one.
make_version() {
	mkdir -p "$work/$1/bin" "$work/$1/lib/deep"
	printf '#!/bin/sh\necho %s\n' "$2" > "$work/$1/bin/mail"
	chmod 755 "$work/$1/bin/mail"
	printf 'the same in every version\n' > "$work/$1/lib/a"
	printf 'and this\n' > "$work/$1/lib/deep/b"
	ln -sf a "$work/$1/lib/link"
}

# publish NAME VERSION SEQ FOLDER [option...]: see publish.py; prints the digest.
publish() {
	local name=$1 version=$2 seq=$3 folder=$4; shift 4
	python3 "$top_srcdir/tests/integration/registry/publish.py" "$registry" "$name" "$version" "$seq" "$work/$folder" "$@"
}

# try [open...] -- request...: prints the answers into $out; returns store-drive's status.
try() {
	local open=() got=0
	while [ "$1" != -- ]; do open+=("$1"); shift; done
	out=$("$top_builddir/tests/helpers/store-drive" \
		store="$store" bundle="$bundle" url="$url" "${trust[@]}" "${open[@]}" "$@" 2>"$work/err") || got=$?
	return "$got"
}

# drive: the same, and it must succeed.
drive() { try "$@" || fail "store-drive $*: $out $(cat "$work/err")"; }

# refused WHAT CODE [open...] -- request...: it must fail with this code, and with a remedy.
refused() {
	local what=$1 code=$2; shift 2
	! try "$@" || fail "$what: it was not refused: $out"
	contains "$what" "$out" "STORE_FAILED"
	contains "$what" "$out" " $code: "
}

# state_of STORE: all that a failure must not touch, in one digest: names (but the high-water mark),
# trees, manifests and objects, with type, mode, owner, target and bytes.
state_of() {
	(cd "$1" && find . \( -path ./tmp -o -path ./partial -o -path ./trash -o -path ./upgrades \) -prune -o \
		! -name state.json -printf '%p %y %m %U %l %s\n' | grep -v '^\. ' | sort
	 cd "$1" && find names trees manifests objects -type f ! -name state.json ! -name '*.stat' -print0 2>/dev/null |
		sort -z | xargs -0r sha256sum) | sha256sum
}

# serve hostile: $registry behind hostile.py, whose plan is in $work/plan and whose log in $work/log.
serve() { : > "$work/plan"; mkdir -p "$registry"; restart_hostile; }

# restart_hostile [CERT KEY]: a server that was never asked anything.
restart_hostile() {
	[ ! -s "$work/pid" ] || kill "$(cat "$work/pid")" 2>/dev/null || true
	rm -f "$work/port"; : > "$work/log"
	python3 "$top_srcdir/tests/integration/registry/hostile.py" "$registry" "$work/port" "$work/plan" "$work/log" "$@" &
	echo $! > "$work/pid"; mine $!
	until_ok 20 test -s "$work/port"
	url=${scheme:-http}://127.0.0.1:$(cat "$work/port")
}

# What the stories about bundles share beside lib.sh and org.sh: an org of three workspaces that run one bundle, a
# registry to publish to, and questions about who runs what.
# shellcheck shell=bash disable=SC2154

. "$top_srcdir/tests/integration/org.sh"

bundle=acme/web
registry=$work/registry
store=$work/store
conf=$work/reeve.ini
url=file://$registry

need python3

# make_version FOLDER WORD [MANIFEST...]: a bundle whose one program says WORD; bin/web is its entry.
make_version() {
	mkdir -p "$work/$1/bin" "$work/$1/share"
	printf '#!/bin/sh\nprintf "%%s says %s\\n" "$0"\nexec sleep 1000000\n' "$2" > "$work/$1/bin/web"
	chmod 755 "$work/$1/bin/web"
	printf 'page of %s\n' "$2" > "$work/$1/share/page"
	printf 'the same in every version\n' > "$work/$1/share/same"
}

# publish VERSION SEQ FOLDER [PACK OPTION...]: packs, signs and publishes; prints the digest.
publish() {
	local version=$1 seq=$2 folder=$3; shift 3
	[ -e "$work/main.key" ] || reeve-bundle keygen --public "$work/main.pub" --secret "$work/main.key" > /dev/null
	reeve-bundle pack "$work/$folder" --name "$bundle" --version "$version" --seq "$seq" --platform any "$@" \
		-o "$work/packed-$version" > /dev/null
	reeve-bundle publish "$work/packed-$version" "$registry" --key "$work/main.key" > /dev/null
	sha256sum < "$work/packed-$version/bundle.json" | cut -d' ' -f1
}

# org [LINE...]: writes reeve.ini; the lines are added to its [service:web].
org() {
	org_begin
	cat >> "$conf" <<-INI
	${capabilities:+capabilities = $capabilities}
	[registry:main]
	url = $url
	key = $work/main.pub
	[bundle:$bundle]
	registry = main
	rollout = ${rollout:-all}
	[workspace:acme]
	environment = ${acme_environment:-WHO=acme}
	[workspace:globex]
	[workspace:initech]
	[service:web]
	bundle = $bundle
	command = bin/web
	workspaces = acme, globex, initech
	startsecs = 0.1
	stopwaitsecs = 2
	INI
	printf '%s\n' "$@" >> "$conf"
}

# ask COMMAND... EXPRESSION: what a Python expression says about the JSON answer `a`.
ask() {
	local expression=${*: -1}
	reevectl --json "${@:1:$#-1}" > "$work/answer" || true
	python3 -c 'import json, sys; a = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$work/answer" "$expression"
}

# answered EXPRESSION: the same about the answer of the last ask, or of `upgrade` below.
answered() {
	python3 -c 'import json, sys; a = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$work/answer" "$1"
}

# of NAME KEY: a column of a child's status.
of() { ask status "$1" "a['children'][0]['$2']"; }

# is NAME STATE
is() { [ "$(of "$1" state)" = "$2" ]; }

# all_run VERSION: whether everybody runs it.
all_run() {
	[ "$(ask status all "all(c['state'] == 'running' and c['version'] == '$1' for c in a['children'])")" = True ]
}

# upgrade EXIT [option...]: upgrades the bundle and expects this exit status; the answer is kept for `answered`.
upgrade() {
	local want=$1 got=0; shift
	reevectl --json upgrade "$bundle" "$@" > "$work/answer" || got=$?
	[ "$got" = "$want" ] || fail "upgrade $*: exit status $got, want $want: $(cat "$work/answer")"
}

# rows KEY: that column of the report's rows, in the order of the names.
rows() { answered "' '.join(str(c['$1']) for c in sorted(a['children'], key=lambda c: c['name']))"; }

# seen PATTERN: how many lines of the log match.
seen() { grep -c -- "$1" "$work/log" || true; }
has_seen() { grep -q -- "$1" "$work/log"; }

# tree: the folder that the pointer names.
tree() { readlink -f "$store/names/acme+web/current"; }

# everything in the store that a refusal must not touch.
store_state() {
	(cd "$store" && find names trees manifests objects \( -name state.json -o -name '*.stat' -o -name lock \) -prune -o -print0 |
		sort -z | xargs -0 stat --printf '%n %A %s %N\n'; cat "$store"/names/*/gen/* 2>/dev/null) | sha256sum
}

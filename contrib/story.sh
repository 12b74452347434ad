#!/bin/bash
# The main job on an example, step by step: check every start, upgrade the whole org at once.
# contrib/quickstart runs it after the build; by hand: contrib/story.sh BUILD_FOLDER
#
# Everything lives in one temporary folder, and nothing outlasts this script.
set -euo pipefail

build=$(cd "${1:?usage: contrib/story.sh BUILD_FOLDER}" && pwd)
demo=$(mktemp -d "${TMPDIR:-/tmp}/reeve-demo.XXXXXX")
export PATH=$build:$PATH
export REEVE_HELPER_DIR=$build/helpers REEVE_SOCKET=$demo/reeve.sock
reeve_pid=

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' dim=$'\e[2m' off=$'\e[0m'; else bold='' dim='' off=''; fi

say()  { printf '\n%s%s%s\n' "$bold" "$*" "$off"; }
note() { printf '  %s%s%s\n' "$dim" "$*" "$off"; }
die()  { printf 'story: %s\n' "$*" >&2; [ ! -s "$demo/reeve.log" ] || tail -n 20 "$demo/reeve.log" >&2; exit 1; }

# Shows a command, runs it, and holds it to the exit status that belongs to the story.
run() {
	local want=$1 got; shift
	printf '  %s$ %s%s\n' "$dim" "$*" "$off"
	set +e
	"$@" 2>&1 | sed 's/^/    /'
	got=${PIPESTATUS[0]}
	set -e
	[ "$got" = "$want" ] || die "'$*' ended with $got where the story wants $want"
	[ "$want" = 0 ] || note "(exit status $got)"
}

# A terminal's progress bar needs the terminal itself.
run_live() {
	local want=$1 got=0; shift
	printf '  %s$ %s%s\n' "$dim" "$*" "$off"
	"$@" || got=$?
	[ "$got" = "$want" ] || die "'$*' ended with $got where the story wants $want"
	note "(exit status $got)"
}

# Waits until a command succeeds: an event with a deadline, not a guess at how long it takes.
until_ok() {
	local deadline=$((SECONDS + $1)); shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || die "gave up waiting for: $*"
		read -rt 0.1 <> <(:) || true
	done
}

tidy() {
	trap '' INT TERM
	if [ -n "$reeve_pid" ] && kill -0 "$reeve_pid" 2>/dev/null; then
		kill -KILL -- "-$reeve_pid" 2>/dev/null || kill -KILL "$reeve_pid" 2>/dev/null || true
	fi
	chmod -R u+w "$demo" 2>/dev/null || true
	rm -rf "$demo"
}
trap tidy EXIT
trap 'exit 130' INT TERM

# ---------------------------------------------------------------------------------------------------

# A folder that a bundle is packed from: busybox's web server and its page, and redis with all the
# libraries that Debian links it with.
make_release() {
	local version=$1 dir=$demo/release-$1 lib
	mkdir -p "$dir/bin" "$dir/lib" "$dir/www"
	cp "$(command -v busybox)" "$dir/bin/busybox"
	cp "$(readlink -f "$(command -v redis-server)")" "$dir/bin/redis-server"
	for lib in $(ldd "$dir/bin/redis-server" | awk '$3 ~ /^\// {print $3}'); do
		case ${lib##*/} in libc.so*|libm.so*|ld-linux*) ;; *) cp -L "$lib" "$dir/lib/" ;; esac
	done
	echo "<h1>site $version</h1>" > "$dir/www/index.html"
	head -c 16M /dev/urandom > "$dir/www/pictures" # nothing of it is in another version: a pull that one can see
	printf '#!/bin/sh\nexec bin/busybox httpd -f -p "127.0.0.1:$PORT" -h www\n' > "$dir/bin/site"
	printf '#!/bin/sh\nexport LD_LIBRARY_PATH="$REEVE_TREE/lib"\nexec bin/redis-server --port 0 --unixsocket "$REEVE_STATE/redis.sock" --save ""\n' > "$dir/bin/cache"
	chmod 755 "$dir"/bin/*
}

port() { # a port of 127.0.0.1 that nobody has now
	python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

page() { python3 -c 'import sys,urllib.request; print(urllib.request.urlopen("http://127.0.0.1:%s/" % sys.argv[1], timeout=5).read().decode().strip())' "$1"; }

tree_file() { echo "$(readlink -f "$demo/store/names/demo+site/current")/$1"; }

damage() {
	local file; file=$(tree_file "$1")
	chmod u+w "$file"; echo 'half an update' >> "$file"; chmod u-w "$file"
}

say "1. A publisher packs and signs two versions of a bundle, into a plain folder that serves as registry"
run 0 reeve-bundle keygen --public "$demo/site.pub" --secret "$demo/site.key"
for v in 1 2; do
	make_release $v
	needs=(); [ $v = 1 ] || needs=(--require-env SITE_TOKEN)
	run 0 reeve-bundle pack "$demo/release-$v" --name demo/site --version $v.0 --seq $v "${needs[@]}" -o "$demo/packed-$v"
done
run 0 reeve-bundle publish "$demo/packed-1" "$demo/registry" --channel stable --key "$demo/site.key"

acme=$(port) globex=$(port) initech=$(port)
cat > "$demo/reeve.ini" <<INI
[reeve]
socket    = $demo/reeve.sock
store     = $demo/store
state_dir = $demo/state

[registry:main]
url = file://$demo/registry
key = $demo/site.pub

[bundle:demo/site]
registry = main

[workspace:acme]
environment = PORT="$acme",SITE_TOKEN="a secret of acme's"

[workspace:globex]
environment = PORT="$globex",SITE_TOKEN="a secret of globex's"

; initech has not heard yet that version 2 wants a token
[workspace:initech]
environment = PORT="$initech"

[service:site]
bundle     = demo/site
command    = bin/site
workspaces = acme, globex, initech

[service:cache]
bundle     = demo/site
command    = bin/cache
workspaces = globex

[service:clock]
command    = /bin/sh -c 'while :; do date; sleep 60; done'
INI

say "2. reeve starts: three workspaces on that bundle, and one service without any"
namespace=(unshare --pid --fork --kill-child --mount-proc)
[ "$(id -u)" = 0 ] || namespace=(unshare --user --map-root-user --pid --fork --kill-child --mount-proc)
if "${namespace[@]}" true 2>/dev/null; then
	note "as PID 1 of a PID namespace of its own"
else
	namespace=(); note "as an ordinary process: this machine refuses PID namespaces"
fi
setsid "${namespace[@]}" reeve -c "$demo/reeve.ini" > "$demo/reeve.log" 2>&1 < /dev/null &
reeve_pid=$!
until_ok 60 reevectl status acme:site globex:site initech:site globex:cache default:clock

say "3. Everything runs, on version 1"
run 0 reevectl status

say "4. One file of the tree is damaged. The next start names it, repairs it from the registry, and runs"
damage www/index.html
run 0 reevectl restart acme:site
run 0 grep -E 'problem|heal' "$demo/reeve.log"
note "the page: $(page "$acme")"

say "   The same with the registry gone: the start is refused, with the problem and the remedy"
mv "$demo/registry" "$demo/registry.gone"
damage www/index.html
run 1 reevectl restart acme:site
run 3 reevectl status acme:site
mv "$demo/registry.gone" "$demo/registry"
note "the registry is back, and the remedy is what it said:"
run 0 reevectl upgrade demo/site

say "5. Version 2 is published. One pull, then every child moves; nobody waits for one that fails"
run 0 reevectl stop globex:cache
run 0 reeve-bundle publish "$demo/packed-2" "$demo/registry" --channel stable --key "$demo/site.key"
run 10 reevectl check-updates
run_live 1 reevectl upgrade demo/site
run 3 reevectl status
note "the page of acme: $(page "$acme")"

say "6. The same check without a running reeve, for CI and for after an update by hand"
run 1 reeve -c "$demo/reeve.ini" --check-startup

say "7. Everything stops, in order, within its deadline"
run 0 reevectl shutdown
until_ok 15 sh -c "! kill -0 $reeve_pid"
reeve_pid=

say "That was the main job."
note "README.md says what to read next; 'man man/reeve.8' and 'man man/reevectl.1' say everything."

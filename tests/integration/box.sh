# A container of the tests' own, from nothing but namespaces: source it after lib.sh.
#
#	box_new               makes $work/box, a root folder with busybox, reeve's programs and their libraries
#	box_start [WORD...]   runs reeve in it as process 1, by way of WORD... where there are any
#	box_ctl WORD...       runs a program in there beside reeve
#	box_wait STATUS WHAT  waits for reeve's end
#	box_story [WORD...]   starts a plain service and one out of a bundle, looks at them, and stops it all
#
# What the next box has is told by variables: box_root=ro|rw, box_proc, box_run, box_tmp, box_null,
# box_capabilities=yes|no, box_uid=NUMBER. As root no other namespace is made than those for mounts and processes, so that what is
# asked of the kernel is what a container's root or user asks; an ordinary user is root of a namespace of users.
# shellcheck shell=bash disable=SC2154

umask 022 # what is in a container is for whoever it runs as
need unshare pivot_root setpriv busybox pgrep ldd

box=$work/box box_pid='' box_init=''
box_root=ro box_proc=yes box_run=yes box_tmp=yes box_null=yes box_capabilities=yes box_uid=0

box_outer=(unshare --mount --pid --fork --kill-child)
if [ "$(id -u)" -ne 0 ]; then box_outer=(unshare --user --map-root-user --mount --pid --fork --kill-child); fi
"${box_outer[@]}" true 2>/dev/null || skip "namespaces for mounts and processes are refused here"

# box_add PROGRAM [NAME]: a program with its libraries, each where it is asked for.
box_add() {
	local library
	cp -L "$(command -v "$1")" "$box/bin/${2:-$(basename "$1")}"
	chmod 755 "$box/bin/${2:-$(basename "$1")}" # a build may be its owner's alone
	ldd "$(command -v "$1")" 2>/dev/null | grep -oE '/[^ ]+' | while read -r library; do
		[ -e "$box$library" ] || {
			real=$(readlink -f "$library") # the loader is a link, and is looked at where it leads
			mkdir -p "$box$(dirname "$library")" "$box$(dirname "$real")"
			cp "$real" "$box$real"
			[ "$real" = "$library" ] || [ -e "$box$library" ] || ln -s "$real" "$box$library"
		}
	done
}

box_new() {
	local name
	mkdir -p "$box"/{bin,dev,etc/reeve,proc,run,tmp,var,.old}
	box_add busybox
	for name in sh sleep cat touch id env true mkdir umount ls echo kill readlink; do ln -sf busybox "$box/bin/$name"; done
	box_add setpriv
	box_add unshare
	for name in "$REEVE_HELPER_DIR"/*; do
		[ ! -x "$name" ] || [ -d "$name" ] || box_add "$name"
	done
	touch "$box/dev/null"
	chmod 1777 "$box/tmp"
	chmod 755 "$work" "$box"
	box_fill_store
	cat > "$box/etc/reeve/reeve.ini" <<-INI
	[reeve]
	store = /var/store
	[registry:main]
	url = file:///var/registry
	key = /etc/reeve/main.pub
	[bundle:acme/web]
	registry = main
	[service:plain]
	command = sh -c "echo plain speaks; exec sleep 300"
	startsecs = 0
	[service:tree]
	bundle = acme/web
	command = bin/web
	startsecs = 0
	stdout_logfile = none
	INI
}

# A store with one bundle in it, brought there by a reeve out here.
box_fill_store() {
	local outside=$work/outside
	mkdir -p "$outside/tree/bin"
	printf '#!/bin/sh\nexec sleep 300\n' > "$outside/tree/bin/web"
	chmod 755 "$outside/tree/bin/web"
	reeve-bundle keygen --public "$box/etc/reeve/main.pub" --secret "$outside/main.key" > /dev/null
	reeve-bundle pack "$outside/tree" --name acme/web --version 1 --seq 1 --platform any -o "$outside/packed" > /dev/null
	reeve-bundle publish "$outside/packed" "$outside/registry" --key "$outside/main.key" > /dev/null
	cat > "$outside/reeve.ini" <<-INI
	[reeve]
	socket = $outside/reeve.sock
	store = $box/var/store
	state_dir = $outside/state
	[registry:main]
	url = file://$outside/registry
	key = $box/etc/reeve/main.pub
	[bundle:acme/web]
	registry = main
	[service:tree]
	bundle = acme/web
	command = bin/web
	startsecs = 0
	INI
	reeve -c "$outside/reeve.ini" > "$outside/log" 2>&1 &
	mine $!
	until_ok 20 reevectl -s "$outside/reeve.sock" healthy default:tree
	reevectl -s "$outside/reeve.sock" shutdown > /dev/null
	wait $!
}

# is_sanitized: whether the programs in there cannot do without /proc.
box_is_sanitized() { ldd "$REEVE_HELPER_DIR/reeve-launch" | grep -qE 'asan|ubsan'; }

box_script() {
	printf '%s\n' 'set -e' "mount --bind '$box' '$box'" "cd '$box'"
	[ $box_proc = no ] || echo 'mount -t proc proc proc'
	[ $box_run = no ] || echo 'mount -t tmpfs -o mode=1777 tmpfs run'
	[ $box_tmp = no ] || echo 'mount -t tmpfs -o mode=1777 tmpfs tmp'
	[ $box_null = no ] || echo 'mount --bind /dev/null dev/null'
	[ $box_root = rw ] || echo 'mount -o remount,bind,ro .'
	printf '%s\n' 'pivot_root . .old' 'cd /' 'export PATH=/bin' 'umount -l /.old' \
		"$([ $box_run = yes ] || echo 'umount -l /run 2>/dev/null || :')"
	if [ "$box_uid" = 0 ] && [ $box_capabilities = yes ]; then
		echo 'exec "$@"'
	elif [ "$box_uid" = 0 ]; then
		echo 'exec setpriv --bounding-set -all --inh-caps -all "$@"'
	elif [ "$(id -u)" -eq 0 ]; then
		echo "exec setpriv --reuid $box_uid --regid $box_uid --clear-groups --bounding-set -all --inh-caps -all \"\$@\""
	else
		echo "exec unshare --user --map-user=$box_uid --map-group=$box_uid \"\$@\""
	fi
}

# What process 1 of the box is called from out here.
box_find_init() { box_init=$(pgrep -P "$box_pid") || gone "$box_pid"; }

box_start() {
	box_script > "$work/box.sh"
	env -i PATH="$PATH" REEVE_HELPER_DIR=/bin ${box_environment:-} \
		"${box_outer[@]}" sh "$work/box.sh" "$@" reeve -c /etc/reeve/reeve.ini > "$work/log" 2>&1 &
	box_pid=$!
	mine "$box_pid"
	until_ok 10 box_find_init
}

box_ctl() {
	env -i PATH=/bin REEVE_HELPER_DIR=/bin ${box_environment:-} \
		"$top_builddir/tests/helpers/enter_box" "$box_init" "$box_uid" "$@"
}

box_state_of() { box_ctl reevectl status "$1" | awk -v name="$1" '$1 == name { print $2 }'; }
box_is_state() { [ "$(box_state_of "$1")" = "$2" ]; }
box_until_state() { until_ok "${3:-10}" box_is_state "$1" "$2"; }

box_wait() {
	local got=0
	until_ok 20 gone "$box_pid"
	wait "$box_pid" || got=$?
	box_pid=
	equal "$2: exit status" "$got" "$1"
}

# All of it works: who runs, what is said, a restart, the end in order.
box_story() {
	local before
	box_start "$@"
	box_until_state default:plain running
	box_until_state default:tree running
	until_ok 5 grep -q 'default:plain | plain speaks' "$work/log"
	before=$(box_ctl reevectl status default:tree)
	box_ctl reevectl restart default:tree > /dev/null || fail "the restart failed"
	[ "$before" != "$(box_ctl reevectl status default:tree)" ] || fail "it is the same process after a restart"
	until_ok 10 box_ctl reevectl healthy
	kill -TERM "$box_init"
	box_wait 0 "$*"
	! grep -qi ' bug ' "$work/log" || fail "a bug was met"
}

# A failed test shows what reeve said.
box_tidy() {
	local got=$?
	if [ "$got" != 0 ] && [ "$got" != 77 ]; then sed 's/^/reeve said: /' "$work/log" 2>/dev/null || true; fi
	if grep -E 'Sanitizer|runtime error' -A 20 "$work"/log 2>/dev/null; then got=1; fi
	tidy
	exit "$got"
}
trap box_tidy EXIT

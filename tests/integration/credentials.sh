#!/bin/bash
# Files that a child alone can read: where it finds them, who else does not, and that each start brings them anew.
set -eu
. "$top_srcdir/tests/integration/lib.sh"

driver=$top_builddir/tests/helpers/launch_driver
launch=$REEVE_HELPER_DIR/reeve-launch
secret=correct-horse-battery
folder=$work/run/credentials/acme/mail
umask 022
chmod 755 "$work"
printf '%s' "$secret" > "$work/token"
chmod 600 "$work/token"
head -c 100000 /dev/urandom > "$work/blob"

# start [key=value...] -- ARGV...: what came of it is in $out, in the driver's words.
start() {
	out=$(timeout 60 "$driver" "$launch" env=PATH=/usr/bin:/bin "credentials_dir=$folder" "$@" 2>&1) || fail "driver: $out"
	out=$(grep -vx executed <<< "$out")
}
refused() {
	start "credential=$1" -- true
	contains "$1" "$out" "problem host credential-unreadable"
	contains "$1" "$out" "$2"
	case $out in *"$secret"*) fail "a value was shown: $out" ;; esac
}

note "what is named is there, as it was, and nothing else"
start "credential=token:$work/token" "credential=blob:$work/blob" -- sh -c 'cd "$0" && ls && cat token && cmp blob "$1" && echo same' \
	"$folder" "$work/blob"
equal content "$(tr '\n' ' ' <<< "$out")" "blob token ${secret}same exit 0 "
start "credential=other:$work/token" -- ls "$folder"
equal anew "$(tr '\n' ' ' <<< "$out")" "other exit 0 "
start -- sh -c '[ -e "$0" ] || echo none' "$folder"
contains none "$out" none
[ ! -e "$folder" ] || fail "who has none any more has those of before"
start -- true
start "credential=other:$work/token" -- true

note "what is missing, too large or no file is told by name, before anything is done"
refused "x:$work/none" "$work/none: No such file"
refused "x:$work" "$work: not a regular file"
mkfifo "$work/fifo"
refused "x:$work/fifo" "not a regular file"
head -c 1100000 /dev/zero > "$work/large"
refused "x:$work/large" "larger than 1024 KiB"
many=()
head -c 1000000 /dev/zero > "$work/large"
for i in $(seq 17); do many+=("credential=x$i:$work/large"); done
start "${many[@]}" check_only=1 -- true
contains many "$out" "all of them together are too large"
start "credential=token:$work/token" check_only=1 -- true
contains checked "$out" "checked 0 0"
[ -e "$folder/other" ] || fail "a check changed the folder"

if [ "$(id -u)" = 0 ]; then
	note "the child of another user reads them and cannot change the folder; others do not see them"
	start user=nobody "credential=token:$work/token" -- sh -c 'cd "$0"; cat token; echo; stat -c "%U %a" . token
		rm -f token 2>&1; (: > new) 2>&1; mv "$0" "$0.old" 2>&1' "$folder"
	contains content "$out" "$secret"
	contains modes "$out" $'root 550\nnobody 400'
	equal denied "$(grep -c denied <<< "$out" || true)" 3
	[ -e "$folder/token" ] || fail "it is gone"
	start "credentials_dir=${folder}2" user=1234 group=1234 -- sh -c 'cat "$0/token"; ls "$0"' "$folder"
	equal others "$(grep -c 'Permission denied' <<< "$out")" 2
	start "credentials_dir=${folder}2" user=1234 "group=$(id -gn nobody)" -- cat "$folder/token"
	contains group "$out" "Permission denied"

	rm -r "$work/run"
	(umask 077; mkdir "$work/run"; chmod 711 "$work/run"
		start user=nobody "credential=token:$work/token" -- cat "$folder/token"; contains umask "$out" "$secret")
	chmod 700 "$work/run"
	start user=nobody "credential=token:$work/token" -- true
	contains closed "$out" "refused credentials 13 $folder: Permission denied"
	chmod 755 "$work/run"

	note "a folder that is somebody else's to change is refused"
	rm -r "$work/run/credentials"; mkdir -p "$folder"; chown nobody "$work/run/credentials/acme"
	start "credential=token:$work/token" -- true
	contains owner "$out" "refused credentials 1 $folder: Operation not permitted"
	chown root "$work/run/credentials/acme"; rmdir "$folder"; ln -s /etc "$folder"
	start "credential=token:$work/token" -- true
	contains link "$out" "refused credentials 20 $folder: Not a directory"
	rm "$folder"
fi

if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	note "with mounts of its own they are in memory, seen by nobody else, and read only"
	"$driver" "$launch" env=PATH=/usr/bin:/bin "credentials_dir=$folder" user=nobody private_mounts=1 \
		"credential=token:$work/token" -- sh -c 'cat "$0/token"; echo; stat -f -c %T "$0"; chmod 600 "$0/token" 2>&1
		echo ready; exec sleep "$1"' "$folder" "1000$$" > "$work/out" 2>&1 & player=$!
	mine "$player"
	until_ok 40 grep -q ready "$work/out"
	contains content "$(cat "$work/out")" "$secret"
	contains memory "$(cat "$work/out")" tmpfs
	contains read-only "$(cat "$work/out")" "Read-only file system"
	equal outside "$(ls -A "$folder")" ""
	child=$(pgrep -f -n -u nobody "^sleep 1000$$")
	kill -KILL "$child"
	wait "$player" || fail "$(cat "$work/out")"
	equal after "$(ls -A "$folder")" ""

	note "with everything else that changes what it sees"
	start user=nobody private_pids=1 read_only=/ "credential=token:$work/token" -- cat "$folder/token"
	contains all "$out" "$secret"
	for keys in private_tmp=1 "private_tmp=1 read_only=/"; do
		# shellcheck disable=SC2086
		start user=nobody $keys "credential=token:$work/token" -- sh -c 'cat "$0/token"; ls -A /tmp; : > /tmp/x && echo written; : > "$0/x"' "$folder"
		contains "$keys" "$out" "$secret"
		contains "$keys" "$out" written
		contains "$keys" "$out" "Read-only file system"
	done
	if command -v busybox >/dev/null; then
		mkdir -p "$work/root/bin"
		for file in $(ldd "$(type -P busybox)" 2>/dev/null | grep -o '/[^ ]*'); do # those of one that is not static
			mkdir -p "$work/root${file%/*}"
			cp -L "$file" "$work/root$file"
		done
		cp "$(type -P busybox)" "$work/root/bin/"
		start "chroot=$work/root" user=nobody "credential=token:$work/token" -- /bin/busybox cat "$folder/token"
		contains chroot "$out" "$secret"
		equal outside "$(ls -A "$work/root$folder")" ""
	fi
fi

note "a restart and an upgrade find them again, by CREDENTIALS_DIRECTORY and %(credentials_dir)s"
. "$top_srcdir/tests/integration/bundle_org.sh"
for i in 1 2; do
	make_version "v$i" "word $i"
	printf '#!/bin/sh\necho "word '"$i"' $(cat "$CREDENTIALS_DIRECTORY/token") $1 $CREDENTIALS_DIRECTORY"\nexec sleep 1000000\n' \
		> "$work/v$i/bin/web"
done
publish 1.0 1 v1 > /dev/null
org 'credentials = token:token, blob:blob'
sed -i 's|^command = bin/web|& %(credentials_dir)s|' "$conf"
org_start
place=$work/credentials/acme/web
until_ok 40 grep -q "word 1 $secret $place $place" "$work/log"
printf 'second' > "$work/token"
reevectl restart acme:web > /dev/null
until_ok 40 grep -q "word 1 second $place" "$work/log"
publish 2.0 2 v2 > /dev/null
reevectl upgrade "$bundle" > /dev/null
until_ok 40 grep -q "word 2 second $place" "$work/log"
rm "$work/token"
reevectl restart acme:web > /dev/null 2>&1 || true
until_state acme:web dead 40
contains reason "$(reevectl status acme:web)" "$work/token"

note "they go when the child has ended, and with reeve"
[ ! -e "$place" ] || until_ok 10 test ! -e "$place"
printf 'third' > "$work/token"
reevectl start acme:web > /dev/null
until_ok 40 grep -q "word 2 third $place" "$work/log"
[ -e "$place/token" ] || fail "they went while it runs"
reevectl stop acme:web > /dev/null
until_ok 10 test ! -e "$place"
reevectl start acme:web > /dev/null
until_ok 10 test -e "$place/token"
until_state acme:web running 40
org_stop
[ ! -e "$place" ] || fail "they stay behind"

#!/bin/bash
# A child with a bundle: every way a tree can be damaged, what the gate refuses, and that what was
# checked is what runs. The store is made by a fixture, so that nothing but reeve-launch is tested.
set -eu
. "$top_srcdir/tests/integration/lib.sh"

driver=$top_builddir/tests/helpers/launch_driver
make_tree=$top_builddir/tests/helpers/make_tree
launch=$REEVE_HELPER_DIR/reeve-launch
store=$work/store

chmod 755 "$work"
start() { out=$(timeout 60 "$driver" "$launch" env=PATH=/usr/bin:/bin "store=$store" bundle=acme/web "$@" 2>&1) ||
	fail "driver: $out"; }
codes() { awk '$1 == "problem" { print $2, $3 }' <<< "$out" | tr '\n' ','; }
ends_with() { equal "$1" "${out##*$'\n'}" "$2"; }

# fresh [key=value...]: a store with version 1 of acme/web, whose tree is then $tree.
fresh() {
	wipe "$store"
	mkdir -p "$store/trees/acme+web/new/bin" "$store/trees/acme+web/new/share"
	cp "$(type -P echo)" "$store/trees/acme+web/new/bin/echo"
	printf '#!/bin/sh\necho "$REEVE_BUNDLE $REEVE_VERSION in $PWD"\n' > "$store/trees/acme+web/new/run"
	chmod 755 "$store/trees/acme+web/new/run"
	echo page > "$store/trees/acme+web/new/share/page"
	ln -s share/page "$store/trees/acme+web/new/link"
	digest=$("$make_tree" "$store" acme/web 1.0 "$@")
	tree=$store/trees/acme+web/$digest
}

note "a sound tree runs, from the tree, and says what it is"
fresh
start -- run
contains pinned "$out" "pinned $digest 1.0 1"
contains output "$out" "acme/web 1.0 in $tree"
start -- bin/echo "from the tree"
contains elf "$out" "from the tree"
start -- sh -c 'echo "$REEVE_TREE $REEVE_DIGEST"'
contains environment "$out" "$tree $digest"

# damage WHAT WANTED-CODES COMMAND: on a fresh store that has started once, so that its signatures are clean.
damage() {
	fresh
	start -- run
	chmod u+w "$tree" "$tree/share"
	(cd "$tree" && eval "$3")
	chmod u-w "$tree" "$tree/share"
	start -- run
	equal "$1" "$(codes)" "$2"
	contains "$1" "$out" "refused preflight 0"
	contains "$1" "$out" "reevectl upgrade acme/web"
}
note "each damage has its code, a warm signature or not"
damage missing  "bundle file-missing," 'rm share/page'
damage altered  "bundle file-altered," 'chmod u+w share/page; echo Page > share/page; chmod 444 share/page'
damage grown    "bundle file-altered," 'chmod u+w share/page; echo more >> share/page; chmod 444 share/page'
damage extra    "bundle file-extra,"   'echo x > share/extra; chmod 444 share/extra'
damage mode     "bundle file-mode,"    'chmod 646 share/page'
damage type     "bundle file-type,"    'rm -f share/page; mkdir -m 555 share/page'
damage link     "bundle link-target,"  'ln -sfn share/nothing link'
damage same-stamp "bundle file-altered," 'chmod u+w share/page; touch -r share/page ../stamp
	printf "egap\n" > share/page; chmod 444 share/page; touch -r ../stamp share/page; rm ../stamp'
damage many     "bundle file-mode,bundle file-missing,bundle file-extra," \
	'rm -f share/page; chmod 755 run; echo x > share/extra; chmod 755 .'
damage entry    "bundle file-missing," 'rm -f run'
if [ "$(id -u)" = 0 ]; then
	damage owner "bundle file-owner," 'chown nobody share/page'
fi

note "store: pointer, index, manifest, tree"
fresh; rm "$store/names/acme+web/current"
start -- run
equal pointer "$(codes)" "bundle not-installed,"
fresh; ln -sfn ../../trees/other "$store/names/acme+web/current"
start -- run
equal foreign "$(codes)" "bundle pointer-broken,"
fresh; : > "$work/empty"; cp -f "$work/empty" "$tree.index"
start -- run
equal index "$(codes)" "bundle index-broken,"
fresh; chmod u+w "$store/manifests/$digest"; echo x >> "$store/manifests/$digest"
start -- run
equal manifest "$(codes)" "bundle manifest-altered,"
fresh; rm "$store/manifests/$digest"
start -- run
equal no-manifest "$(codes)" "bundle manifest-missing,"
fresh; chmod u+w "$tree"; mv "$tree" "$work/away"
start -- run
equal no-tree "$(codes)" "bundle tree-missing,"
fresh; chmod 777 "$store/trees"
start -- run
equal open-store "$(codes)" "host store-open,"
contains open-store "$out" "Run: chmod go-w $store/trees"

note "the gate"
fresh platform=plan9-mips-any; start -- run
equal platform "$(codes)" "bundle gate-platform,"
fresh abi=999; start -- run
equal abi "$(codes)" "bundle gate-host-abi,"
fresh requires=teleport=1; start -- run
equal capability "$(codes)" "bundle gate-capability,"
start offers=teleport=1 -- run
contains capability "$out" executed
fresh platform=linux-vax; start platform=linux-vax-ultrix -- run
contains platform "$out" executed

note "what it needs of the host and of the configuration, all at once and in order"
fresh command=no-such-command file=/no/such/file user=no-such-user group=no-such-group env=KEY env=OTHER port=1
start env=OTHER=set require=KEY -- run
equal needs "$(codes)" "host need-command,host need-file,host need-user,host need-group,config env-missing,"
fresh
start -- bin/no-such
equal command "$(codes)" "config command-missing,"
start -- ../run
equal escape "$(codes)" "config command-missing,"

note "a busy port is advice, and refuses nothing"
if command -v python3 >/dev/null; then
	mkfifo "$work/listening"
	python3 -c 'import socket, sys
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
open(sys.argv[1], "w").write("%d\n" % s.getsockname()[1]); sys.stdin.read()' "$work/listening" < <(tail -f /dev/null) &
	mine "$!"
	read -r busy < "$work/listening"
	fresh "port=127.0.0.1:$busy" "port=$busy/udp" port=words
	start -- run
	equal port "$(grep -c '^advice' <<< "$out")" 1
	contains port "$out" "advice host port-busy 127.0.0.1:$busy: Address already in use"
	contains port "$out" executed
fi

note "a library that is not there is named, in the bundle's own words"
fresh
lib=$(mktemp -d "$work/lib.XXXX")
if command -v "${CC%% *}" >/dev/null; then
	echo 'int part(void) { return 0; }' > "$lib/part.c"
	echo 'int part(void); int main(void) { return part(); }' > "$lib/whole.c"
	(cd "$lib"; ${CC} -shared -fPIC -o libreeve-part.so part.c
	 ${CC} -o whole whole.c -L. -lreeve-part '-Wl,-rpath,$ORIGIN/../lib')
	mkdir -p "$store/trees/acme+web/new/bin" "$store/trees/acme+web/new/lib"
	cp "$lib/whole" "$store/trees/acme+web/new/bin/"
	cp "$lib/libreeve-part.so" "$store/trees/acme+web/new/lib/"
	digest=$("$make_tree" "$store" acme/web 2.0 seq=2)
	start -- bin/whole
	ends_with library "exit 0"
	mkdir -p "$store/trees/acme+web/new/bin"
	cp "$lib/whole" "$store/trees/acme+web/new/bin/"
	digest=$("$make_tree" "$store" acme/web 3.0 seq=3)
	start -- bin/whole
	equal library "$(codes)" "host library-missing,"
	contains library "$out" "Install libreeve-part.so, or add it to the bundle"
fi

note "state folders are made, for the child's user"
fresh state=data state=deep/er
start "state_dir=$work/state" check_only=1 -- run
[ ! -e "$work/state" ] || fail "a check made a folder"
start "state_dir=$work/state" -- run
equal state "$(stat -c %a "$work/state/data" "$work/state/deep/er" | tr '\n' ' ')" "700 700 "

note "a start that is still being checked can be stopped"
fresh; rm -f "$tree.stat"
exec {held}> "$tree.lock"; flock "$held"
"$driver" "$launch" "store=$store" bundle=acme/web say_pid=1 -- run > "$work/out" 2>&1 & player=$!
mine "$player"
until_ok 20 grep -q '^pid' "$work/out"
kill -TERM -- "-$(awk '/^pid/ { print $2 }' "$work/out")"
wait "$player" || fail "driver: $(cat "$work/out")"
contains stopped "$(cat "$work/out")" "signal TERM"
exec {held}>&-

note "a chosen digest wins over the pointer"
fresh; first=$digest
mkdir -p "$store/trees/acme+web/new"; printf '#!/bin/sh\necho two\n' > "$store/trees/acme+web/new/run"
chmod 755 "$store/trees/acme+web/new/run"
"$make_tree" "$store" acme/web 2.0 seq=2 > "$work/second"
start -- run
contains pointer "$out" two
start "digest=$first" -- run
contains digest "$out" "acme/web 1.0"

note "a folder of its own (path =) is used as it is"
mkdir -p "$work/own/bin"; cp "$(type -P true)" "$work/own/bin/it"
start "tree=$work/own" -- bin/it
ends_with path "exit 0"
contains unversioned "$out" "pinned 0000"
start "tree=$work/no-such" -- bin/it
equal no-path "$(codes)" "config tree-missing,"

note "the file that was checked is the one that runs, whoever replaces its path meanwhile"
fresh
if command -v strace >/dev/null && [ "$(id -u)" = 0 ]; then
	# Held between the checks and exec, at a step that comes after umask: then the path is swapped.
	ASAN_OPTIONS=detect_leaks=0 strace -f -o "$work/trace" -e trace=umask,chdir -e inject=chdir:delay_enter=2000000 \
		"$driver" "$launch" "store=$store" bundle=acme/web env=PATH=/bin -- bin/echo checked > "$work/out" 2>&1 & tracer=$!
	mine "$tracer"
	until_ok 20 grep -q 'umask(' "$work/trace"
	chmod u+w "$tree/bin"
	printf '#!/bin/sh\necho swapped\n' > "$tree/bin/other"; chmod 755 "$tree/bin/other"
	mv -f "$tree/bin/other" "$tree/bin/echo"
	wait "$tracer"
	contains swap "$(cat "$work/out")" checked
	case $(cat "$work/out") in *swapped*) fail "the swapped file ran" ;; esac
fi

note "fifty starts at once read every file once"
fresh
if command -v strace >/dev/null; then
	# A file that changed a moment ago is hashed again by the racy rule: let it become old.
	is_old() { [ $(($(date +%s%N) - $(stat -c %.9Z "$tree" | tr -d .))) -gt 100000000 ]; }
	until_ok 10 is_old
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$work/trace" -e trace=openat \
		"$driver" "$launch" "store=$store" bundle=acme/web times=50 env=PATH=/bin -- bin/echo once > "$work/out" 2>&1
	equal ended "$(grep -c '^exit 0$' "$work/out")" 50
	equal passes "$(grep -c '"page", O_RDONLY' "$work/trace")" 1
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$work/trace" -e trace=openat \
		"$driver" "$launch" "store=$store" bundle=acme/web full=1 env=PATH=/bin -- bin/echo full > "$work/out" 2>&1
	equal full "$(grep -c '"page", O_RDONLY' "$work/trace")" 1
fi

if command -v strace >/dev/null; then
	note "an old kernel, or a sandbox that knows none of the newer calls"
	for error in ENOSYS EPERM; do
		fresh
		ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -e trace=close_range,openat2 \
			-e "inject=close_range,openat2:error=$error" \
			"$driver" "$launch" "store=$store" bundle=acme/web env=PATH=/bin -- bin/echo "still runs" > "$work/out" 2>&1
		contains "$error" "$(cat "$work/out")" "still runs"
	done
	fresh
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -e trace=execveat -e inject=execveat:error=ENOSYS \
		"$driver" "$launch" "store=$store" bundle=acme/web env=PATH=/bin -- bin/echo "still runs" > "$work/out" 2>&1
	contains execveat "$(cat "$work/out")" "still runs"
fi

if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	note "a filesystem without exec is told, not tried"
	fresh
	out=$(unshare -m sh -c "mount -t tmpfs -o noexec none /mnt && cp -a '$store' /mnt/ &&
		timeout 60 '$driver' '$launch' store=/mnt/store bundle=acme/web env=PATH=/bin -- run" 2>&1)
	equal noexec "$(codes)" "host command-noexec,"
	note "a store that cannot be written is read without the cache"
	out=$(unshare -m sh -c "mount --bind '$store' '$store' && mount -o remount,ro,bind '$store' &&
		timeout 60 '$driver' '$launch' store='$store' bundle=acme/web env=PATH=/bin -- run" 2>&1)
	contains read-only "$out" "acme/web 1.0"
fi

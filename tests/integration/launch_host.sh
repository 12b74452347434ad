#!/bin/bash
# A child without a bundle: what is checked before it, what it is given, and how a refusal reads.
set -eu
. "$top_srcdir/tests/integration/lib.sh"

driver=$top_builddir/tests/helpers/launch_driver
launch=$REEVE_HELPER_DIR/reeve-launch
path=env=PATH=/usr/local/bin:/usr/bin:/bin

# start [key=value...] -- ARGV...: what came of it is in $out, in the driver's words.
# That it was executed may be told at any time among what it says; here it comes first.
start() {
	out=$(timeout 60 "$driver" "$launch" "$path" "$@" 2>&1) || fail "driver: $out"
	out=$(grep -x executed <<< "$out" || true; grep -vx executed <<< "$out")
}
ends_with() { equal "$1" "${out##*$'\n'}" "$2"; }

note "it becomes the program, and its exit status is the child's"
start -- sh -c 'echo "$0 $1"; exit 7' zero one
contains output "$out" "zero one"
contains output "$out" executed
ends_with status "exit 7"

note "the environment is exactly the one that was given"
start env=B=2 -- env
equal environment "$(grep "=" <<< "$out" | sort | tr '\n' ' ')" "B=2 ${path#env=} "

note "session, group, dispositions, mask, descriptors, umask, directory, limits, nice, privileges"
start directory=/ umask=0027 limit=nofile=77:99 limit=core=0 nice=3 no_new_privs=1 oom_score_adj=42 -- \
	bash -c 'ps -o pid=,pgid=,sid= -p $$ | { read -r a b c; [ $a = $b ] && [ $b = $c ] && echo leads; }
		grep -E "^(SigBlk|SigIgn|NoNewPrivs)" /proc/self/status | tr "\t\n" "  "; echo
		for fd in 3 4 5 6 7 8 9; do [ ! -e /proc/self/fd/$fd ] || echo open $fd; done; umask; pwd; ulimit -Sn; ulimit -Hn; nice
		cat /proc/self/oom_score_adj'
contains session "$out" leads
contains signals "$out" "SigBlk: 0000000000000000 SigIgn: 0000000000000000 NoNewPrivs: 1"
contains rest "$out" $'NoNewPrivs: 1 \n0027\n/\n77\n99\n3\n42\n'

note "an ignored signal and a blocked one do not reach the child"
out=$(trap '' PIPE TERM; timeout 60 "$driver" "$launch" "$path" -- grep SigIgn /proc/self/status)
contains dispositions "$out" 0000000000000000

note "every problem is told, in the order of the checks, with its class and remedy"
start check_only=1 user=no-such-user directory=/no/such require=DATABASE_URL require=SET env=SET= limit=wrong=1 \
	state_dir=/dev/null/x -- /no/such/program
equal codes "$(awk '{ print $1, $2, $3 }' <<< "$out" | tr '\n' ',')" \
	"problem host command-missing,problem host user-unknown,problem config env-missing,problem config env-missing,problem host directory-unusable,problem config limit-unknown,checked 6 0,exit 0 ,"
contains remedy "$out" "Set DATABASE_URL in environment = or env_file = of [service:child]"
contains empty "$out" "SET: set, but empty"

note "the PATH that counts is the child's own"
mkdir "$work/bin"
printf '#!/bin/sh\necho found\n' > "$work/bin/only-here"
chmod 755 "$work/bin/only-here"
start -- only-here
contains missing "$out" "problem host command-missing only-here: not found in PATH"
path=env=PATH=$work/bin:/bin start -- only-here
contains found "$out" found

note "scripts: interpreter, env, carriage return, neither script nor program, not executable"
script() { printf '%b' "$2" > "$work/bin/$1"; chmod "${3:-755}" "$work/bin/$1"; start -- "$work/bin/$1"; }
script gone '#!/no/such/interpreter\n'
contains interpreter "$out" "problem host interpreter-missing $work/bin/gone: /no/such/interpreter"
script env '#!/usr/bin/env no-such-language\n'
contains env "$out" "interpreter-missing $work/bin/env: no-such-language"
script dos '#!/bin/sh\r\necho\r\n'
contains dos "$out" "problem host script-line"
script words 'just some words\n'
contains words "$out" "problem host format-unknown"
script plain '#!/bin/sh\n' 644
contains plain "$out" "problem host command-not-executable $work/bin/plain: mode 0644"
start -- /etc
contains folder "$out" "problem host command-not-a-file /etc"

note "ELF: truncated, and a loader that is not there"
head -c 100 /bin/true > "$work/bin/short"; chmod 755 "$work/bin/short"
start -- "$work/bin/short"
contains short "$out" "problem host elf-broken"
sed 's,/lib64/ld-linux-x86-64.so.2,/lib64/ld-linux-x86-64.so.9,; s,/lib/ld-linux-aarch64.so.1,/lib/ld-linux-aarch64.so.9,' \
	/bin/true > "$work/bin/loader"; chmod 755 "$work/bin/loader"
start -- "$work/bin/loader"
contains loader "$out" "problem host loader-missing"

note "a step that refuses is named, with its errno"
cp "$(type -P true)" "$work/bin/object"
printf '\001' | dd of="$work/bin/object" bs=1 seek=16 conv=notrunc status=none # ET_REL: for linkers, not to run
start -- "$work/bin/object"
contains execute "$out" "refused execute 8 $work/bin/object: Exec format error"
ends_with execute "exit 127"
start cgroup=/proc check_only=1 -- true
contains cgroup "$out" "problem host cgroup-unusable /proc"
if [ "$(id -u)" = 0 ]; then
	note "users and groups"
	start user=nobody -- id
	contains user "$out" "uid=$(id -u nobody)(nobody) gid=$(id -g nobody)"
	start user=1234 group=4321 group_of=7 group_of=8 -- id
	contains numbers "$out" "uid=1234 gid=4321"
	contains supplementary "$out" "groups=4321,7"
	start user=1234 -- id
	contains half "$out" "problem host user-unknown 1234"
	contains "what to do" "$out" "1234 has no account and so no group: set group = as well"
	mkdir -m 700 "$work/private"
	start user=nobody "directory=$work/private" -- true
	contains private "$out" "problem host directory-unusable $work/private: Permission denied"
	chmod 755 "$work"
	cp /bin/true "$work/private/"; chmod 700 "$work/private"
	start user=nobody -- "$work/private/true"
	contains forbidden "$out" "problem host command-forbidden"
	start user=nobody "state_dir=$work/state/child" -- sh -c "stat -c '%U %a' '$work/state/child'; : > '$work/state/child/file'"
	contains state "$out" "nobody 750"
	ends_with state "exit 0"
else
	start user=root -- true
	contains root "$out" "problem config user-forbidden root"
fi

if unshare -Ur true 2>/dev/null; then
	note "a user namespace that maps one user and forbids setgroups"
	out=$(unshare -Ur timeout 60 "$driver" "$launch" "$path" user=root -- id -u)
	ends_with namespace "exit 0"
fi

if command -v strace >/dev/null && strace -qq true 2>/dev/null; then
	note "no process to be had: the order is answered, and the next one works"
	# (the leak checker cannot work under strace)
	out=$(ASAN_OPTIONS=detect_leaks=0 timeout 60 strace -f -qq -o /dev/null -e trace=clone -e inject=clone:error=EAGAIN:when=1 \
		"$driver" "$launch" "$path" times=2 -- echo second 2>&1)
	contains fork "$out" "refused fork 11 "
	contains next "$out" second
fi

note "signals are for reeve, not for the launcher; the end of its socket ends it"
mkfifo "$work/fifo"
"$driver" "$launch" "$path" say_pid=1 -- sh -c "read -r line < '$work/fifo'; echo \$line" > "$work/out" & player=$!
mine "$player"
until_ok 20 grep -q '^pid' "$work/out"
resident=$(pgrep -P "$player" -x reeve-launch | grep -vx "$(awk '/^pid/ { print $2 }' "$work/out")" | head -1)
kill -TERM "$resident"; kill -INT "$resident"; kill -HUP "$resident"; kill -QUIT "$resident"; kill -USR1 "$resident"
echo heard > "$work/fifo"
wait "$player" || fail "the launcher did not end well"
contains signals "$(cat "$work/out")" heard

note "a hundred at once, and each pid belongs to its order"
start times=100 -- true
equal ended "$(grep -c '^exit 0$' <<< "$out")" 100

#!/bin/bash
# reeve -- COMMAND: one child that notices nothing of us, every signal, every orphan, and its exit status.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/entry/lib.sh
. "$top_srcdir/tests/integration/entry/lib.sh"
need python3
reeve=$(command -v reeve)
ways=("reeve --")
if can_first; then ways+=("first reeve --"); else note "no PID namespace here: as an ordinary process alone"; fi

for way in "${ways[@]}"; do
	note "$way: ends as its child ends"
	# shellcheck disable=SC2086,SC2016
	{
		equal "a good end" "$(exit_of $way true)" 0
		equal "a status" "$(exit_of $way sh -c 'exit 42')" 42
		equal "the highest" "$(exit_of $way sh -c 'exit 255')" 255
		equal "SIGKILL" "$(exit_of $way sh -c 'kill -KILL $$')" 137
		equal "SIGTERM" "$(exit_of $way sh -c 'kill -TERM $$')" 143
		equal "SIGSEGV" "$(ulimit -c 0; exit_of $way sh -c 'kill -SEGV $$')" 139
		equal "a real-time signal" "$(exit_of $way sh -c 'kill -40 $$')" 168
	}

	note "$way: says what cannot be executed, why, and what to do"
	printf 'exit 6\n' > "$work/plain"; chmod 755 "$work/plain"
	printf '#!/nonexistent/interpreter\n' > "$work/lost"; chmod 755 "$work/lost"
	printf '\177ELF and no more' > "$work/broken"; chmod 755 "$work/broken"
	# shellcheck disable=SC2086
	{
		equal "not there" "$(exit_of $way "$work/nothing")" 127
		contains "its message" "$(cat "$work/out")" "cannot execute $work/nothing: No such file or directory; give its path"
		equal "not in PATH" "$(exit_of $way no-such-program-anywhere)" 127
		equal "an empty name" "$(exit_of $way '')" 127
		equal "its interpreter is not there" "$(exit_of $way "$work/lost")" 127
		equal "not executable" "$(exit_of $way /etc/passwd)" 126
		contains "its message" "$(cat "$work/out")" "Permission denied; make it executable"
		equal "a folder" "$(exit_of $way "$work")" 126
		equal "a script without a first line" "$(exit_of $way "$work/plain")" 6
		equal "the same, by PATH" "$(PATH=$work:$PATH exit_of $way plain)" 6
		equal "a name too long for any file" "$(exit_of $way "$(printf '%05000d' 0)")" 127
	}

	note "$way: the child has what it would have had without us"
	show="import os; print(sorted(os.listdir('/proc/self/fd'))); print(sorted(v for v in os.environ.items() if v[0] != '_')); print(os.getcwd())
for line in open('/proc/self/status'):
    if line.startswith(('SigBlk', 'SigIgn', 'SigCgt')): print(line, end='')
import signal
print('ignored', *(signal.Signals(s).name for s in (1, 12, 17, 10) if signal.getsignal(s) == signal.SIG_IGN))"
	cat > "$work/inherit.py" <<-'PY'
	import os, signal, sys
	signal.signal(signal.SIGHUP, signal.SIG_IGN)
	signal.signal(signal.SIGCHLD, signal.SIG_IGN)
	signal.signal(signal.SIGUSR2, signal.SIG_IGN)
	signal.signal(signal.SIGPIPE, signal.SIG_DFL)
	signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGUSR1, signal.SIGTERM, 34, 50})
	os.dup2(os.open("/dev/null", os.O_RDONLY), 7)
	os.execvp(sys.argv[1], sys.argv[1:])
	PY
	inherited() { python3 "$work/inherit.py" "$@"; }
	bare=$(inherited python3 -c "$show"; true)
	if [ "$way" = "reeve --" ]; then with=$(inherited reeve -- python3 -c "$show"; true)
	else with=$(first python3 "$work/inherit.py" reeve -- python3 -c "$show"; true); fi
	equal "descriptors, variables, folder, blocked, ignored, caught" "$with" "$bare"
	contains "blocked is blocked" "$with" "SigBlk:	0002000200004200"
	contains "nohup stays nohup" "$with" "ignored SIGHUP SIGUSR2 SIGCHLD"
done

note "sockets that were passed to us are the child's; what is somebody else's stays so"
# shellcheck disable=SC2016,SC2086
{
	show='echo "$$ $LISTEN_PID $LISTEN_FDS"'
	for init in "reeve --" "$(named tini) -s --" "$(named dumb-init)" "$(named catatonit) --"; do
		read -r pid listen count <<< "$(sh -c 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"' sh $init sh -c "$show")"
		equal "$init: whose they are, and how many" "$listen $count" "$pid 1"
	done
	equal "another's" "$(LISTEN_PID=1$$ reeve -- sh -c 'echo "$LISTEN_PID"')" "1$$"
	equal "nobody's" "$(env -u LISTEN_PID reeve -- sh -c 'echo "${LISTEN_PID-none}"')" none
}

note "a status reaches us although SIGCHLD was ignored"
equal "its status" "$(exit_of python3 -c "import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execvp('reeve', ['reeve', '--', 'sh', '-c', 'exit 9'])")" 9

note "every signal that can be caught arrives, and none twice"
python3 "$top_srcdir/tests/integration/entry/signals.py" -- reeve -- > "$work/signals"
equal "all but SIGCHLD" "$(awk '$1 != $2' "$work/signals")" "17 -"
equal "how many were tried" "$(wc -l < "$work/signals")" 57
if can_first && [ "$(id -u)" = 0 ]; then
	python3 "$top_srcdir/tests/integration/entry/signals.py" -1 -- reeve -- > "$work/signals"
	equal "all but SIGCHLD, as process 1" "$(awk '$1 != $2' "$work/signals")" "17 -"
fi

note "keeps no pipe of the child's open"
mkfifo "$work/fifo"
reeve -- sh -c 'exec 9>&-; echo $$ > '"$work/child"'; exec sleep 300' 9> "$work/fifo" &
mine $!
equal "the pipe ends while the child runs" "$(timeout 20 cat "$work/fifo")" ""
until_ok 10 test -s "$work/child"
kill -0 "$(cat "$work/child")" || fail "the child is not there any more"
equal "its folder is no mount's" "$(readlink "/proc/$!/cwd")" /
kill -TERM "$!"
wait "$!" || equal "it ends with its child" "$?" 143

note "orphans are reaped, as a subreaper too"
cat > "$work/litter.py" <<'PY'
import os, sys, time
for i in range(300):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os._exit(0)
        os._exit(0)
    os.wait()
def zombies():
    count = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as f:
                state, parent = f.read().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        count += state == "Z" and int(parent) == os.getppid()
    return count
deadline = time.monotonic() + 20
while zombies() > 0:
    if time.monotonic() > deadline:
        sys.exit(1)
PY
for way in "${ways[@]}"; do
	# shellcheck disable=SC2086
	equal "$way: no zombie stays" "$(exit_of $way python3 "$work/litter.py")" 0
done

note "waits without a timer or a wake-up"
reeve -- sleep 300 &
mine $!
asleep() { grep -q 'State:.S' "/proc/$1/status" && [ -n "$(pgrep -P "$1" -x sleep)" ]; }
until_ok 10 asleep "$!"
if [ "$(uname -m)" = x86_64 ] && words=$(cat "/proc/$!/syscall" 2>/dev/null); then
	read -r call _ _ timeout _ <<< "$words"
	equal "the call it waits in, rt_sigtimedwait, and its timeout" "$call $timeout" "128 0x0"
fi
kill -KILL "$!"

note "makes no sense: says so, starts nothing"
equal "no command" "$(exit_of reeve --)" 2
equal "no dashes" "$(exit_of reeve --grace=1 touch "$work/started")" 2
contains "which it says" "$(cat "$work/out")" '"--" is missing'
equal "a grace that is none" "$(exit_of reeve --grace=soon -- touch "$work/started")" 2
contains "which it says" "$(cat "$work/out")" soon
[ ! -e "$work/started" ] || fail "it was started"

note "the supervisor is found, or named"
equal "a help that knows both" "$(env -u REEVE_HELPER_DIR reeve --help | grep -c -e '-- COMMAND')" 1
equal "where it is not" "$(REEVE_HELPER_DIR=$work exit_of reeve --help)" 73
contains "what and where" "$(cat "$work/out")" "cannot execute $work/reeve-core: No such file or directory"

note "one file in an empty folder is enough"
if readelf --program-headers "$reeve" 2>/dev/null | grep -q INTERP; then
	note "no: it is linked dynamically here"
elif [ "$(id -u)" != 0 ]; then
	note "no: chroot is for root"
elif ! first true 2>/dev/null; then
	note "no: namespaces of processes and mounts are refused here"
else
	mkdir "$work/empty"
	cp "$(readlink -f "$reeve")" "$work/empty/reeve"
	ln "$work/empty/reeve" "$work/empty/tini"
	equal "an init and its child, the same file" "$(exit_of first chroot "$work/empty" /reeve -- /tini --version)" 0
	contains "which spoke" "$(cat "$work/out")" "tini version"
	equal "without what cannot be there" "$(exit_of chroot "$work/empty" /reeve -- /nothing)" 127
	cp "$work/plain" "$work/empty/plain"
	equal "a script, by PATH, and no shell" "$(exit_of env PATH=/nowhere:/ "$(command -v chroot)" "$work/empty" /reeve -- plain)" 126
	contains "it is called what we called it" "$(cat "$work/out")" "cannot execute plain: Exec format error"
fi

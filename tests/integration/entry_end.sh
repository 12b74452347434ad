#!/bin/bash
# What the child leaves behind is asked to end, once, and killed when its grace is over.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/entry/lib.sh
. "$top_srcdir/tests/integration/entry/lib.sh"
need python3
ways=("")
if can_first; then ways+=(first); else note "no PID namespace here: as an ordinary process alone"; fi

# The child: makes the others named by its arguments, waits until they are there, and exits with 5.
#   polite       ends when asked, in a session of its own
#   deaf         is not impressed by SIGTERM
#   parent       ends when asked, and its own child, deaf to nothing, comes to us only then
#   frozen       was stopped, and ends when asked
#   group        stays in the child's process group
cat > "$work/leave.py" <<'PY'
import os, signal, sys, time
work = sys.argv[1]
def note(kind, word):
    with open(f"{work}/{kind}.{word}", "a") as f:
        f.write("x")
def live(kind):
    count = 0
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    note(kind, "ready")
    if kind == "frozen":
        os.kill(os.getpid(), signal.SIGSTOP)
    while signal.sigwait({signal.SIGTERM}):
        note(kind, "asked")
        if kind != "deaf":
            os._exit(0)
def make(kind):
    if os.fork() > 0:
        return
    if kind != "group":
        os.setsid()
    if kind == "parent" and os.fork() == 0:
        os.setsid()
        live("grandchild")
    live(kind)
kinds = sys.argv[2:]
for kind in kinds:
    make(kind)
for kind in kinds + (["grandchild"] if "parent" in kinds else []):
    while not os.path.exists(f"{work}/{kind}.ready"):
        time.sleep(0.01)
sys.exit(5)
PY

asked() { wc -c < "$work/$1.asked"; }

for way in "${ways[@]}"; do
	rm -f "$work"/*.ready "$work"/*.asked
	note "${way:-ordinary}: all of them are asked, once each, and we wait for them"
	# shellcheck disable=SC2086
	equal "the child's status" "$(exit_of $way reeve --grace=60 -- python3 "$work/leave.py" "$work" polite group parent frozen)" 5
	for kind in polite group parent grandchild frozen; do equal "$kind" "$(asked $kind)" 1; done

	rm -f "$work"/*.ready "$work"/*.asked
	note "${way:-ordinary}: who does not listen is killed after the grace"
	# shellcheck disable=SC2086
	equal "the child's status" "$(exit_of $way reeve --grace=100ms -- python3 "$work/leave.py" "$work" deaf)" 5
	equal "asked" "$(asked deaf)" 1
	equal "nobody is left" "$(pgrep -f "leave.py $work" | wc -l)" 0

	rm -f "$work"/*.ready "$work"/*.asked
	note "${way:-ordinary}: without grace nobody is asked"
	# shellcheck disable=SC2086
	equal "the child's status" "$(exit_of $way reeve --grace=0 -- python3 "$work/leave.py" "$work" deaf polite)" 5
	[ ! -e "$work/deaf.asked" ] || fail "asked all the same"
	equal "nobody is left" "$(pgrep -f "leave.py $work" | wc -l)" 0

	for signal in TERM INT; do
		rm -f "$work"/*.ready "$work"/*.asked "$work/status"
		note "${way:-ordinary}: SIG$signal during the grace ends it"
		# shellcheck disable=SC2086
		{ got=0; $way reeve --grace=1h -- python3 "$work/leave.py" "$work" deaf || got=$?; echo "$got" > "$work/status"; } &
		mine $!
		until_ok 20 test -s "$work/deaf.asked"
		init=$(pgrep -f "^reeve --grace=1h -- python3 $work/leave.py" | head -n 1)
		kill "-$signal" "$init"
		until_ok 20 test -s "$work/status"
		equal "the child's status" "$(cat "$work/status")" 5
		equal "nobody is left" "$(pgrep -f "leave.py $work" | wc -l)" 0
	done
done

note "nobody left: no grace is waited for"
equal "at once" "$(exit_of timeout 60 reeve --grace=1h -- true)" 0

note "more orphans than are remembered: the others are killed"
cat > "$work/many.py" <<'PY'
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for i in range(1100):
    if os.fork() == 0:
        os.setsid()
        while True:
            signal.pause()
PY
equal "the child's status" "$(exit_of reeve --grace=100ms -- python3 "$work/many.py")" 0
equal "nobody is left" "$(pgrep -f "many.py" | wc -l)" 0

note "without /proc the group is what an ordinary process knows of"
if [ -n "${SANITIZE:-}" ]; then
	note "no: a sanitizer needs /proc itself"
elif [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
	rm -f "$work"/*.ready "$work"/*.asked
	equal "the child's status" "$(exit_of unshare --mount sh -c "mount -t tmpfs none /proc && exec reeve --grace=60 -- python3 $work/leave.py $work group")" 5
	equal "asked" "$(asked group)" 1
fi

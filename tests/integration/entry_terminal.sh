#!/bin/bash
# The terminal: handed to the child, taken back, and ^Z as a shell expects it; as process 1 as well.
set -eu
# shellcheck source=tests/integration/lib.sh
. "$top_srcdir/tests/integration/lib.sh"
# shellcheck source=tests/integration/entry/lib.sh
. "$top_srcdir/tests/integration/entry/lib.sh"
need python3
export work

note "an ordinary process"
timeout -k 5 120 python3 "$top_srcdir/tests/integration/entry/terminal.py"

if can_first; then
	note "process 1"
	timeout -k 5 120 python3 "$top_srcdir/tests/integration/entry/terminal.py" \
		unshare "${entry_user[@]}" --pid --fork --kill-child --mount-proc
fi

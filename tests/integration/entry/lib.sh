# What the tests of the entrypoint share, after lib.sh.
#
#	first COMMAND...      as process 1 of a PID namespace of its own; its exit status is COMMAND's
#	can_first             whether that is allowed here
# shellcheck shell=bash

entry_user=()
[ "$(id -u)" = 0 ] || entry_user=(--user --map-root-user)
first() { unshare "${entry_user[@]}" --pid --fork --kill-child --mount-proc "$@"; }
can_first() { first true 2>/dev/null; }

# named NAME: the front under that name, in a folder of its own.
named() {
	mkdir -p "$work/names"
	[ -e "$work/names/$1" ] || ln -s "$(readlink -f "$(command -v reeve)")" "$work/names/$1"
	echo "$work/names/$1"
}

# The interpreter itself first in PATH: what stands there may be a script that looks for it each time.
mkdir -p "$work/bin"
! python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) || ln -s "$python" "$work/bin/python3"
PATH=$work/bin:$PATH

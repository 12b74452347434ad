# What the integration tests share; a test begins with
#
#	set -eu
#	. "$top_srcdir/tests/integration/lib.sh"
#
# and then has $work, a folder of its own that goes away with it. Whatever it starts in the background it
# names to `mine PID`, and it ends with the test. Nothing here guesses how long something takes: until_ok
# waits for the event.
# shellcheck shell=bash

: "${top_srcdir:?run by make check, or set top_srcdir, top_builddir and REEVE_HELPER_DIR}"
: "${top_builddir:?run by make check}"

work=$(mktemp -d "${TMPDIR:-/tmp}/reeve-test.XXXXXX")
mine_pids=()
exec {pause_fd}<> <(:)

# A folder in PATH that this user may not look into makes "not there" a "not allowed" (execvp(3)).
reachable() {
	local folder folders
	IFS=: read -ra folders <<< "$PATH"
	for folder in "${folders[@]}"; do [ ! -x "$folder" ] || printf '%s:' "$folder"; done
}
PATH=$(reachable)
PATH=${PATH%:}

mine() { mine_pids+=("$1"); }

# wipe FOLDER...: removes it. A tree of the store is read-only, and rm as its owner stops at that.
wipe() {
	chmod -R u+w "$@" 2>/dev/null || true
	rm -rf "$@"
}

tidy() {
	local pid
	trap '' INT TERM
	for pid in "${mine_pids[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	for pid in "${mine_pids[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
	wipe "$work"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() { printf 'FAIL: %s\n' "$*" >&2; exit 1; }
skip() { printf 'SKIP: %s\n' "$*" >&2; exit 77; }
note() { printf -- '-- %s\n' "$*"; }

# need PROGRAM...: the test says what it cannot do without.
need() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || skip "no $program here"
	done
}

# equal WHAT GOT WANT
equal() { [ "$2" = "$3" ] || fail "$1: got '$2', want '$3'"; }

# contains WHAT TEXT PART
contains() { case $2 in *"$3"*) ;; *) fail "$1: no '$3' in: $2" ;; esac; }

# same_bytes WHAT FILE FILE
same_bytes() { cmp -s "$2" "$3" || fail "$1: $(cmp "$2" "$3" 2>&1)"; }

# until_ok SECONDS COMMAND...: fails the test when the event does not come in time.
until_ok() {
	local deadline=$((SECONDS + $1)); shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || fail "gave up waiting for: $*"
		read -rt 0.02 -u "$pause_fd" || true
	done
}

# exit_of COMMAND...: prints the exit status; the output goes to $work/out.
exit_of() { local got=0; "$@" > "$work/out" 2>&1 || got=$?; echo "$got"; }

gone() { ! kill -0 "$1" 2>/dev/null; }

# What the tests of reeve-log share, behind lib.sh: stories for tests/helpers/log_drive.
# shellcheck shell=bash

drive=$top_builddir/tests/helpers/log_drive

# play NAME < ORDERS: runs the orders; the prefixed stream is in NAME.out, reeve-log's own words in NAME.err.
play() {
	note "$1"
	"$drive" "$REEVE_HELPER_DIR/reeve-log" > "$1.out" 2> "$1.err" ||
		fail "$1: ended with $?: $(cat "$1.err")"
}

# await CONDITION: an order line that waits for a shell condition, ten seconds at most.
await() { printf 'sh for i in {1..1000}; do %s && exit 0; read -rt 0.01 <> <(:) || true; done; exit 1\n' "$1"; }

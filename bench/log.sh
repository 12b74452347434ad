#!/bin/bash
# How fast reeve-log takes what a child writes, into a file and onto the prefixed stream, beside cat.
# usage: bench/log.sh BUILD_FOLDER WORK_FOLDER
set -euo pipefail
. "$(dirname "$0")/lib.sh"
megabytes=1000

# 100 MB of lines, ten times; each of the runs below has the same writer.
line='a line of output as services write them, some hundred bytes long, with a number in it: 1234567890'
{ yes "$line" || true; } | head -c 100M > "$work/lines"
writer="for i in {1..10}; do cat $work/lines; done"

rate() { awk -v ms="$1" -v mb="$megabytes" 'BEGIN { printf "%6.0f MB/s", mb * 1000 / ms }'; }

timed() {
	local before; before=$(now_ms)
	"$@" || { echo failed; return 0; }
	rate $(($(now_ms) - before))
}

with_cat() { bash -c "$writer" | cat > "$work/cat.log"; }
with_log() {
	"$build/tests/helpers/log_drive" "$REEVE_HELPER_DIR/reeve-log" > "$work/out" <<-ORDERS
	attach 1 bench:writer $1 ${2:-0} 3
	run 1 $writer
	wait 1
	detach 1
	end
	ORDERS
}

row "cat into a file" "$(timed with_cat)"
row "reeve-log into a file" "$(timed with_log "$work/file.log")"
row "reeve-log into files of 50 MB" "$(timed with_log "$work/rotated.log" 52428800)"
row "reeve-log onto the prefixed stream" "$(timed with_log -)"
rm -f "$work"/*.log* "$work/out" "$work/lines"

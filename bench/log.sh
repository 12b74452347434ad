#!/bin/bash
# How fast what children write gets into files, and for how many seconds of processor, beside a bare pump and
# the loggers of others: the best of some runs each, in turns, and as a ratio to the pump.
# usage: bench/log.sh BUILD_FOLDER WORK_FOLDER; BENCH_LOG_MEGABYTES (200) is what is written in each
# run, BENCH_LOG_ROUNDS (3) how often each has its turn.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
megabytes=${BENCH_LOG_MEGABYTES:-200}
flow=$build/bench/flow
PATH=$build:$PATH
best=$work/best

fresh() { rm -rf "$work/out"; mkdir -p "$work/out"; for ((i = 0; i < writers; i++)); do mkdir "$work/out/$i.d"; done; }

read_each() { "$flow" read "$megabytes" "$writers" "$size" "$@"; }
with_pump() { read_each "$flow" pump "$work/out/%"; }
with_cat() { read_each sh -c "exec cat > $work/out/%"; }
with_reeve_log() { "$flow" reeve-log "$megabytes" "$writers" "$size" "$1" "$work/out"; }
with_s6_log() { read_each s6-log -b -- ${1:+"$1"} n3 s268435455 "$work/out/%.d"; }
with_svlogd() {
	for ((i = 0; i < writers; i++)); do echo s0 > "$work/out/$i.d/config"; done
	read_each svlogd -b 65536 ${1:+"$1"} "$work/out/%.d"
}
with_multilog() { read_each multilog ${1:+"$1"} s16777215 "$work/out/%.d"; }

# It starts its children itself: they wait for a word. The time is until the last byte is in its file.
with_supervisord() {
	local each=$((megabytes / writers)) go=$work/out/go pid start took ticks
	mkfifo "$go"
	{
		printf '[supervisord]\nnodaemon=true\nlogfile=%s/log\npidfile=%s/pid\n' "$work/out" "$work/out"
		for ((i = 0; i < writers; i++)); do
			printf '[program:w%d]\ncommand=sh -c ": < %s; exec %s write %d %d"\nautorestart=false\nstartsecs=0\n' \
				"$i" "$go" "$flow" "$each" "$size"
			printf 'stdout_logfile=%s/%d\nstdout_logfile_maxbytes=0\n' "$work/out" "$i"
		done
	} > "$work/out/conf"
	supervisord -c "$work/out/conf" > "$work/out/own" 2>&1 &
	pid=$!
	until_ok sh -c "[ \$(grep -c 'spawned: ' $work/out/log) = $writers ]"
	ticks=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
	start=$(now_ms)
	: > "$go"
	until_ok sh -c "[ \$(cd $work/out; cat [0-9]* | wc -c) -ge $((each * writers * 1000000)) ]"
	took=$(($(now_ms) - start))
	ticks=$(($(awk '{ print $14 + $15 }' "/proc/$pid/stat") - ticks))
	kill "$pid"
	wait "$pid" 2>/dev/null || true
	awk -v mb=$((each * writers)) -v ms="$took" -v ticks=$ticks 'BEGIN { printf "%6.0f MB/s  %5.2f s\n", mb * 1000 / ms, ticks / 100 }'
}

# One line per run: what, MB/s, seconds of the readers.
run() {
	local what=$1 got; shift
	fresh
	got=$("$@" 2>> "$work/err") || got="0 MB/s 0 s"
	awk -v what="$what" '{ print what "\t" $1 "\t" $3 }' <<< "$got" >> "$best"
}

# The best of each, in the order of their first runs.
table() {
	awk -F '\t' '!($1 in rate) { order[n++] = $1; cost[$1] = $3 }
		$2 > rate[$1] { rate[$1] = $2 } $3 < cost[$1] { cost[$1] = $3 }
		END { for (i = 0; i < n; i++) { w = order[i]; p = order[0]
			if (rate[w] == 0) { printf "  %-44s failed\n", w; continue }
			printf "  %-44s %6d MB/s %5.2f s   pump is %4.2f times as fast\n", w, rate[w], cost[w], rate[p] / rate[w] } }' "$best"
}

have() { command -v "$1" > /dev/null; }

compare() {
	writers=$1 size=$2
	printf '  -- %s MB in lines of 100 bytes, writers: %s, bytes in a write: %s\n' "$megabytes" "$writers" "$size"
	: > "$best"
	for ((round = 0; round < ${BENCH_LOG_ROUNDS:-3}; round++)); do
		run "bare pump" with_pump
		run "cat" with_cat
		run "reeve-log" with_reeve_log raw
		! have s6-log || run "s6-log" with_s6_log ""
		! have svlogd || run "svlogd" with_svlogd ""
		! have multilog || run "multilog" with_multilog ""
		! have supervisord || run "supervisord" with_supervisord
		run "reeve-log, timestamps" with_reeve_log timestamp
		! have s6-log || run "s6-log, timestamps" with_s6_log T
		! have svlogd || run "svlogd, timestamps" with_svlogd -ttt
		! have multilog || run "multilog, timestamps" with_multilog t
	done
	table
}

compare 1 100
compare 20 100
compare 1 4000
rm -rf "$work"
